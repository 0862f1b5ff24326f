// The operator's cheats: messages dropped, reordered, run before others, blocks filled.

import Kernel
import Market
import Primitives

enum Operators {
  static let cheats: [Cheat] = [censorSalt, censorOpening, frontRun, grindSilent, fillWindow]

  private static let censorSalt = Cheat(
    "censor.salt", by: .operator, "drops the salt, draws its own auditor, its provider lies",
    figure: Figure("+2.00")
  ) { s in
    .certain(try s.disputable(audit: .equal).net(of: .provider, .auditor))
  }.with {
    $0.defence = "visible, and the buyer can prove it; trust in one operator"
    $0.bound = Cheat.Bound("price and fee of each run that it steals") {
      try Fraction($0.price) + Fraction($0.auditFee())
    }
  }

  /// It buys by channels of its own. A claim whose drawn run is not opened within the hour goes
  /// back to its payers, and what the seller served for it was free.
  private static let censorOpening = Cheat(
    "censor.opening", by: .operator, "buys by voucher and drops the opening of the claim",
    figure: nil
  ) { s in
    .certain(Fraction(Amount(s.terms.claimTarget)))
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "visible: no opening in an hour of blocks; the slice goes to the treasury"
    $0.bound = Cheat.Bound("what was claimed of its own channels") {
      Fraction(Amount($0.terms.claimTarget))
    }
  }

  private static let frontRun = Cheat(
    "front.run", by: .operator, "puts its own challenge before a volunteer's",
    figure: Figure("+30.0")
  ) { s in
    let games = [
      try s.game(.volunteer(0), .won, end: 1), try s.game(.volunteer(1), .stopped, end: 2),
    ]
    return .certain(try s.disputable(games: games).net(of: .challenger(0)) - s.tolls(1))
  }.with {
    $0.defence = "the liar loses its bond all the same; drawn auditors come first"
    $0.bound = Cheat.Bound("the volunteer's reward") { s in
      try s.reward(of: try s.seatBond(auditPpm: s.terms.audit))
    }
  }

  /// How many orders of its messages it can try in a block.
  private static let orders = 8

  /// What an own auditor is worth to it: a lie that is confirmed instead of caught.
  private static func prize(_ s: Setting) throws -> Fraction {
    try Providers.lie(s, met: .own) - Providers.lie(s, met: .stranger)
  }

  /// Without the buyer's salt it tries orders until its own auditor is drawn. With it every order
  /// looks alike, and its choice is worth what chance is.
  private static let grindSilent = Cheat(
    "grind.silent", by: .operator, "orders messages to steer a draw", figure: Figure("0")
  ) { s in
    let tries = s.has(.buyersSalt) ? 1 : orders
    let own = 1 - (1 - s.owned).power(tries)
    let worth = try prize(s)
    let base = s.owned * worth
    return [
      Outcome("own auditor", own, worth - base), Outcome("stranger", 1 - own, -base),
    ]
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "the draw hangs on the buyer's salt"
    $0.bound = Cheat.Bound("nothing: it does not know the salt") { _ in 0 }
    $0.play = { s, chance in
      let (object, salt) = (chance.secret(), chance.secret())
      let guess = s.has(.buyersSalt) ? chance.secret() : salt
      func auditor(_ salt: Bytes32, _ beacon: Bytes32) throws -> Auditor {
        let draw = Draw(object: object, fixed: object, salt: salt, beacon: beacon)
        return try Auditor.called(by: draw, s)
      }
      var beacon = chance.secret()
      for _ in 1..<orders where try auditor(guess, beacon) != .own { beacon = chance.secret() }
      return .outcome(try auditor(salt, beacon) == .own ? 0 : 1)
    }
  }

  private static let fillWindow = Cheat(
    "fill.window", by: .operator, "anybody fills blocks for twelve minutes to pass a lie",
    figure: Figure("−475")
  ) { s in
    let messages = try Amount(s.terms.messageRate).multiplied(by: 720)
    return .certain(-(try s.tolls(messages.units)))
  }.with {
    $0.measure = .once
    $0.defence = "clocks stand still while blocks are full"
  }
}
