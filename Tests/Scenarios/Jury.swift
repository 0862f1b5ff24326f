// Six bidders for orders under `replicated(3)` with audits, four auditors, and who of them lies.

import Agents
import Chain
import Inference
import Kernel
import Market
import Models
import Primitives
import Testing
import Workers

/// Who plays when three of six are drawn, and the world that they play in.
struct Jury {
  static let cost = Amount(2_000)
  static let bidders = 6

  let world: World
  let wants: [Want]
  let shopper: Buyer
  var buyer: any Reactor
  var providers: [any Reactor] = []
  var checkers: [any Reactor] = []
  var auditors: [Checker] = []
  /// Others who take part.
  var strangers: [any Reactor] = []
  let audit: UInt64
  let lies: [Int: any Answering]

  /// Bidders answer honestly where nothing else is said; what `mute` picks gets lost on the way.
  init(
    _ count: UInt8 = 1, audit: UInt64, lies: [Int: any Answering] = [:],
    isPublic: Bool = false, plans: [Int: CheckerPlan] = [:], volunteer: Bool = false,
    mute: [Int: @Sendable (Message) -> Bool] = [:],
    muteBuyer: (@Sendable (Message) -> Bool)? = nil
  ) throws {
    self.audit = audit
    self.lies = lies
    wants = try Jury.wants(count, audit: audit, isPublic: isPublic)
    world = try World(
      [Stage.buyerKey.address] + (1...7).map { Stage.key($0).address }
        + (1...5).map { Court.checkerKey($0).address })
    shopper = Court.shopper(wants, world)
    buyer = shopper
    if let muteBuyer { buyer = Mute(inner: shopper, loses: muteBuyer) }
    for number in 1...Jury.bidders {
      let provider = try Jury.provider(number, world, audit, lies[number] ?? Honest())
      providers.append(mute[number].map { Mute(inner: provider, loses: $0) } ?? provider)
    }
    let model = try Court.model()
    for number in 1...4 {
      let plan = plans[number] ?? CheckerPlan([model], bond: Amount(4_000_000))
      auditors.append(Checker(key: Court.checkerKey(number), client: world, plan: plan))
    }
    if volunteer {
      let plan = CheckerPlan([model], sample: million)
      auditors.append(Checker(key: Court.checkerKey(5), client: world, plan: plan))
    }
    checkers = auditors
  }

  static func wants(_ count: UInt8, audit: UInt64, isPublic: Bool) throws -> [Want] {
    try Court.wants(count, audit: audit, isPublic: isPublic).map { want in
      var want = want
      want.road = .auction
      want.check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", audit)])
      want.lists.maxRejection = million
      return want
    }
  }

  static func provider(
    _ number: Int, _ world: World, _ audit: UInt64, _ answering: any Answering
  ) throws -> Provider {
    var lists = Lists()
    lists.maxRejection = million
    let ware = Ware(
      try Court.model(), PricePolicy(cost: Rate(cost)), lists: lists,
      check: CheckTerms("replicated", [Number("replicas", 3), Number("audit", audit)]))
    return Provider(
      key: Stage.key(number), client: world, catalogue: Catalogue([ware]), answering: answering)
  }

  func turn(_ news: BlockNews) async throws -> BlockNews? {
    for reactor in [buyer] + providers + checkers + strangers {
      for message in try await reactor.react(to: news) { try await world.submit(message) }
    }
    return try await world.step()
  }

  /// Plays until every purchase is over, or nobody has anything to say.
  func play(blocks: Int = 400) async throws {
    var news = Stage.dawn
    for _ in 0..<blocks {
      if await shopper.isDone { return }
      guard let next = try await turn(news) else { return }
      news = next
    }
  }

  /// What the rules refused. All six find the model unpublished in one block, and one is first.
  var refusals: [String] {
    get async { await world.refusals.filter { $0 != "modelPublished" } }
  }

  func events(_ name: String) async -> [Event] {
    await world.blocks.flatMap(\.results.events).filter { $0.name == name }
  }

  /// How many seats of a run lie.
  func liars(in run: SettledRun) -> Int {
    run.verdict.seats.count { seat in
      Stage.number(of: seat.provider).map { lies[$0] != nil } ?? false
    }
  }

  func isLiar(_ seat: SeatVerdict) -> Bool {
    Stage.number(of: seat.provider).map { lies[$0] != nil } ?? false
  }

  /// The settled runs with so many lying seats.
  func runs(liars count: Int) async -> [SettledRun] {
    await world.settled.filter { liars(in: $0) == count }
  }

  /// Every dollar of the genesis is somewhere, and in escrow lie the auditors' bonds alone.
  func expectWhole(_ location: SourceLocation = #_sourceLocation) async {
    let audit = await world.audit()
    var bonds: UInt64 = 0
    for number in 1...5 {
      bonds += await world.auditor(Court.checkerKey(number).address)?.bond.units ?? 0
    }
    #expect(audit.isWhole, sourceLocation: location)
    #expect(audit.escrow == bonds, sourceLocation: location)
  }
}
