// The provider's cheats on small calls, which are paid by voucher and claimed together.

import Kernel
import Market
import Primitives

/// A claim of vouchers: many calls, of which one is audited.
struct Claim {
  let setting: Setting
  let delta: Amount
  let slice: Amount
  let fee: Amount
  let auditBond: Amount

  init(_ s: Setting, delta: Amount? = nil) throws {
    setting = s
    self.delta = delta ?? Amount(s.terms.claimTarget)
    slice = try Bonds.sliceBond(claim: self.delta, terms: s.terms).ppmUp(s.sliceBondPpm)
    fee = try Bonds.auditFee(price: s.callPrice, terms: s.terms)
    auditBond = try s.challengeBond(against: slice)
  }

  /// How many calls it pays for.
  var calls: Fraction { Fraction(delta) / Fraction(setting.callPrice) }

  func settled(_ audit: ClaimAudit) throws -> Payouts {
    try Settlement.claim(
      delta: delta, slice: slice, fee: fee, auditBond: auditBond, audit: audit,
      tolls: try setting.gameTolls(), terms: setting.terms)
  }

  /// The claim itself, its seal and its opening; an own auditor has two messages more.
  private func tolls(own: Bool) throws -> Fraction { try setting.tolls(own ? 5 : 3) }

  /// The drawn run is true, or false with an own or a bought auditor.
  func confirmed(byOwn own: Bool, bribe: Fraction = 0, cost: Fraction) throws -> Fraction {
    let paid = try settled(.equal)
    let net = own ? paid.net(of: .provider, .auditor) : paid.net(of: .provider)
    return try net - bribe - cost - tolls(own: own)
  }

  func caught(cost: Fraction) throws -> Fraction {
    try settled(.won).net(of: .provider) - cost - tolls(own: false)
  }

  /// What it costs to buy the auditor that was drawn, who re-runs one call.
  func price(of bribe: Bribe) throws -> Fraction {
    switch bribe {
    case .nothing: return 0
    case .reward: return try setting.reward(of: slice)
    case .least:
      let won = try settled(.won).net(of: .auditor) - Fraction(setting.callCost)
      return try won - settled(.equal).net(of: .auditor)
    }
  }

  /// A strange auditor finds the drawn call false.
  func found(offering bribe: Bribe, cost: Fraction) throws -> Fraction {
    if bribe == .nothing { return try caught(cost: cost) }
    return try confirmed(byOwn: false, bribe: try price(of: bribe), cost: cost)
  }

  func honestExpectation() throws -> Fraction {
    let cost = calls * Fraction(setting.callCost)
    let c = setting.owned
    return try c * confirmed(byOwn: true, cost: cost)
      + (1 - c) * confirmed(byOwn: false, cost: cost)
  }
}

enum Callers {
  static let cheats: [Cheat] = [
    lying("lie.owned", "invents answers, owns 30 % of the audit bonds", "−170") { _ in 0 },
    lying(
      "lie.bribe", "and buys all other auditors at half of the slice", "−0.30", .reward
    ) { _ in 0 },
    lying(
      "lie.bribe.least", "and buys them for the least that they can take", nil, .least
    ) { _ in 0 }.with {
      $0.bound = Cheat.Bound("what honest work earns, so that nobody prefers it") {
        let claim = try Claim($0)
        return try claim.honestExpectation() / claim.calls
      }
    },
    lying("lie.cheap", "runs a model ten times cheaper", "−178") {
      $0.calls * Fraction($0.setting.callCost) / 10
    },
    lyingRarely("lie.rare", "lies in one call of fifty", "−3.8", .nothing),
    lyingRarely(
      "lie.rare.bribe", "the same, and buys all other auditors", "−0.38", .reward
    ).with { $0.note = "a bribe of half of the slice, 2.0 µ$ a call, against 1.6 µ$ saved" },
    overload, equivocate, convictSelf, lastCall,
  ]

  private static func perCall(_ cheat: Cheat) -> Cheat {
    cheat.with {
      $0.measure = .call
      $0.parts = { try Claim($0).calls }
    }
  }

  private static func lying(
    _ name: String, _ does: String, _ figure: String?, _ bribe: Bribe = .nothing,
    spending cost: @escaping @Sendable (Claim) -> Fraction
  ) -> Cheat {
    perCall(
      Cheat(name, "call", by: .provider, does, figure: figure.map { .micro($0) }) { s in
        let claim = try Claim(s)
        let spent = cost(claim)
        return [
          Outcome("own auditor", s.owned, try claim.confirmed(byOwn: true, cost: spent)),
          Outcome("stranger", 1 - s.owned, try claim.found(offering: bribe, cost: spent)),
        ]
      }
    ).with {
      $0.defence = "one run of every claim is audited, by value"
      $0.play = { s, chance in
        .outcome(try Auditor.called(by: chance.draw(), s) == .own ? 0 : 1)
      }
    }
  }

