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

/// One run to buy.
public struct Want: Hashable, Sendable {
  public var road: Road
  /// The kind of work, by name.
  public var work = "inference"
  /// Canonical bytes that the kind of work reads.
  public var spec: [UInt8]
  /// The integers of the input, as the model reads them.
  public var input: [UInt8]
  public var check: CheckTerms
  /// The highest price of one seat.
  public var limit: Rate
  public var units: UInt64 = 1
  public var runTime: UInt64 = 60
  public var bidWindow: UInt64 = 30
  public var revealWindow: UInt64 = 30
  public var acceptWindow: UInt64 = 3_600
  public var lists = Lists()
  /// Whether everybody may read the input: its key then stands in clear on the ledger.
  public var isPublished = false
  /// Who may open the salt of the audit in the buyer's place; zero for nobody.
  public var deputy = Address()
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
  public var seats: UInt64 { check.numbers.first { $0.name == "replicas" }?.value ?? 1 }

  /// p: how often an answer is audited, ppm; zero where the check has no court.
  public var auditPpm: UInt64 { check.numbers.first { $0.name == "audit" }?.value ?? 0 }

  /// The most that it can cost: every seat at the limit, and an audit where there may be one.
  public func most(terms: Terms = .standard) throws(Refusal) -> Amount {
    let price = try limit.price(of: units)
    let seats = try price.multiplied(by: seats)
    return auditPpm == 0 ? seats : try seats.adding(Bonds.auditFee(price: price, terms: terms))
  }

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
  /// What ended it: an event's name, `runSettled` where there was a run.
  public let end: String
  /// The run as it was settled; nil where it came to none.
  public var settled: SettledRun?
  /// The output, opened and held against its commitment.
  public var output: [UInt8]?
  /// What it cost the buyer, tolls left out.
  public var cost = Amount.zero
  /// What it could have cost.
  public var most = Amount.zero
  /// The receipt file; nil where there was no run, or the node has none.
  public var receipt: [UInt8]?

  public var run: RunKey? { settled.map { RunKey($0.lease, $0.index) } }
  /// Whether an answer was paid for and delivered.
  public var isGood: Bool { settled?.verdict.outcome.isGood ?? false }
}

extension Address {
  /// As the reader of a blob: anyone.
  static var everybody: Address { Address() }
}
