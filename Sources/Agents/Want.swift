// What an agent wants to buy, and what came of it.

public import Kernel
public import Market
public import Primitives

/// How a run is bought.
public enum Road: Hashable, Sendable {
  /// An order, for which providers bid.
  case auction
  /// The cheapest acceptable offer.
  case offer
}

/// A run to buy, or several under one lease.
public struct Want: Hashable, Sendable {
  public var road: Road
  /// The kind of work, by name.
  public var work = "inference"
  /// Canonical bytes that the kind of work reads.
  public var spec: [UInt8]
  /// The integers of the input, as the model reads them.
  public var input: [UInt8]
  /// The inputs of further runs under the same lease.
  public var more: [[UInt8]] = []
  /// How many of its runs may be open at once; the seats lock bonds for that many.
  public var parallel: UInt64 = 1
  public var check: CheckTerms
  /// The highest price of one run of one seat.
  public var limit: Rate
  public var units: UInt64 = 1
  public var runTime: UInt64 = 60
  public var bidWindow: UInt64 = 30
  public var revealWindow: UInt64 = 30
  public var acceptWindow: UInt64 = 3_600
  public var lists = Lists()
  /// Whether everybody may read the input: its key then stands in clear on the ledger.
  public var isPublished = false
  /// Whether the input is shown to everybody where a proof that hides it is about another one: it
  /// brings the money back.
  public var contests = false
  /// Whether the key to an input that a proof is to hide is posted where a seat demands it: whoever
  /// holds the blob, its custodian before all, reads the input then.
  public var yieldsKey = false
  /// Who may open the salt of the audit in the buyer's place; zero for nobody.
  public var deputy = Address()
  /// What the buyer of labels knows beforehand, by run; nil where it knows nothing.
  public var gold: WantGold?
  /// What the subnet that its check is routed to gets beside the price, in parts per million.
  public var routingShare: UInt64 = 0
  /// How often it is tried at most; as often as the buyer tries anything, where nothing is said.
  public var tries: Int?

  public init(
    _ road: Road, spec: [UInt8], input: [UInt8], check: CheckTerms, limit: Rate
  ) {
    self.road = road
    self.spec = spec
    self.input = input
    self.check = check
    self.limit = limit
  }

  /// How many seats answer, each at its own price.
  public var seats: UInt64 {
    check.numbers.first { ["replicas", "seats"].contains($0.name) }?.value ?? 1
  }

  /// p: how often an answer is audited, ppm; zero where the check has no court.
  public var auditPpm: UInt64 { check.numbers.first { $0.name == "audit" }?.value ?? 0 }

  /// Whether the ledger judges the answer, for which it must know the model.
  var isJudged: Bool { auditPpm > 0 || check.kind == ProvedCheck.name }

  /// Runs under its lease.
  public var runs: UInt64 { 1 + UInt64(more.count) }

  /// How many runs may be open at once, of those that there are.
  public var parallelRuns: UInt64 { max(1, min(parallel, runs)) }

  /// The input of a run by its index; nil beyond the last.
  func input(of index: UInt64) -> [UInt8]? {
    if index == 0 { return input }
    return index < runs ? more[Int(index) - 1] : nil
  }

  /// The most that it can cost: every seat of every run at the limit, and the audits where there
  /// may be some.
  public func most(terms: Terms = .standard) throws(Refusal) -> Amount {
    try most(at: limit.price(of: units), terms: terms)
  }

  /// The same at another price of one run of one seat.
  func most(at price: Amount, terms: Terms) throws(Refusal) -> Amount {
    let seats = try price.multiplied(by: seats)
    var run =
      auditPpm == 0 ? seats : try seats.adding(Bonds.auditFee(price: price, terms: terms))
    // As much as one more seat is locked until gold is opened.
    if gold != nil { run = try run.adding(price) }
    return try run.multiplied(by: runs)
      .adding(seats.multiplied(by: runs).ppmUp(routingShare))
  }

  /// Whether a key that a seat demands is posted unasked.
  var postsKeys: Bool { !check.hidesInput || isPublished || yieldsKey }

  /// Who may read its input beside the providers that it goes to.
  var readers: [Address] { isPublished ? [.everybody] : [] }
}

/// What an owner's test says of an output.
public enum Judgement: Hashable, Sendable {
  case accept
  case reject(RejectReason)
}

/// The owner's test under `open`: it may look at a share of the outputs and pass the rest.
public protocol Judge: Sendable {
  func judge(want: Int, output: [UInt8]) -> Judgement
}

/// Takes whatever opens.
public struct Trusting: Judge {
  public init() {}
  public func judge(want: Int, output: [UInt8]) -> Judgement { .accept }
}

/// A purchase that has ended, well or not.
public struct PurchaseResult: Sendable {
  /// Which want it was.
  public let want: Int
  /// The order, or the message that took the offer.
  public let message: Bytes32
  /// How it was bought.
  public let road: Road
  /// What ended it: an event's name; `runSettled` where one run was wanted and settled.
  public let end: String
  /// Its runs as far as they were settled, in their order.
  public var runs: [RunResult] = []
  /// How many were wanted.
  public var wanted: UInt64 = 1
  /// What it cost the buyer, tolls left out.
  public var cost = Amount.zero
  /// What it could have cost.
  public var most = Amount.zero

  /// The first run as it was settled; nil where it came to none.
  public var settled: SettledRun? { runs.first?.settled }
  /// The output of the first run.
  public var output: [UInt8]? { runs.first?.output }
  /// The receipt file of the first run.
  public var receipt: [UInt8]? { runs.first?.receipt }
  public var run: RunKey? { settled?.key }
  /// How many answers were paid for and delivered.
  public var delivered: Int { runs.count { $0.isGood } }
  /// Whether the ledger refused what would have begun it, so that nothing was bought at all.
  public var isRefused: Bool {
    runs.isEmpty && end != "runSettled" && !Purchase.ends.contains(end)
  }
  /// Whether all that was wanted was.
  public var isGood: Bool { UInt64(delivered) == wanted }
}

/// One run of a purchase, settled.
public struct RunResult: Sendable {
  public let settled: SettledRun
  /// What it cost the buyer, tolls left out.
  public let cost: Amount
  /// The output, opened and held against its commitment.
  public var output: [UInt8]?
  /// The receipt file; nil where the node has none.
  public var receipt: [UInt8]?
  /// Whether what was paid for is a proof about another input, which nobody contested.
  public var isMisled = false
  /// Whether what was paid for is a proof that hides its input and could not be looked at: then
  /// nobody here knows what it is about.
  public var isUnchecked = false
  /// The salt of an input that the proof hides: with both, anybody checks that it is about it.
  public var inputSalt: Bytes32?

  public var run: RunKey { settled.key }
  /// Whether an answer was paid for and delivered.
  public var isGood: Bool { settled.verdict.outcome.isGood && !isMisled && !isUnchecked }
}

extension SettledRun {
  var key: RunKey { RunKey(lease, index) }
}

extension Address {
  /// As the reader of a blob: anyone.
  static var everybody: Address { Address() }
}