  private static func lyingRarely(
    _ name: String, _ does: String, _ figure: String, _ bribe: Bribe
  ) -> Cheat {
    let every = 50
    let rare = Fraction(1, over: Int128(every))
    return perCall(
      Cheat(name, "call", by: .provider, does, figure: .micro(figure)) { s in
        let claim = try Claim(s)
        let base = try claim.honestExpectation()
        let cost = (1 - rare) * claim.calls * Fraction(s.callCost)
        let own = try claim.confirmed(byOwn: true, cost: cost) - base
        let missed = try claim.confirmed(byOwn: false, cost: cost) - base
        let found = try claim.found(offering: bribe, cost: cost) - base
        return [
          Outcome("own auditor", s.owned, own),
          Outcome("stranger finds a true call", (1 - s.owned) * (1 - rare), missed),
          Outcome("stranger finds a false call", (1 - s.owned) * rare, found),
        ]
      }
    ).with {
      $0.isAgainstHonest = true
      $0.defence = "the audited run is picked by value"
      $0.play = { s, chance in
        let draw = chance.draw()
        if try Auditor.called(by: draw, s) == .own { return .outcome(0) }
        let claim = try Claim(s)
        let call = Int(try draw.offset(in: claim.delta) / s.callPrice.units)
        return .outcome(call % every == 0 ? 2 : 1)
      }
    }
  }

  // MARK: Capacity

  private static let claimsAtOnce = 20
  private static let largeClaim = Amount(3_500_000)

  /// Twenty false claims of $3.50 on a standing bond of $10: those that it cannot back wait.
  private static let overload = Cheat(
    "overload", "call", by: .provider, "has twenty times more unsettled work than bond",
    figure: .micro("< 0")
  ) { s in
    let claim = try Claim(s, delta: largeClaim)
    let bond = Amount(s.terms.standingBond)
    let admitted = s.has(.capacity) ? backed(claim, bond) : claimsAtOnce
    let won = try claim.confirmed(byOwn: true, cost: 0)
    return (0...admitted).map { caught in
      // What is lost is the standing bond, once.
      let lost = min(Fraction(bond), Fraction(caught) * Fraction(claim.slice))
      return Outcome(
        "\(caught) of \(admitted) found",
        Seats.chance(of: caught, among: admitted, share: 1 - s.owned),
        Fraction(admitted - caught) * won - lost)
    }
  }.with {
    $0.measure = .call
    $0.defence = "a claim that the bond cannot back waits"
    $0.parts = { s in
      let claim = try Claim(s, delta: largeClaim)
      let admitted =
        s.has(.capacity) ? backed(claim, Amount(s.terms.standingBond)) : claimsAtOnce
      return Fraction(max(1, admitted)) * claim.calls
    }
    $0.play = { s, chance in
      let claim = try Claim(s, delta: largeClaim)
      let admitted =
        s.has(.capacity) ? backed(claim, Amount(s.terms.standingBond)) : claimsAtOnce
      var caught = 0
      for _ in 0..<admitted where try Auditor.called(by: chance.draw(), s) == .stranger {
        caught += 1
      }
      return .outcome(caught)
    }
  }

  /// How many of these claims may be open at once, by the condition that the market holds.
  private static func backed(_ claim: Claim, _ bond: Amount) -> Int {
    (1...claimsAtOnce).last { count in
      let slices = Amount(claim.slice.units * UInt64(count))
      return TermsCheck.capacity(slices: slices, standingBond: bond).holds
    } ?? 0
  }

  // MARK: Leaves and vouchers

  /// The claim's money goes back to its payers, and the bond is lost: whole, since two words for
  /// one place convict a key and not a claim.
  private static let equivocate = perCall(
    Cheat(
      "equivocate", "call", by: .provider, "claims runs that it never gave", figure: .micro("−286")
    ) { s in
      guard s.has(.signedLeaves) else {
        return .certain(try Claim(s).settled(.none).net(of: .provider) - s.tolls(1))
      }
      return .certain(try convicted(s).net(of: .provider) - s.tolls(1))
    }
  ).with {
    $0.defence = "signed leaves, the whole standing bond"
    $0.note = "the design takes the slice of one claim only"
  }

  /// The same seller shows itself by a payer of its own, before its victim does.
  private static let convictSelf = perCall(
    Cheat(
      "equivocate.own", "call", by: .provider,
      "claims runs that it never gave, and shows it first by a payer of its own", figure: nil
    ) { s in
      .certain(try convicted(s).net(of: .provider, .buyer) - s.tolls(2, long: 1))
    }
  ).with { $0.defence = "half of the bond goes to the treasury; the claim goes back" }

  /// A puppet's channel was claimed for as much as earns it the whole share.
  private static func convicted(_ s: Setting) throws -> Payouts {
    let bond = Amount(s.terms.standingBond)
    return try Settlement.equivocation(bond: bond, claimed: bond, terms: s.terms)
  }

  private static let lastCall = Cheat(
    "last.call", "call", by: .provider, "takes a voucher and serves nothing, once a channel",
    figure: .micro("+99")
  ) { s in
    let claim = try Claim(s, delta: s.callPrice)
    return .certain(try claim.settled(.none).net(of: .provider))
  }.with {
    $0.measure = .call
    $0.defence = "a voucher pays for one call"
    $0.bound = Cheat.Bound("one call a channel") { Fraction($0.callPrice) }
  }
}
