// Who put in what for a run, who got what, and why: a settlement in words.

import Chain
import Kernel
import Market
import Primitives

/// The settlement of a run, one line a party. What was put in and what came out add up to the same.
struct RunMoney {
  struct Line {
    var role: String
    /// Nil for the treasury and the operator.
    var account: Address?
    var put: UInt64
    var got: UInt64
    var why: String
  }

  let lines: [Line]

  init(_ run: SettledRun) {
    var lines: [Line] = []
    let seats = run.verdict.seats
    let price = run.prices.reduce(run.fee, RunMoney.sum)
    for (place, payout) in run.payouts.enumerated() {
      let got = payout.amount.units
      if place == 0 {
        let why = RunMoney.buyer(run, price, got)
        lines.append(Line(role: "buyer", account: run.buyer, put: price, got: got, why: why))
      } else if place <= min(seats.count, run.stakes.count, run.prices.count) {
        let seat = seats[place - 1]
        let role = seats.count == 1 ? "provider" : "seat \(place)"
        let stake = run.stakes[place - 1]
        let why = RunMoney.seat(
          seat.fate, in: run.verdict, price: run.prices[place - 1], stake, got)
        lines.append(
          Line(role: role, account: seat.provider, put: stake, got: got, why: why))
      } else if payout.kind == 2 {
        let why = RunMoney.treasury(run, got)
        lines.append(Line(role: "treasury", put: 0, got: got, why: why))
      } else if payout.kind == 3 {
        let why = "tolls of the dispute's moves, paid by who lost it"
        lines.append(Line(role: "operator", put: 0, got: got, why: why))
      } else if run.auditBond > 0, payout.account == run.verdict.auditor,
        !lines.contains(where: { $0.role == "auditor" })
      {
        let why = RunMoney.auditor(run, got)
        lines.append(
          Line(role: "auditor", account: payout.account, put: run.auditBond, got: got, why: why))
      } else if run.check.kind == PanelCheck.name {
        let why =
          got == 0
          ? "its scores earned nothing, or never came"
          : "judged the answers: a purse of the prices, as far as its scores came to what stands"
        lines.append(Line(role: "judge", account: payout.account, put: 0, got: got, why: why))
      } else {
        let why = "won a dispute: a share of the bond that was lost, after the tolls"
        lines.append(
          Line(role: "challenger", account: payout.account, put: 0, got: got, why: why))
      }
    }
    self.lines = lines
  }

  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    a.addingReportingOverflow(b).overflow ? .max : a + b
  }

  private static func buyer(_ run: SettledRun, _ put: UInt64, _ got: UInt64) -> String {
    let verdict = run.verdict
    switch verdict.outcome {
    case .rejected:
      return "a rejection burns the price: nothing comes back, so that rejecting never pays"
    case .inputWithheld: return "the price, less a fee to each seat that stood idle"
    case .noEvidence, .noMajority, .demandExpired, .notHonoured, .fell, .leftSilent, .disproved,
      .otherInput:
      return "nothing was delivered that counts, so the whole price comes back"
    case .unjudged where verdict.seats.contains(where: { $0.fate == .paid }):
      return "nobody could be drawn to judge, so that the prices were paid"
    case .tooFew:
      return "the price of each seat that opened nothing, and its pledge where any seat did"
    case .unjudged: return "too few judges scored, so the whole price comes back"
    case .judged, .goldWithheld:
      return "what silent seats would have got, and of its pledge what its gold did not lose"
    case .accepted, .silent, .majority, .stands, .proved: break
    }
    if got == 0 { return "the whole price was used" }
    var parts: [String] = []
    let unpaid = verdict.seats.count { $0.fate != .paid }
    if unpaid > 0 {
      parts.append("the price of \(Formats.plural(UInt64(unpaid), "seat")) that did not earn it")
    }
    if run.fee > 0, verdict.audit != .equal { parts.append("the audit fee that nobody earned") }
    return parts.isEmpty
      ? "the price of what was asked for and not used" : parts.joined(separator: ", and ")
  }

  private static func seat(
    _ fate: Fate, in verdict: Verdict, price: UInt64, _ stake: UInt64, _ got: UInt64
  ) -> String {
    let reason = verdict.reason(of: fate)
    return fate == .paid && got > sum(price, stake)
      ? reason + ", and it shares what a challenger lost" : reason
  }

  private static func auditor(_ run: SettledRun, _ got: UInt64) -> String {
    let gained = got > run.auditBond
    switch run.verdict.audit {
    case .equal where gained: return "found the same bits: its fee, and its bond back"
    case .equal: return "confirmed an answer that fell: its bond is lost"
    case .differs where gained:
      return "found the answer false and proved it: its bond back, and a share of what was lost"
    case .differs where got == run.auditBond: return "found something else: its bond back"
    case .differs: return "called the answer false and lost the dispute: its bond is lost"
    case .silent: return "was called and said nothing: the fee is taken from its bond"
    case .committed: return "had sealed its result: its bond back, and its fee"
    case .none: return "its bond back"
    }
  }

  private static func treasury(_ run: SettledRun, _ got: UInt64) -> String {
    if got == 0 { return "nothing" }
    var parts: [String] = []
    let verdict = run.verdict
    if verdict.seats.contains(where: { $0.fate == .paid }) {
      parts.append("the network's take of what was paid")
    }
    let lost = verdict.seats.indices.contains { seat in
      seat + 1 < run.payouts.count && seat < run.stakes.count
        && run.payouts[seat + 1].amount.units < run.stakes[seat]
    }
    if lost { parts.append("bonds that were lost") }
    if verdict.outcome == .rejected { parts.append("the price that burnt") }
    parts += burnt(by: verdict, fee: run.fee)
    if verdict.audit == .silent { parts.append("the silent auditor's fee") }
    let what = parts.isEmpty ? "what rounding left" : parts.joined(separator: ", and ")
    return what + "; no message can spend from it"
  }
}

