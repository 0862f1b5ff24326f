// The drawn auditor's cheats: copying, guessing, accusing, silence.

import Kernel
import Market
import Primitives

enum Checkers {
  static let cheats: [Cheat] = [lazyCopy, silentJob, silentCall] + accusing

  /// Copies a trace that was handed over: it saves the work, and meets bait now and then. Bait is
  /// the wrong trace of a true run, so that its copier differs, plays and loses.
  private static let lazyCopy = Cheat(
    "lazy.copy", by: .checker, "copies the trace that it was handed; 5 % are bait",
    figure: Figure("−0.75")
  ) { s in
    let honest = try s.disputable(audit: .equal).net(of: .auditor) - Fraction(s.cost)
    return [
      Outcome("bait", s.bait, try falselyAccusing(s) - honest),
      Outcome(
        "a true trace", 1 - s.bait, try s.disputable(audit: .equal).net(of: .auditor) - honest),
    ]
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "blind seals; it pays below 2.6 % bait"
    $0.play = { s, chance in .outcome(chance.happens(s.bait) ? 0 : 1) }
  }

  private static func falselyAccusing(_ s: Setting) throws -> Fraction {
    try s.disputable(audit: .differs, games: [try s.game(.auditor, .lost)]).net(of: .auditor)
  }

  private static let accusing: [Cheat] = [
    ("lazy.junk", "seals a random root"),
    ("extort.audit", "says: pay me or I differ; nobody pays, it differs"),
  ].flatMap { name, does in
    [
      Cheat(name, by: .checker, does, figure: Figure("−30")) { s in
        .certain(try falselyAccusing(s) - s.tolls(2))
      },
      Cheat(name, "call", by: .checker, does, figure: Figure("−1.43")) { s in
        .certain(try Claim(s).settled(.lost).net(of: .auditor) - s.tolls(2))
      }.with { $0.measure = .audit },
    ].map { $0.with { $0.defence = "an accuser stakes what it can win" } }
  }

  private static let silentJob = Cheat(
    "silent.auditor", by: .checker, "is drawn and says nothing", figure: Figure("−1.00")
  ) { s in
    .certain(try s.disputable(audit: .silent).net(of: .auditor))
  }.with { $0.defence = "silence costs the fee; the next is called" }

  private static let silentCall = Cheat(
    "silent.auditor", "call", by: .checker, "is drawn and says nothing",
    figure: Figure("−0.000600")
  ) { s in
    .certain(try Claim(s).settled(.silent).net(of: .auditor))
  }.with {
    $0.measure = .audit
    $0.defence = "silence costs the fee; the next is called"
  }
}
