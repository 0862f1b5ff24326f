// A run under `disputable` with all who may have a word in it, brought to any station.

import Kernel
import Primitives
import Testing

@testable import Market

/// One run of one offer, and the accounts around it.
struct CourtTable: ~Copyable {
  var house: House
  let offer: OfferID
  let run: RunKey
  let trace: ToyTrace
  let evidence: SubmitEvidence
  let names: [String]
  private var start: [String: Int64] = [:]

  var answer: Bytes32 { trace.output }

  /// Registers five auditors, posts an offer, and takes it: the evidence is awaited.
  init(
    price: UInt64 = 1_000_000, audit: UInt64 = 50_000, guests: [String] = [],
    auditBond: UInt64 = 300_000_000, deputies: Bool = false,
    first act: (inout House) throws -> Void = { _ in }
  ) throws {
    let others = deputies ? ["deputy of buyer", "deputy of provider"] : []
    let names = ["buyer", "provider"] + House.auditors + guests + others
    var house = try House(names)
    let start = names.map { ($0, Int64(House.fund.units)) }
    for name in House.auditors { try house.send(House.register(name, bond: auditBond)) }
    try act(&house)
    var post = OfferRoadTests.offer()
    post.check = CheckTerms("disputable", [Number("audit", audit)])
    post.rate = Rate(Amount(price))
    post.capacity = 1
    if deputies { post.deputy = House.account("deputy of provider") }
    let offer = OfferID(try house.send(post))
    var take = try OfferRoadTests.take(offer, house)
    take.auditSalt = SaltCommitment.of(House.salt("audit"))
    if deputies { take.deputy = House.account("deputy of buyer") }
    let lease = LeaseID.of(take: try house.send(take))
    let run = RunKey(lease, 0)
    let evidence = try house.submit("provider", run, "4")
    let trace = ToyTrace(try house.input(), evidence.evidence.output)
    self.init(house, offer, run, trace, evidence, names, Dictionary(uniqueKeysWithValues: start))
  }

  private init(
    _ house: consuming House, _ offer: OfferID, _ run: RunKey, _ trace: ToyTrace,
    _ evidence: SubmitEvidence, _ names: [String], _ start: [String: Int64]
  ) {
    self.house = house
    self.offer = offer
    self.run = run
    self.trace = trace
    self.evidence = evidence
    self.names = names
    self.start = start
  }

  /// The node is stopped and started.
  mutating func restart() throws { house = try house.restarted() }

  // MARK: - Who has what

  /// What an account has, what lies in its offer and in its standing bond counted.
  func worth(_ name: String) -> Int64 {
    let account = House.account(name)
    var units = house.k.ledger.balance(.account(account)).units
    units += house.escrow(Auditor.escrow(account))
    if name == "provider" { units += house.escrow(offer.digest) }
    return Int64(units)
  }

  func gain(_ name: String) -> Int64 { worth(name) - (start[name] ?? 0) }

  var operatorGain: UInt64 { house.k.ledger.balance(.operator).units }

  /// The auditor whose bond is tied to the run; nobody's name when there is none.
  var auditor: String {
    guard let run = house.market.runs[run] else { return "" }
    return names.first { House.account($0) == run.auditor } ?? ""
  }

  var isSettled: Bool { house.market.runs[run] == nil }
  var settled: SettledRun? {
    for case .settled(let record) in house.conclusions { return record }
    return nil
  }

  func game(_ challenger: String) -> GameKey {
    GameKey(run, answer, House.account(challenger))
  }

  func dispute(_ challenger: String) -> Dispute? { house.market.disputes[game(challenger).id] }

