// The buyer's cheats: false rejections, salts kept back, free answers, silence, shill bids.

import Kernel
import Market
import Primitives

enum Buyers {
  static let cheats: [Cheat] =
    [
      rejecting("reject.good", "keeps a good output and rejects it"),
      rejecting("reject.extort", "says: pay me or I reject; nobody pays, it rejects").with {
        $0.defence = "a rejection burns the price; two of them show in its rate"
      },
      saltSkip, saltReroll, freeWork, freeWorkUnaudited, inputWithheld,
    ] + never + [falseDemand, dilute, unpaidCall]

  // MARK: Rejections

  /// Against accepting: whatever a rejection returns is what it gains.
  private static func rejecting(_ name: String, _ does: String) -> Cheat {
    Cheat(name, by: .buyer, does, figure: Figure("−0.00003")) { s in
      let gained =
        try s.open(.rejected).net(of: .buyer) - s.open(.silent).net(of: .buyer)
      return .certain(try gained - s.tolls(1))
    }.with {
      $0.isAgainstHonest = true
      $0.defence = "a rejection burns the price"
    }
  }

  private static let dilute = Cheat(
    "dilute", by: .buyer, "buys from itself until two rejections no longer show",
    figure: Figure("−0.023")
  ) { s in
    let rejected = try s.price.multiplied(by: 2)
    var bought: UInt64 = 0
    while RecordFormulas.rejectionRate(
      accepted: try s.price.multiplied(by: bought), rejected: rejected, price: s.price)
      > s.terms.maxRejection
    { bought += 1 }
    let each = try s.open(.accepted).net(of: .buyer, .provider) - s.tolls(10, long: 1)
    return .certain(Fraction(Int(bought)) * each)
  }.with {
    $0.measure = .once
    $0.defence = "what it washes away gained nothing"
  }

  // MARK: Salts

  private static let saltSkip = Cheat(
    "salt.skip", by: .buyer, "keeps its salt to save the fee of an audit", figure: Figure("−0.95")
  ) { s in
    let unaudited = try s.disputable().net(of: .buyer)
    let audited = try s.disputable(audit: .equal).net(of: .buyer)
    let honest =
      try s.audited * audited + (1 - s.audited) * unaudited - s.tolls(1)
    return .certain((s.has(.auditWithoutSalt) ? audited : unaudited) - honest)
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "without a salt the run is audited for certain"
  }

  private static let half = Fraction(1, over: 2)

  /// With half of the bidders its own, the buyer wants two own seats and one honest: no majority,
  /// everybody refunded, and the honest answer read. It lets every other draw lapse, and orders
  /// anew when that is worth something.
  private static let saltReroll = Cheat(
    "salt.reroll", by: .buyer, "owns half of the bidders, keeps its salt until the draw suits",
    figure: Figure("−0.13")
  ) { s in
    let lapse = try Settlement.bidding(
      bids: [], lapsed: .saltWithheld(price: s.price), escrow: try s.price.multiplied(by: 3),
      terms: s.terms
    ).net(of: .buyer)
    let free = try readFree(s, auditPpm: 0, isChallenged: false)
    let idle = try noMajorityOfOwn(s, auditPpm: 0)
    let fee = try s.tolls(1, long: 1)
    func chance(_ own: Int) -> Fraction { Seats.chance(of: own, among: 3, share: half) }
    let bad = chance(0) + chance(1)
    let once = chance(2) * (free - fee) + chance(3) * (idle - fee) + bad * (lapse - fee)
    let again = once > 0 ? once / (1 - bad) : 0
    return [
      Outcome("one honest seat", chance(2), free - fee),
      Outcome("all seats its own", chance(3), idle - fee),
      Outcome("an honest majority: lapses", bad, lapse - fee + again),
    ]
  }.with {
    $0.defence = "a lapsed draw forfeits one price"
    $0.play = { _, chance in
      let own = try Seats.drawn(3, share: half, &chance)
      return .outcome(own == 2 ? 0 : own == 3 ? 1 : 2)
    }
  }

  // MARK: Free work

