// Who put in what and who gets what, in a form in which nothing can appear or be lost.

public import Primitives

/// A party to a settlement, before anybody knows its account.
public enum Party: Hashable, Sendable {
  case buyer
  case provider
  case seat(Int)
  case bidder(Int)
  case auditor
  case challenger(Int)
  case judge(Int)
  /// Slashes, burns and the take; no message spends from it.
  case treasury
  /// Tolls.
  case `operator`
}

/// The stakes of a settlement and where they went: equal sums, by construction.
public struct Payouts: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let party: Party
    public internal(set) var amount: Amount
  }

  /// What each party had put in, each party once.
  public internal(set) var stakes: [Entry] = []
  /// What each party gets, each party once, the treasury last. Nobody is listed for nothing.
  public internal(set) var entries: [Entry] = []

  /// What a party gets.
  public subscript(_ party: Party) -> Amount {
    entries.first { $0.party == party }?.amount ?? .zero
  }

  /// The sum of all payouts, which is that of the stakes.
  public var total: Amount {
    entries.reduce(.zero) { Amount($0.units + $1.amount.units) }
  }
}

/// The stakes on the table: what is paid is taken from them, and the rest is the treasury's.
struct Pot {
  private var payouts = Payouts()
  private var left = Amount.zero

  /// Room for the parties of most settlements.
  init() {
    payouts.stakes.reserveCapacity(4)
    payouts.entries.reserveCapacity(6)
  }

  mutating func stake(_ party: Party, _ amount: Amount) throws(Refusal) {
    left = try left.adding(amount)
    payouts.stakes.append(Payouts.Entry(party: party, amount: amount))
  }

  mutating func pay(_ party: Party, _ amount: Amount) throws(Refusal) {
    left = try left.subtracting(amount)
    guard amount > .zero else { return }
    if let known = payouts.entries.firstIndex(where: { $0.party == party }) {
      payouts.entries[known].amount = try payouts.entries[known].amount.adding(amount)
    } else {
      payouts.entries.append(Payouts.Entry(party: party, amount: amount))
    }
  }

  /// The payouts, once everybody but the treasury has been paid.
  consuming func close() -> Payouts {
    if left > .zero { payouts.entries.append(Payouts.Entry(party: .treasury, amount: left)) }
    return payouts
  }
}
