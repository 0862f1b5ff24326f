// An order, its auditors and a claim, against which terms are checked beside themselves.

public import Kernel
public import Primitives

/// What conditions need to know that no term says. The blank example is a job of a dollar under
/// the terms' own defaults; a file states what is otherwise.
public struct TermsExample: Hashable, Sendable {
  // The order.

  /// R, of one seat and run.
  public var price = Amount(1_000_000)
  /// What the run costs an auditor (V) or an honest seat (C).
  public var cost = Amount(800_000)
  /// L.
  public var limit = Amount(1_000_000)
  /// p.
  public var auditPpm: UInt64
  /// k, and the bidders that they are drawn from.
  public var seats: UInt64
  public var bidders: UInt64
  /// Whether the work can redo a step of itself before a referee.
  public var hasRedo = true
  /// How long an answer is, and how often a liar guesses it.
  public var outputBits: UInt64 = 80
  public var guessPpm: UInt64 = 0
  /// What a bidder who walks away gets elsewhere.
  public var walkAwayGain = Amount.zero
  /// Bonds that were really locked; nil for those that the market asks for.
  public var seatBond: Amount?
  public var challengeBond: Amount?

  // The auditors whom it accepts.

  public var operators: UInt64 = 4
  public var largestOperator = Amount(3_000_000)
  public var auditBonds = Amount(10_000_000)

  // A claim of vouchers.

  public var claim: Amount
  public var dearestCall: Amount
  /// Slices of all open claims, and the bond that backs them.
  public var openSlices: Amount?
  public var standingBond: Amount
  /// Z of this claim; nil for that which the market asks for.
  public var slice: Amount?

  public init(_ terms: Terms) {
    auditPpm = terms.audit
    seats = terms.replicas
    bidders = (try? Amount(terms.replicas).multiplied(by: terms.bidFactor).units) ?? .max
    claim = Amount(terms.claimTarget)
    dearestCall = Amount(terms.maxCall)
    standingBond = Amount(terms.standingBond)
  }
}

extension TermsExample {
  /// Reads an example; what it leaves out is as in the blank one.
  public init(json: JSONValue, terms: Terms) throws(Refusal) {
    self.init(terms)
    let reader = try CaseReader(json)
    try reader.require(only: ["order", "auditors", "claim"])
    if reader.optional("order") != nil { try readOrder(try reader.object("order"), terms) }
    if reader.optional("auditors") != nil {
      let auditors = try reader.object("auditors")
      try auditors.require(only: ["operators", "largestOperator", "bonds"])
      try auditors.read("operators", &operators)
      try auditors.read("largestOperator", &largestOperator)
      try auditors.read("bonds", &auditBonds)
    }
    if reader.optional("claim") != nil { try readClaim(try reader.object("claim")) }
  }

  private mutating func readOrder(_ order: CaseReader, _ terms: Terms) throws(Refusal) {
    try order.require(only: [
      "price", "cost", "limit", "audit", "seats", "bidders", "redo", "outputBits", "guess",
      "walkAwayGain", "seatBond", "challengeBond",
    ])
    try order.read("price", &price)
    limit = price
    try order.read("cost", &cost)
    try order.read("limit", &limit)
    try order.read("audit", &auditPpm)
    if order.optional("seats") != nil {
      try order.read("seats", &seats)
      bidders = try Amount(seats).multiplied(by: terms.bidFactor).units
    }
    try order.read("bidders", &bidders)
    if order.optional("redo") != nil { hasRedo = try order.bool("redo") }
    try order.read("outputBits", &outputBits)
    try order.read("guess", &guessPpm)
    try order.read("walkAwayGain", &walkAwayGain)
    if order.optional("seatBond") != nil { seatBond = try order.amount("seatBond") }
    if order.optional("challengeBond") != nil {
      challengeBond = try order.amount("challengeBond")
    }
  }

  private mutating func readClaim(_ claim: CaseReader) throws(Refusal) {
    try claim.require(only: ["amount", "dearestCall", "openSlices", "standingBond", "slice"])
    try claim.read("amount", &self.claim)
    try claim.read("dearestCall", &dearestCall)
    if claim.optional("openSlices") != nil { openSlices = try claim.amount("openSlices") }
    try claim.read("standingBond", &standingBond)
    if claim.optional("slice") != nil { slice = try claim.amount("slice") }
  }
}

extension CaseReader {
  /// Replaces a number by the one that is named, if one is.
  fileprivate func read(_ name: String, _ value: inout UInt64) throws(Refusal) {
    if optional(name) != nil { value = try number(name) }
  }

  fileprivate func read(_ name: String, _ value: inout Amount) throws(Refusal) {
    if optional(name) != nil { value = try amount(name) }
  }
}

extension TermsCheck {
  /// The conditions of an example. Where it is not audited, those of audits fall away.
  public static func conditions(of example: TermsExample, terms: Terms) -> [Condition] {
    orderConditions(example, terms) + claimConditions(example, terms)
  }

  private static func orderConditions(_ e: TermsExample, _ terms: Terms) -> [Condition] {
    var list = [redo(auditPpm: e.auditPpm, hasRedo: e.hasRedo)]
    if e.auditPpm > 0 {
      list += order(
        price: e.price, auditPpm: e.auditPpm, seatBond: e.seatBond,
        challengeBond: e.challengeBond, terms: terms)
      list += [
        auditorPaid(price: e.price, rerun: e.cost, terms: terms),
        auditOperators(e.operators),
        auditBonds(largestOperator: e.largestOperator, of: e.auditBonds, terms: terms),
      ]
    }
    list += [walkAway(limit: e.limit, gain: e.walkAwayGain, terms: terms)]
    list += seats(e.seats, drawnFrom: e.bidders)
    // Unaudited seats are held by a few prices and by answers that nobody guesses.
    let unaudited =
      (try? Bonds.seatBond(price: e.price, auditPpm: 0, terms: terms)) ?? Amount(.max)
    return list + [
      guess(ppm: e.guessPpm, cost: e.cost, price: e.price, bond: unaudited),
      outputBits(e.outputBits),
    ]
  }

  private static func claimConditions(_ e: TermsExample, _ terms: Terms) -> [Condition] {
    let own = (try? Bonds.sliceBond(claim: e.claim, terms: terms)) ?? Amount(.max)
    return [
      slice(e.slice, of: e.claim, terms: terms),
      capacity(slices: e.openSlices ?? e.slice ?? own, standingBond: e.standingBond),
    ] + claim(e.claim, dearest: e.dearestCall, terms: terms)
  }
}
