// What is ordered in one round of a job, and what came of a batch.

public import Primitives

/// A place of a batch. Labellers see contents in this order, and nothing that tells which is which.
public enum LabelPlace: Hashable, Sendable {
  case item(Int)
  case gold(Int)
}

/// Batches that one group of labellers is given: an order, each batch a run of it.
public struct LabelOrder: Hashable, Sendable {
  public let tier: Int
  public let seats: Int
  /// All of one length, each with as much gold.
  public let batches: [[LabelPlace]]
  /// Who has answered one of its items already, or failed on gold. Sorted.
  public let refused: [Address]
  /// The most that each batch may cost.
  public let perBatch: Amount

  /// Items of a batch, gold among them: what a run is priced by.
  public var units: Int { batches.first?.count ?? 0 }

  /// Gold items of a batch.
  public var gold: Int {
    batches.first?.count {
      if case .gold = $0 { true } else { false }
    } ?? 0
  }
}

public struct LabelRound: Hashable, Sendable {
  public let number: Int
  public let orders: [LabelOrder]

  public var batches: Int { orders.reduce(0) { $0 + $1.batches.count } }
}

/// Why nothing more is asked.
public enum LabelEnd: String, Sendable {
  /// Every label is sure.
  case sure
  /// The rest stays unsure: all that may be asked was.
  case asked
  /// The budget does not pay for another batch.
  case budget
  /// Nobody answered in the last round.
  case silence

  public var words: String {
    switch self {
    case .sure: "every label is sure"
    case .asked: "what is left unsure has all the answers that it may have"
    case .budget: "the budget pays for no further batch"
    case .silence: "nobody answered any more"
    }
  }
}

/// What one labeller said to a batch.
public struct LabelSeat: Fielded, Hashable {
  public static let typeName = "LabelSeat"
  public var labeller = Address()
  /// A byte for each place: 0 where nothing was chosen, else one more than the choice's number.
  public var answers: [UInt8] = []
  public var paid = Amount()

  public init() {}

  public init(_ labeller: Address, _ answers: [UInt8], paid: Amount) {
    self.labeller = labeller
    self.answers = answers
    self.paid = paid
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("labeller", &labeller)
    try v("answers", &answers)
    try v("paid", &paid)
  }
}

/// A batch as it was settled.
public struct LabelOutcome: Fielded, Hashable {
  public static let typeName = "LabelOutcome"
  public var round: UInt64 = 0
  public var order: UInt64 = 0
  public var batch: UInt64 = 0
  /// The run, whose receipt shows all of it.
  public var run = Bytes32()
  /// What it cost the buyer.
  public var cost = Amount()
  public var seats: [LabelSeat] = []

  public init() {}

  public init(
    round: Int, order: Int, batch: Int, run: Bytes32, cost: Amount, seats: [LabelSeat]
  ) {
    self.round = UInt64(round)
    self.order = UInt64(order)
    self.batch = UInt64(batch)
    self.run = run
    self.cost = cost
    self.seats = seats
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("round", &round)
    try v("order", &order)
    try v("batch", &batch)
    try v("run", &run)
    try v("cost", &cost)
    try v("seats", &seats)
  }
}

/// What happens to a job, as its file has it: from these the job is made anew.
public struct LabelEvent: Fielded, Hashable {
  public enum Kind: UInt8, ByteChoice {
    /// The next round is ordered from here on.
    case begun = 0
    case settled = 1
    /// An order ended without its remaining batches.
    case lost = 2
    /// Nobody had answered, and the owner asks once more.
    case again = 3
  }

  public static let typeName = "LabelEvent"
  public var kind = Kind.begun
  /// Of `begun` the round, of `lost` round and order; of `again` nothing.
  public var outcome = LabelOutcome()

  public init() {}

  public init(_ kind: Kind, _ outcome: LabelOutcome = LabelOutcome()) {
    self.kind = kind
    self.outcome = outcome
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("outcome", &outcome)
  }
}