extension RunMoney {
  /// What a jury's verdict burns: nobody gains by an answer that told nothing.
  private static func burnt(by verdict: Verdict, fee: UInt64) -> [String] {
    var parts: [String] = []
    switch verdict.outcome {
    case .judged, .goldWithheld:
      parts.append("of the prices what the answers did not earn")
      let isPledgeLost =
        verdict.outcome == .goldWithheld || verdict.seats.contains { $0.fate == .rejected }
      if fee > 0, isPledgeLost { parts.append("of the buyer's pledge what its gold lost") }
    case .tooFew where verdict.isUnanswered:
      if fee > 0 { parts.append("the buyer's pledge, since nobody could answer") }
    case .tooFew: parts.append("the price of an answer that nothing could be held against")
    default: break
    }
    return parts
  }

  /// What changed hands, without the bonds that came back whole.
  var flow: MoneyFlow {
    var sources: [MoneyFlow.Branch] = []
    var sinks: [MoneyFlow.Branch] = []
    for line in lines {
      if line.role == "buyer" {
        sources.append(.init(label: "price", amount: line.put))
        sinks.append(.init(label: "back to buyer", amount: line.got))
      } else if line.got >= line.put {
        sinks.append(.init(label: line.role, amount: line.got - line.put))
      } else {
        let lost = line.put - line.got
        sources.append(.init(label: "bond of \(line.role)", amount: lost, isBad: true))
      }
    }
    return MoneyFlow(title: "Where the money of this run went", sources: sources, sinks: sinks)
  }

  var table: Markup {
    let rows: [[Markup]] = lines.map { line in
      [
        "\(line.role)", line.account.map(Parts.account) ?? "", Parts.money(line.put),
        Parts.money(line.got), "<span class=\"prose\">\(line.why)</span>",
      ]
    }
    return Parts.table(
      "Settlement", ["Party", "Account", "#Put in", "#Got out", "Why"], rows,
      empty: "Nothing moved.")
  }

  /// In = out, said.
  var balance: Markup {
    let put = lines.reduce(UInt64(0)) { RunMoney.sum($0, $1.put) }
    let got = lines.reduce(UInt64(0)) { RunMoney.sum($0, $1.got) }
    return """
      <p>Put in \(Parts.money(put)), got out \(Parts.money(got))\
      \(put == got ? ": nothing appeared and nothing was lost." : ".") Bonds that came back are \
      counted on both sides of the table, and left out of the picture.</p>
      """
  }

  var json: JSONValue {
    .array(
      lines.map { line in
        [
          "role": .string(line.role),
          "account": line.account.map { .string($0.checksummed) } ?? .null,
          "put": .unsigned(line.put), "got": .unsigned(line.got), "why": .string(line.why),
        ]
      })
  }
}
