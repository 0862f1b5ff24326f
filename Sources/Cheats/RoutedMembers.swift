// Cheats around orders that are routed to a subnet: bought rank, pumped budgets, rings that judge
// themselves, and who takes over a seat for the rank of its last holder.

import Kernel
import Market
import Primitives

enum RoutedMembers {
  static let cheats: [Cheat] =
    [boughtRank, pump(50), pump(100)] + [30, 50].map(ring) + [sniper, refuses, deaf]

  /// The least that a seat costs where its subnet says nothing else; it is burnt.
  private static let seat: Fraction = 1_000_000
  /// What buyers pay beside the price at most, in a subnet that asks it.
  private static let share = Fraction(1, over: 5)
  /// Orders of one member in the two epochs until the validators' next weights count.
  private static let orders: Fraction = 20

  /// It answered the validators well until it stood first, and sells junk from then on. Its rank is
  /// twice that of the next, so that it is paid twice the next one's price.
  private static let boughtRank = Cheat(
    "routed.bought.rank", by: .provider,
    "earns a rank, then sells junk under open for two epochs; 80 % of buyers look", figure: nil
  ) { s in
    let looked = Fraction(4, over: 5)
    let paid = try s.open(.silent).net(of: .provider)
    let lost = try s.open(.rejected).net(of: .provider)
    let each = (1 - looked) * 2 * paid + looked * lost - (try s.tolls(4))
    return .certain(orders * each - seat)
  }.with {
    $0.measure = .once
    $0.defence = "none under open; a check that measures the answer, and its bond"
    $0.bound = Cheat.Bound("the limit of what nobody looks at, for two epochs") { s in
      orders * 2 * Fraction(1, over: 5) * Fraction(s.price)
    }
  }

  /// An owner buys from itself. What is left of the price comes back to it, the share is divided
  /// among all who are worth something, and the take is gone.
  private static func pump(_ percent: Int) -> Cheat {
    Cheat(
      "routed.pump", "earns \(percent) % of the subnet", by: .coalition,
      "an owner routes orders to its own member to feed the budget that pays it", figure: nil
    ) { s in
      let own = Fraction(Int128(percent), over: 100)
      let around = try s.open(.accepted).net(of: .buyer, .provider)
      return .certain(around - share * Fraction(s.price) * (1 - own) - (try s.tolls(10, long: 1)))
    }.with { $0.defence = "the share is paid in money and divided by others; the take is gone" }
  }

  /// Drawn by stake in place of bonds, and otherwise the panel of any order.
  private static func ring(_ percent: Int) -> Cheat {
    Cheat(
      "routed.jury.ring", "\(percent) % of the stake", by: .coalition,
      "validators who praise their own miner's junk where they are two of three, vs honest",
      figure: nil
    ) { s in try Judges.colluding(s, percent: percent, gold: false) }.with {
      $0.isAgainstHonest = true
      $0.defence = "none without gold: a majority of the jury stands"
      $0.bound = Cheat.Bound("a seat's price, its bond and the work, where it is two of three") {
        try Judges.captured($0, percent: percent)
      }
    }
  }

  /// A place belongs to the account that earned it.
  private static let sniper = Cheat(
    "routed.sniper", by: .provider, "takes over a ranked seat to be routed to by its rank",
    figure: nil
  ) { s in .certain(0 - seat - (try s.tolls(2))) }.with {
    $0.measure = .once
    $0.defence = "places are by account, and fixed in the order's block: its bids are refused"
  }

  // MARK: Sellers who serve nobody

  /// It asks so little that it wins every order, and serves none: each costs it a bond.
  private static let refuses = Cheat(
    "routed.refuses", "honours every seat", by: .provider,
    "a ranked member that wins every order by its price, honours the seat and never answers",
    figure: nil
  ) { s in
    .certain(orders * (try s.open(.noEvidence).net(of: .provider) - s.tolls(4)) - seat)
  }.with {
    $0.measure = .once
    $0.defence = "B for each run; the buyer has all back, and its agent orders without it"
  }

  private static let deaf = Cheat(
    "routed.refuses", "honours none", by: .provider,
    "the same, and lets every call go by", figure: nil
  ) { s in
    .certain(orders * (try s.open(.notHonoured).net(of: .provider) - s.tolls(3)) - seat)
  }.with {
    $0.measure = .once
    $0.defence = "B for each call; the next of those who stand by is called"
  }
}
