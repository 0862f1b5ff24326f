// The people of a labelling job: its owner, and labellers who look, click, collude or were told.

import Agents
import Chain
import Foundation
import Kernel
import Labels
import Market
import Primitives
import Testing
import Workers

/// How a labeller of a scenario answers. What is true stands in the item: `item 12` of four
/// choices.
enum LabelWay: Hashable {
  /// Right in so many of a hundred answers.
  case looks(Int)
  case clicks
  /// Says the same as all others of its ring, without looking.
  case ring
  /// Was told the gold, and clicks on all the rest.
  case told
  /// Looks, with the errors of another account of the same person.
  case twin(Int)

  static func truth(_ number: Int) -> Int { (number * 7 + number / 3) % 4 }
}

struct LabelEyes: Labelling {
  let way: LabelWay
  let number: Int

  private func draw(_ seed: [UInt8], _ count: UInt64) -> Int {
    Int(HMAC.sha256(key: SHA256.hash([9]), message: seed).leadingWord % count)
  }

  private func look(_ right: Int, _ truth: Int, _ seed: [UInt8]) -> Int {
    if draw(seed, 100) < right { return truth }
    return (truth + 1 + draw(seed + [1], 3)) % 4
  }

  func answers(to task: LabelTask) async -> [UInt8]? {
    task.items.enumerated().map { place, item in
      let words = String(decoding: item.body, as: UTF8.self).split(separator: " ")
      let truth = LabelWay.truth(Int(words.last ?? "") ?? 0)
      let own = item.body + [UInt8(number)]
      let blind = task.run.digest.bytes + [UInt8(number), UInt8(place)]
      let said =
        switch way {
        case .looks(let right): look(right, truth, own)
        case .twin(let person): look(90, truth, item.body + [UInt8(person)])
        case .clicks: draw(blind, 4)
        case .ring: draw(item.body, 4)
        case .told: words.first == "gold" ? truth : draw(blind, 4)
        }
      return UInt8(said + 1)
    }
  }
}

/// A job and its labellers around a world.
struct LabelCrew {
  static let ownerKey = PrivateKey(seed: Array("label owner".utf8))
  static func key(_ number: Int) -> PrivateKey { PrivateKey(seed: Array("labeller\(number)".utf8)) }

  let world: World
  let ways: [LabelWay]
  let folder: String
  var owner: LabelBuyer
  var labellers: [Provider] = []

  init(_ ways: [LabelWay], items: Int = 81, gold: Int = 12) throws {
    self.ways = ways
    world = try World(
      [Self.ownerKey.address] + ways.indices.map { Self.key($0).address })
    folder = NSTemporaryDirectory() + "label-crew-" + UUID().uuidString
    _ = try LabelJobFile.make(try Self.definition(items: items, gold: gold), at: folder)
    let file = try LabelJobFile(folder)
    owner = LabelBuyer(key: Self.ownerKey, client: world, keeper: LabelKeeper(file))
    labellers = ways.indices.map { Self.labeller($0, ways[$0], world) }
  }

  static func definition(items: Int, gold: Int) throws -> LabelDefinition {
    var plan = LabelPlan()
    plan.price = Amount(2_000)
    plan.budget = Amount(8_000_000)
    plan.batch = 40
    plan.goldPpm = 150_000
    plan.batchesPerOrder = 2
    return try LabelDefinition(
      try LabelQuestion("which animal?", ["ant", "bee", "cat", "dog"]),
      items: (0..<items).map { JobItem("i\($0)", Array("item \($0)".utf8)) },
      gold: (1_000..<1_000 + gold).map {
        GoldItem(JobItem("g\($0)", Array("gold \($0)".utf8)), label: LabelWay.truth($0))
      }, plan: plan, secret: SHA256.hash([3]))
  }

  /// The owner's program ends, and begins anew with nothing but the folder.
  mutating func restart(at news: BlockNews) async throws {
    // Lets go of the folder first, as a program that ends.
    owner = LabelBuyer(key: Self.ownerKey, client: world, job: await owner.job)
    let keeper = LabelKeeper(try LabelJobFile(folder))
    if await keeper.job.end == .silence { try await keeper.take(LabelEvent(.again)) }
    owner = LabelBuyer(key: Self.ownerKey, client: world, keeper: keeper)
    try await owner.resume(through: news.height)
  }

  static func labeller(_ number: Int, _ way: LabelWay, _ world: World) -> Provider {
    let price = Amount(1_000 + 10 * UInt64(number))
    return Provider(
      key: key(number), client: world, catalogue: Catalogue([]),
      labels: LabelService(
        PricePolicy(cost: Rate(price), offerMargin: 0), LabelEyes(way: way, number: number)))
  }

  func turn(_ news: BlockNews) async throws -> BlockNews? {
    for reactor in [owner] + labellers as [any Reactor] {
      for message in try await reactor.react(to: news) { try await world.submit(message) }
    }
    return try await world.step()
  }

  /// Plays until the job is done, at most so many blocks.
  @discardableResult
  func play(
    blocks: Int = 200, from start: BlockNews = Stage.dawn,
    until isOver: (BlockNews) async -> Bool = { _ in false }
  ) async throws -> BlockNews {
    var news = start
    for _ in 0..<blocks {
      if await owner.isDone { return news }
      if await isOver(news) { return news }
      guard let next = try await turn(news) else { return news }
      news = next
    }
    return news
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func gain(_ number: Int) async -> Int64 { await world.gain(Self.key(number).address) }

  /// How many labels are true, of how many.
  func right() async -> (right: Int, all: Int) {
    let dataset = LabelDataset(await owner.job)
    let right = dataset.rows.enumerated().count { place, row in
      dataset.choices[LabelWay.truth(place)] == row.label
    }
    return (right, dataset.rows.count)
  }

  func orders() async -> Int { await events("orderPlaced") }

  func events(_ name: String) async -> Int {
    await world.blocks.flatMap(\.results.events).count { $0.name == name }
  }

  /// Nothing is locked any more, and every dollar is somewhere.
  func expectWhole() async {
    let audit = await world.audit()
    #expect(audit.isWhole && audit.escrow == 0)
    #expect(await world.refusals == [])
  }
}
