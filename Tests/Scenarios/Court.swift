// A court in memory: a buyer, providers under `disputable`, four checkers, and how they play.

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

/// Who plays in a scenario of the court, and the world that they play in.
struct Court {
  static let check = CheckTerms("disputable", [Number("audit", 500_000)])
  static let price = Amount(5_000)
  static let bond = Amount(500_000)

  static func checkerKey(_ number: Int) -> PrivateKey {
    PrivateKey(seed: Array("checker\(number)".utf8))
  }

  /// Two layers, so that there is a middle: 64 pixels, 40 activations, ten logits.
  static func model() throws -> Model {
    let requantise = Requantise(
      multipliers: [UInt32](repeating: 1 << 17, count: 40), shift: 24, element: .uint8)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([64])),
      nodes: [
        Node(.linear(Linear(outputs: 40, biasBound: 39)), [0]), Node(.requantise(requantise), [1]),
        Node(.linear(Linear(outputs: 10, biasBound: 9)), [2]),
      ])
    let weights = [
      LayerWeights(
        matrix: (0..<2_560).map { Int8(truncatingIfNeeded: $0 * 37 % 101 - 30) },
        bias: (0..<40).map { Int32($0) }),
      LayerWeights(
        matrix: (0..<400).map { Int8(truncatingIfNeeded: $0 * 13 % 89 - 44) },
        bias: (0..<10).map { Int32($0) }),
    ]
    let scale = try Scale(mantissa: 3 << 29, exponent: 40)
    let manifest = Manifest(
      graph: graph, inputScale: scale, outputScale: scale, readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
    return try Model(manifest, weights)
  }

  static func wants(
    _ count: UInt8, audit: UInt64 = 500_000, isPublic: Bool = false
  ) throws -> [Want] {
    let model = try model()
    return (0..<count).map { number in
      var want = Want(
        .offer, spec: InferenceSpec(model: model.id.digest).encoded,
        input: (0..<64).map { UInt8(($0 * 5 + Int(number) * 11) % 200 + 7) },
        check: CheckTerms("disputable", [Number("audit", audit)]), limit: Rate(Amount(9_000)))
      want.isPublished = isPublic
      return want
    }
  }

  let world: World
  let wants: [Want]
  let audit: UInt64
  var buyer: any Reactor
  let shopper: Buyer
  var provider: any Reactor
  var seller: Provider
  var checkers: [any Reactor] = []
  var auditors: [Checker] = []

  /// One provider, four auditors, and whoever volunteers.
  init(
    _ wants: [Want], answering: any Answering = Honest(), plans: [Int: CheckerPlan] = [:],
    volunteer: UInt64 = 0, muteProvider: (@Sendable (Message) -> Bool)? = nil,
    muteChecker: (@Sendable (Message) -> Bool)? = nil,
    muteBuyer: (@Sendable (Message) -> Bool)? = nil
  ) throws {
    self.wants = wants
    audit = wants.first?.auditPpm ?? 500_000
    world = try World(
      [Stage.buyerKey.address, Stage.key(1).address] + (1...5).map { Court.checkerKey($0).address })
    shopper = Court.shopper(wants, world)
    if let muteBuyer { buyer = Mute(inner: shopper, loses: muteBuyer) } else { buyer = shopper }
    seller = try Court.seller(world, audit, answering)
    if let muteProvider {
      provider = Mute(inner: seller, loses: muteProvider)
    } else {
      provider = seller
    }
    let model = try Court.model()
    for number in 1...4 {
      let plan = plans[number] ?? CheckerPlan([model], bond: Court.bond)
      auditors.append(Checker(key: Court.checkerKey(number), client: world, plan: plan))
    }
    if volunteer > 0 {
      let plan = CheckerPlan([model], sample: volunteer)
      auditors.append(Checker(key: Court.checkerKey(5), client: world, plan: plan))
    }
    for checker in auditors {
      if let muteChecker {
        checkers.append(Mute(inner: checker, loses: muteChecker))
      } else {
        checkers.append(checker)
      }
    }
  }

  static func shopper(_ wants: [Want], _ world: World) -> Buyer {
    Buyer(
      key: Stage.buyerKey, client: world, wants: wants,
      budget: Budget(total: Amount(9_000_000), perOrder: Amount(100_000)), tries: 1)
  }

  static func seller(
    _ world: World, _ audit: UInt64, _ answering: any Answering, deputy: Address = Address()
  ) throws -> Provider {
    var lists = Lists()
    lists.maxRejection = million
    let ware = Ware(
      try model(), PricePolicy(cost: Rate(price), offerMargin: 0), capacity: 8, lists: lists,
      check: CheckTerms("disputable", [Number("audit", audit)]), deputy: deputy)
    return Provider(
      key: Stage.key(1), client: world, catalogue: Catalogue([ware]), answering: answering)
  }

  static func checker(_ number: Int, _ world: World) throws -> Checker {
    Checker(
      key: checkerKey(number), client: world, plan: CheckerPlan([try model()], bond: bond))
  }

  func turn(_ news: BlockNews) async throws -> BlockNews? {
    for reactor in [buyer, provider] + checkers {
      for message in try await reactor.react(to: news) { try await world.submit(message) }
    }
    return try await world.step()
  }

  /// Plays until every purchase is over and nobody has anything to do.
  @discardableResult
  func play(blocks: Int = 120) async throws -> BlockNews {
    var news = Stage.dawn
    for _ in 0..<blocks {
      if await shopper.isDone { return news }
      guard let next = try await turn(news) else { return news }
      news = next
    }
    return news
  }

  func events(_ name: String) async -> [Event] {
    await world.blocks.flatMap(\.results.events).filter { $0.name == name }
  }
}
