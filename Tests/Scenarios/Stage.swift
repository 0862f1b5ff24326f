// The people of a scenario: a buyer and seven providers around a world, and how they die.

import Agents
import Chain
import Graphs
import Inference
import Kernel
import Market
import Models
import Primitives
import Testing
import Workers

/// An actor whose messages of some kinds get lost, as if it had died before it sent them.
struct Mute: Reactor {
  let inner: any Reactor
  let loses: @Sendable (Message) -> Bool

  var address: Address { inner.address }
  func resume(through height: UInt64) async throws { try await inner.resume(through: height) }
  func resync() async throws { try await inner.resync() }

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    let sent = try await inner.react(to: news)
    let lost = sent.filter { loses($0.message) }
    // What is not sent must not leave a hole in its lane.
    if !lost.isEmpty { try await inner.resync() }
    return sent.filter { !loses($0.message) }
  }
}

/// Builds models, wants and actors, and plays them against a world.
struct Stage {
  static let buyerKey = PrivateKey(seed: Array("buyer".utf8))
  static let replicated = CheckTerms(
    "replicated", [Number("replicas", 3), Number("audit", 0)])
  static let open = CheckTerms("open")
  static let limit = Rate(Amount(1_000_000))

  static func key(_ number: Int) -> PrivateKey { PrivateKey(seed: Array("provider\(number)".utf8)) }

  /// Four pixels in, ten logits out.
  static func model(_ shift: Int8 = 0) throws -> Model {
    let linear = Linear(outputs: 10, biasBound: 9)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])), nodes: [Node(.linear(linear), [0])])
    let weights = [
      LayerWeights(
        matrix: (0..<40).map { Int8($0 * 7 % 23) - 11 &+ shift },
        bias: (0..<10).map { Int32($0) })
    ]
    let scale = try Scale(mantissa: 3 << 29, exponent: 40)
    let manifest = Manifest(
      graph: graph, inputScale: scale, outputScale: scale, readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
    return try Model(manifest, weights)
  }

  static func want(_ road: Road, _ number: UInt8, _ model: Model) -> Want {
    Want(
      road, spec: InferenceSpec(model: model.id.digest).encoded, input: [number, 2, 3, 4],
      check: road == .auction ? replicated : open, limit: limit)
  }

  let world: World
  let model: Model
  var providers: [any Reactor] = []
  var buyer: any Reactor
  /// The buyer itself, also where others only see what gets through.
  private(set) var shopper: Buyer

  /// Seven honest providers; `answering` and `mute` replace some of them.
  init(
    _ wants: [Want], answering: [Int: any Answering] = [:], capacity: UInt64 = 2,
    budget: Amount = Amount(9_000_000), judge: any Judge = Trusting(), tries: Int = 1,
    mute: [Int: @Sendable (Message) -> Bool] = [:],
    muteBuyer: (@Sendable (Message) -> Bool)? = nil
  ) throws {
    model = try Stage.model()
    world = try World([Stage.buyerKey.address] + (1...7).map { Stage.key($0).address })
    let shopper = Stage.shopper(wants, world, budget, judge, tries)
    self.shopper = shopper
    if let muteBuyer { buyer = Mute(inner: shopper, loses: muteBuyer) } else { buyer = shopper }
    for number in 1...7 {
      let provider = Stage.provider(
        number, world, model, capacity, answering[number] ?? Honest())
      providers.append(mute[number].map { Mute(inner: provider, loses: $0) } ?? provider)
    }
  }

  static func shopper(
    _ wants: [Want], _ world: World, _ budget: Amount = Amount(9_000_000),
    _ judge: any Judge = Trusting(), _ tries: Int = 1
  ) -> Buyer {
    Buyer(
      key: buyerKey, client: world, wants: wants,
      budget: Budget(total: budget, perOrder: Amount(3_000_000)), judge: judge, tries: tries)
  }

  static func provider(
    _ number: Int, _ world: World, _ model: Model, _ capacity: UInt64 = 2,
    _ answering: any Answering = Honest(), cost: UInt64? = nil
  ) -> Provider {
    var lists = Lists()
    lists.maxRejection = million
    let cost = cost ?? 700_000 + 10_000 * UInt64(number)
    let policy = PricePolicy(cost: Rate(Amount(cost)))
    return Provider(
      key: key(number), client: world,
      catalogue: Catalogue([Ware(model, policy, capacity: capacity, lists: lists)]),
      answering: answering)
  }

  /// Puts another buyer in the place of this one.
  mutating func use(_ other: Buyer) {
    shopper = other
    buyer = other
  }

  /// One height: everybody answers the news, then the block closes.
  func turn(_ news: BlockNews) async throws -> BlockNews? {
    for reactor in [buyer] + providers {
      for message in try await reactor.react(to: news) { try await world.submit(message) }
    }
    return try await world.step()
  }

  static var dawn: BlockNews {
    BlockNews(height: 0, time: World.epoch, now: World.epoch, events: [])
  }

  /// Plays until the world is at rest, at most so many blocks.
  @discardableResult
  func play(
    blocks: Int = 80, from start: BlockNews = Stage.dawn,
    until isOver: (BlockNews) async -> Bool = { _ in false }
  ) async throws -> BlockNews {
    var news = start
    for _ in 0..<blocks {
      if await isOver(news) { return news }
      guard let next = try await turn(news) else { return news }
      news = next
    }
    return news
  }

  func gain(_ number: Int) async -> Int64 { await world.gain(Stage.key(number).address) }
  func buyerGain() async -> Int64 { await world.gain(Stage.buyerKey.address) }

  /// The number of the provider behind an address.
  static func number(of address: Address) -> Int? {
    (1...7).first { key($0).address == address }
  }
}
