// The page of the reference that lists every cheat, made from the catalogue itself.

import Cheats

enum CheatsPage {
  static func text(_ judged: [Judgement], seed: UInt64, runs: Int) -> String {
    var lines = opening(seed: seed, runs: runs)
    for family in Cheat.Family.allCases {
      let rows = judged.filter { $0.cheat.family == family }
      guard !rows.isEmpty else { continue }
      lines += ["## \(family.rawValue.prefix(1).uppercased())\(family.rawValue.dropFirst())", ""]
      lines += ["| cheat | strategy | unit | expects | simulated | against it |"]
      lines += ["|---|---|---|---:|---:|---|"]
      lines += rows.map(row)
      lines += [""]
    }
    lines += bounds(judged) + differences(judged) + closing
    return lines.joined(separator: "\n")
  }

  private static func opening(seed: UInt64, runs: Int) -> [String] {
    [
      """
      # Cheats

      Made from the program by `tolsey cheats --markdown`; do not edit it by hand.

      What every known cheat earns under the standard terms. Each row is an actor in
      `Sources/Cheats`: it plays its strategy against the functions that settle every run of the
      market, and with its bonds and draws. `tolsey cheats` (or `make cheats`) works the table out
      again and exits with 1 when a row is not below zero and states no bound, or is above the
      bound that it states.

      ## How to read it

      - The job: price R = $1.00, the provider's cost C = $0.80, standard terms. The call: R = 100
        millionths of a dollar (µ$), C = 80 µ$, claimed by the dollar. A cheat owns 30 % of the
        audit bonds unless its row says otherwise. Messages have 200 to 400 bytes.
      - *expects* is an exact fraction, shown with three digits; the sign is judged on it alone.
        All outcomes of a row are enumerated with their chances, and each is settled.
      - *simulated* is the mean of \(runs) attempts with seed \(seed) and half of its 95 % interval,
        by the larger of the variances of the sample and of the exact outcomes. Chance comes from
        the market's own draws (salt, beacon, bonds). A dash: nothing is left to chance. ~ marks an
        interval that is wider than the expectation: it proves no sign.
      - A unit with * counts the profit above that of an honest party (a job +$0.21, a call
        +19.7 µ$ for a provider that audits itself when its own auditor is drawn).
      - **Bold**: not below zero. Its bound stands under [Not negative](#not-negative).

      """
    ]
  }

  private static func row(_ one: Judgement) -> String {
    let amount = one.amount(one.exact)
    let expects = one.verdict == .loses ? amount : "**\(amount)**"
    return "| `\(one.cheat.name)`\(variant(one.cheat)) | \(one.cheat.does) | \(cell(one.unit)) "
      + "| \(expects) | \(one.interval ?? "–") | \(one.cheat.defence) |"
  }

  private static func variant(_ cheat: Cheat) -> String {
    cheat.variant.isEmpty ? "" : " (\(cheat.variant))"
  }

  /// A star would begin emphasis.
  private static func cell(_ text: String) -> String { text.replacing("*", with: "\\*") }

  private static func bounds(_ judged: [Judgement]) -> [String] {
    var lines = [
      "## Not negative", "",
      "| cheat | expects | at most | bound |", "|---|---:|---:|---|",
    ]
    for one in judged where one.verdict == .bounded || one.verdict == .exceeds {
      guard let limit = one.limit, let bound = one.cheat.bound else { continue }
      lines.append(
        "| `\(one.cheat.name)`\(variant(one.cheat)) | \(one.amount(one.exact)) "
          + "| \(one.amount(limit)) \(one.cheat.measure.unit) | \(bound.words) |")
    }
    return lines + [""] + reasons + [""]
  }

  private static let reasons = [
    """
    Why they are not negative:

    - `junk.open`: the ledger sees only what the buyer says. A refund would pay every liar, so
      `open` is trust: buy in slices, look, leave at the first junk. Selling junk pays less than
      work once 80.2 % of the buyers look.
    - `last.call`: a voucher comes before its call, so that the buyer can steal nothing; the
      provider can keep one voucher a channel.
    - `free.work.p0`, `majority.p0`: at p = 0 the majority is final at once, and members who tell
      each other lie only when they hold it. No bond deters that; p > 0 does (`free.work`,
      `majority.court`).
    - `shill.bid`: a sealed bid of the buyer is a secret limit; an open limit gains about as much.
    - `predator.sure`: a claimer that is surely away for the whole window loses. A deputy key that
      may move for it closes this.
    - `censor.salt`, `front.run`: one operator orders the messages. Dropping a salt is visible and
      the buyer can prove it; running ahead of a volunteer takes only the volunteer's reward.
    - `share.run`: three seats of one owner need one run. The result is right, and competition in
      bidding returns what is saved.
    - `wash.p0`: as long as unaudited majorities count as good work. Audits end it (`wash.audited`).
    - `lie.bribe.least`: seat bonds are computed for bribes of the winner's whole share. An auditor
      that knows the lie can settle for less: it has the fee when it confirms, saves the run and
      the tolls of the game. Inventing answers then earns a little; honest work earns more, so
      that nobody who can work prefers it. A seat bond of 61.5 R instead of 60 R makes it negative.
    - `unpaid.call`, `grind.silent`: nothing is gained and nothing is lost.
    """
  ]

  private static func differences(_ judged: [Judgement]) -> [String] {
    let other = judged.filter { $0.agrees == false }
    guard !other.isEmpty else { return [] }
    return [
      "## Other figures than the design's", "",
      "The design has a table of its own, made by another simulation. All rows round to its",
      "figures except these:", "", "| cheat | here | design | why |", "|---|---:|---:|---|",
    ]
      + other.map {
        "| `\($0.cheat.name)`\(variant($0.cheat)) | \($0.amount($0.exact)) "
          + "| \($0.cheat.figure?.text ?? "–") | \($0.cheat.note ?? "") |"
      } + [""]
  }

  private static let closing = [
    """
    ## What is not proved

    That providers will bait copying auditors, that buyers will look, that bonds of sixty prices
    are light for small providers, that outages are independent. Actors maximise money, know the
    rules and repeat one attempt; a lie that is worth more elsewhere than 1.18 R needs a larger p.
    A row that simulates buyers or providers by a share (20 % demand, 30 % stay away, 5 % bait)
    is as true as that share.

    """
  ]
}