  private static func answer(_ number: UInt8) -> Bytes32 { SHA256.hash([number]) }

  /// Two own seats with two answers beside an honest one: nobody has a majority.
  private static func readFree(
    _ s: Setting, auditPpm: UInt64, isChallenged: Bool
  ) throws -> Fraction {
    let acts: [ReplicaAct] = [.answer(answer(1)), .answer(answer(2)), .answer(answer(0))]
    let games =
      isChallenged
      ? try [1, 2].map {
        try s.game(.seat(2), against: answer(UInt8($0)), .won, auditPpm: auditPpm)
      } : []
    let payouts = try s.replicated(acts, auditPpm: auditPpm, games: games)
    // The answer that it reads is worth its price.
    return payouts.net(of: .buyer, .seat(0), .seat(1)) + Fraction(s.price)
  }

  private static func noMajorityOfOwn(_ s: Setting, auditPpm: UInt64) throws -> Fraction {
    try s.replicated(
      [.answer(answer(1)), .answer(answer(2)), .answer(answer(3))], auditPpm: auditPpm
    ).net(of: .buyer, .seat(0), .seat(1), .seat(2))
  }

  private static func readingFree(
    _ name: String, _ does: String, _ figure: String, isAudited: Bool
  ) -> Cheat {
    Cheat(name, by: .buyer, does, figure: Figure(figure)) { s in
      let ppm = isAudited ? s.terms.audit : 0
      return [
        Outcome(
          "the sixth is drawn", half,
          try readFree(s, auditPpm: ppm, isChallenged: isAudited && s.has(.court))),
        Outcome("it is not", half, try noMajorityOfOwn(s, auditPpm: ppm)),
      ]
    }.with {
      $0.play = { _, chance in
        .outcome(try chance.draw().seats(3, of: 6).seats.contains(5) ? 0 : 1)
      }
    }
  }

  private static let freeWork = readingFree(
    "free.work", "five of six bids its own, no majority, reads the sixth; p = 5 %", "−59.5",
    isAudited: true
  ).with { $0.defence = "the honest seat fells both liars" }

  private static let freeWorkUnaudited = readingFree(
    "free.work.p0", "the same at p = 0", "+0.50", isAudited: false
  ).with {
    $0.defence = "none at p = 0: buy small sums of known providers"
    $0.bound = Cheat.Bound("the value of an answer") { Fraction($0.price) }
  }

  // MARK: Silence

  private static let inputWithheld = Cheat(
    "input.withheld", by: .buyer, "locks a provider's capacity and never sends its input",
    figure: Figure("−0.10")
  ) { s in
    .certain(try s.open(.inputWithheld).net(of: .buyer) - s.tolls(0, long: 1))
  }.with { $0.defence = "an idle share of the price" }

  private static let never: [Cheat] = [
    Cheat(
      "never.fetches", by: .buyer, "never looks at what it bought", figure: Figure("−1.00")
    ) { s in .certain(try s.open(.silent).net(of: .buyer)) },
    Cheat(
      "never.fetches", "call", by: .buyer, "never looks at what it bought",
      figure: .micro("−100")
    ) { s in
      let claim = try Claim(s)
      return .certain(try claim.settled(.none).net(of: .buyer) / claim.calls)
    }.with { $0.measure = .call },
  ].map { $0.with { $0.defence = "silence accepts" } }

  private static let falseDemand = Cheat(
    "false.demand", by: .buyer, "demands the key that it has", figure: Figure("−0.00003")
  ) { s in
    // The provider posts the key; nothing else moves.
    .certain(-(try s.tolls(1)))
  }.with { $0.defence = "toll" }

  private static let unpaidCall = Cheat(
    "unpaid.call", "call", by: .buyer, "asks for a call without a voucher", figure: .micro("0")
  ) { s in
    .certain(s.has(.voucherFirst) ? Fraction(0) : Fraction(s.callPrice))
  }.with {
    $0.measure = .call
    $0.defence = "the voucher comes first"
    $0.bound = Cheat.Bound("nothing: a call without a voucher is not served") { _ in 0 }
  }
}