  /// Nothing of the run is left in any table or escrow.
  func expectNothingLeft(at location: SourceLocation = #_sourceLocation) {
    #expect(house.market.disputes.count == 0, sourceLocation: location)
    #expect(house.market.claims.count == 0, sourceLocation: location)
    #expect(house.market.openings.count == 0, sourceLocation: location)
    #expect(house.market.runs.count == 0, sourceLocation: location)
    #expect(house.escrow(run.lease.digest) == 0, sourceLocation: location)
    for name in names {
      #expect(house.escrow(game(name).id.digest) == 0, sourceLocation: location)
    }
    house.market.forEachAuditor {
      #expect($1.tied == .zero && $1.open == 0, sourceLocation: location)
    }
  }

  // MARK: - Steps

  /// Gives the evidence, and waits until the salt may be opened.
  mutating func submit() throws {
    try house.send(evidence)
    try house.block()
    try house.block()
  }

  /// Evidence and the draw, as the salt of some buyer makes it come out.
  mutating func draw(
    audited: Bool, between act: (inout House) throws -> Void = { _ in }
  ) throws {
    try house.block()
    let id = EvidenceID(try house.send(evidence))
    try house.block()
    try act(&house)
    try house.block()
    let salt = self.salt(audited: audited, over: id)
    // No id depends on the salt: this is the house whose buyer had committed to this one.
    var row = try #require(house.market.runs[run])
    row.auditSalt = SaltCommitment.of(salt)
    house.market.runs[run] = row
    try house.send(House.drawAudit(run, salt))
  }

  private func salt(audited: Bool, over evidence: EvidenceID) -> Bytes32 {
    let shape = (try? Game.shape(of: house.market.leases[run.lease]?.check ?? CheckTerms()))
    for index in 0... {
      let salt = House.salt("audit \(index)")
      let draw = Draw(
        object: run.id.digest, fixed: evidence.digest, salt: salt, beacon: house.k.beaconValue)
      if draw.isAudited(ppm: shape?.auditPpm ?? 0) == audited { return salt }
    }
    return .zero
  }

  /// The provider seals its trace for whoever is called.
  mutating func sealByProvider() throws {
    let called = try #require(house.market.runs[run]).auditor
    try house.send(House.sealTrace("provider", run, trace.root, keyTo: called))
  }

  /// Both sides seal and open; the auditor opens that root.
  mutating func audit(root: Bytes32) throws {
    let auditor = self.auditor
    try sealByProvider()
    try house.send(House.sealTrace(auditor, run, root))
    try house.send(House.unsealTrace("provider", run, trace.root, path: trace.path))
    try house.send(House.unsealTrace(auditor, run, root))
  }

  /// Ends what can end without anybody speaking, and lets the court's rows go.
  mutating func settle() throws {
    try house.block(seconds: 720)
    try house.block(seconds: 3_720)
    try house.block()
    try house.block()
  }

  // MARK: - Games

  /// Shows the trace where nothing showed it, and opens its root for every game.
  mutating func openRoot(_ challenger: String) throws {
    let game = game(challenger)
    if house.market.claims[Claim.id(run, answer)]?.root == .zero {
      try house.send(House.show(game, trace))
    }
    try house.send(House.open(game, trace.leaves))
  }

  /// The rest of a game that the challenger loses about the second block of the tile.
  mutating func lose(_ challenger: String, toll: UInt64 = 0) throws {
    let game = game(challenger)
    let claim = Claim.id(run, answer)
    let isOpen = house.market.openings[Opening.id(claim, trace.root, [1])] != nil
    let isHeld = house.market.openings[Opening.id(claim, trace.root, [1, 1])] != nil
    try house.send(House.pick(game, 0, 1), toll: toll)
    if !isOpen { try house.send(House.open(game, trace.blocks)) }
    try house.send(House.pick(game, 1, 1))
    try house.send(House.step(game, isHeld ? [] : ToyTrace.opening))
  }

  /// The rest of a game in which the defender's output does not hold.
  mutating func win(_ challenger: String, toll: UInt64 = 0) throws {
    let game = game(challenger)
    try house.send(House.pick(game, 0, 2), toll: toll)
    try house.send(House.step(game, ToyTrace.falseOpening))
  }
}
