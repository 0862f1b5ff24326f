// Settlement of `judged`: each seat by what its answer is worth, and nothing back for a buyer's
// word.

public import Kernel
public import Primitives

extension Settlement {
  /// What came of a seat of a judged run.
  public enum JudgedAct: Hashable, Sendable {
    /// Never sealed, or sealed and never opened.
    case silent
    /// Opened where there was nothing to measure it by, or too little to condemn it.
    case undecided
    /// Worth that share of its price, in parts per million.
    case worth(UInt64)
    /// Worth nothing by the buyer's gold alone.
    case disowned
    /// Worth nothing beyond doubt.
    case worthless

    public init(_ fate: Fate, share: UInt64) throws(Refusal) {
      switch fate {
      case .absent, .silent: self = .silent
      case .undecided: self = .undecided
      case .paid: self = .worth(share)
      case .rejected: self = .disowned
      case .differs: self = .worthless
      case .idle, .spoiled, .fallen, .left: throw .impossibleCase("fate")
      }
    }
  }

  public struct JudgedSeat: Hashable, Sendable {
    public var price: Amount
    /// B, all that the seat has at stake.
    public var bidBond: Amount
    public var act: JudgedAct

    public init(price: Amount, bidBond: Amount, act: JudgedAct) {
      self.price = price
      self.bidBond = bidBond
      self.act = act
    }
  }

  /// What an answer is not worth burns. Were it the buyer's, a buyer would lie about its gold, or
  /// have puppets stay silent beside one honest seat; were it the other seats', a seat that knows
  /// the gold would. Only who said nothing gives the buyer its price back. Where nobody said
  /// anything the items may have been no questions at all: nobody is condemned, and F burns.
  ///
  /// - Parameters:
  ///   - fee: F, which stands for the buyer's gold; zero where the order has none.
  ///   - isWithheld: the buyer did not open its gold.
  public static func judged(
    seats: [JudgedSeat], fee: Amount, isWithheld: Bool = false, terms: Terms
  ) throws(Refusal) -> Payouts {
    var pot = Pot()
    var escrow = fee
    for seat in seats { escrow = try escrow.adding(seat.price) }
    try pot.stake(.buyer, escrow)
    for (index, seat) in seats.enumerated() { try pot.stake(.seat(index), seat.bidBond) }
    let opened = seats.count { $0.act != .silent }
    for (index, seat) in seats.enumerated() {
      switch seat.act {
      case .silent:
        try pot.pay(.buyer, seat.price)
        if opened == 0 { try pot.pay(.seat(index), seat.bidBond) }
      case .worth(let share):
        let worth = try seat.price.ppmDown(share)
        try pot.pay(.seat(index), try paid(worth, terms))
        try pot.pay(.seat(index), seat.bidBond)
      case .undecided, .disowned: try pot.pay(.seat(index), seat.bidBond)
      case .worthless: break
      }
    }
    let disowned = seats.count { $0.act == .disowned }
    let lost = try lostPledge(fee, isWithheld: isWithheld, disowned: disowned, of: opened)
    try pot.pay(.buyer, try fee.subtracting(lost))
    return pot.close()
  }

  /// What burns of F: all of it where gold stays shut or nobody opened, else the part of the opened
  /// seats that gold condemns and the others vouch for. Somebody lies there, and whether the buyer
  /// or they, none of them gains by it.
  public static func lostPledge(
    _ fee: Amount, isWithheld: Bool, disowned: Int, of opened: Int
  ) throws(Refusal) -> Amount {
    guard opened > 0, !isWithheld else { return fee }
    return try fee.ppmUp(UInt64(clamping: disowned) * million / UInt64(clamping: opened))
  }
}
