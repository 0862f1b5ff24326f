// Settlement of `panel`: each price has a part for the seat and a part for the judges, and what is
// not earned of either burns.

public import Kernel
public import Primitives

extension Settlement {
  /// How a run before a panel ended.
  public enum PanelEnding: Hashable, Sendable {
    /// The panel spoke; `lost` burns of F.
    case judged(lost: Amount)
    /// The buyer was content, or said nothing.
    case accepted
    /// Too few judges scored.
    case unjudged
  }

  /// A run's escrow and bonds, and where they go.
  ///
  /// The judges' part never goes back to a buyer that does without a panel: to skip the judges
  /// would be worth their pay. Where too few judges scored, prices go back, since nobody is to gain
  /// by answers that nobody looked at; a buyer whose judges keep silent loses more by their bonds.
  ///
  /// - Parameters:
  ///   - seats: with the share of the seat's part that each earned.
  ///   - judges: what each earned of its purse; as many as were drawn.
  ///   - wanted: judges that the order asks for: in so many purses the judges' part is cut.
  ///   - part: the judges' part of every price, in parts per million.
  public static func panel(
    seats: [JudgedSeat], judges: [UInt64], wanted: UInt64, part: UInt64, fee: Amount,
    ending: PanelEnding, terms: Terms
  ) throws(Refusal) -> Payouts {
    var pot = Pot()
    var escrow = fee
    for seat in seats { escrow = try escrow.adding(seat.price) }
    try pot.stake(.buyer, escrow)
    for (index, seat) in seats.enumerated() { try pot.stake(.seat(index), seat.bidBond) }
    let isAnswered = seats.contains { $0.act != .silent }
    var purse = Amount()
    for (index, seat) in seats.enumerated() {
      if seat.act == .silent {
        try pot.pay(.buyer, seat.price)
        if !isAnswered { try pot.pay(.seat(index), seat.bidBond) }
        continue
      }
      if seat.act != .worthless { try pot.pay(.seat(index), seat.bidBond) }
      if ending == .unjudged {
        try pot.pay(.buyer, seat.price)
        continue
      }
      let forJudges = try seat.price.ppmDown(part)
      purse = try purse.adding(forJudges)
      guard case .worth(let share) = seat.act else { continue }
      let worth = try seat.price.subtracting(forJudges).ppmDown(share)
      try pot.pay(.seat(index), try paid(worth, terms))
    }
    guard case .judged(let lost) = ending else {
      try pot.pay(.buyer, isAnswered ? fee : .zero)
      return pot.close()
    }
    try pot.pay(.buyer, try fee.subtracting(lost))
    let own = Amount(purse.units / max(1, wanted))
    for (place, share) in judges.enumerated() {
      try pot.pay(.judge(place), try paid(try own.ppmDown(share), terms))
    }
    return pot.close()
  }
}
