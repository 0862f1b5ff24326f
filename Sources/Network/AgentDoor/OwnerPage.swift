// Draws the owner's pages: what waits and what a yes would change, what is owed, the log.

import Agents
import Foundation
import Kernel
import Primitives

/// What the front page shows.
struct OwnerView {
  var name: String
  var log: [WalletEntry]
  /// What the owner is asked.
  var waiting: [WalletEntry]
  var policy: Policy
  var now: Time
  var standing: PocketStanding?
  var owed: [AgentPayment]
  var channels: [ChannelView] = []
  /// What the ledger would make of what waits, by the line of the log.
  var rehearsed: [UInt64: Rehearsed] = [:]
  /// The account that it would leave.
  var account = Address.zero

  var isStopped: Bool { log.contains { $0.kind == .stopped } }
}

/// What all questions of a page are compared with, summed once.
private struct OwnerSums {
  var spent: Amount
  var payments: [Address: Int] = [:]

  init(_ view: OwnerView) {
    spent = view.log.spent(before: view.now)
    for entry in view.log where entry.kind == .allowed {
      payments[entry.intent.payee, default: 0] += 1
    }
  }
}

/// Plain HTML without scripts. All that is shown are numbers, addresses, origins and codes; each is
/// escaped all the same.
enum OwnerPage {
  /// Questions of one page, the newest; the others show when these are answered.
  static let mostWaiting = 50

  static func front(_ view: OwnerView) -> String {
    let sums = OwnerSums(view)
    let rows = view.waiting.suffix(mostWaiting).map { row($0, view, sums) }.joined()
    let state =
      view.isStopped
      ? "<p class=bad>This agent is stopped. It pays nothing any more.</p>"
      : "<p>It may spend \(money(view.policy.perDay)) a day and "
        + "\(money(view.policy.perPayment)) at once. "
        + "\(money(sums.spent)) of the last 24 hours are used.</p>"
    return page(
      view.name,
      """
      \(state)\(view.isStopped ? "" : stop)\(purse(view.standing))
      <h2>Waits for you</h2>
      \(rows.isEmpty ? "<p>Nothing.</p>" : rows)
      \(owed(view))\(channels(view.channels))
      \(last(view.log))
      """)
  }

  private static func purse(_ standing: PocketStanding?) -> String {
    guard let standing else { return "<p>No node answers, so its balance is not known.</p>" }
    let left = standing.left.map { ", and its session may still draw \(money($0)) now" } ?? ""
    return "<p>\(money(standing.account)) lie in its account\(left); \(money(standing.pocket)) are "
      + "in the pocket that it pays from.</p>"
  }

  /// One question, with what a yes would change.
  private static func row(
    _ entry: WalletEntry, _ view: OwnerView, _ sums: OwnerSums
  ) -> String {
    let intent = entry.intent
    let spent = sums.spent
    let after = Amount(spent.units.addingReportingOverflow(intent.amount.units).partialValue)
    let why = Reason(rawValue: entry.reason)?.text ?? entry.reason
    let paid = sums.payments[intent.payee] ?? 0
    let known =
      paid == 0
      ? "It was never paid before. A yes also lets this origin ask for more payments to it, each "
        + "up to \(money(view.policy.askAbove)) without asking you, within the caps."
      : "It was paid \(paid == 1 ? "once" : "\(paid) times") before."
    return """
      <section><h3>\(money(intent.amount)) to <code>\(intent.payee.checksummed)</code></h3>
      <dl><dt>Asked by<dd><code>\(escape(intent.origin))</code>
      <dt>Why it waits<dd>\(escape(why))
      <dt>Spent in 24 hours<dd>\(money(spent)) → \(money(after)) of \(money(view.policy.perDay))
      \(balances(view.standing, intent.amount))\(ledger(entry.number, view))
      <dt>The payee<dd>\(known)
      <dt>Line<dd>\(entry.number), \(time(entry.time))</dl>
      <form method=post action=answer><input type=hidden name=line value="\(entry.number)">
      <button name=word value=yes>Approve once</button>
      <button name=word value=no>Deny</button></form></section>
      """
  }

  private static func balances(_ standing: PocketStanding?, _ amount: Amount) -> String {
    guard let standing else { return "" }
    let all = standing.account.units.addingReportingOverflow(standing.pocket.units).partialValue
    let after = all - min(all, amount.units)
    return "<dt>The agent has<dd>\(money(Amount(all))) → \(money(Amount(after)))\n"
  }

  /// What would leave the agent's account and why, as the ledger says.
  private static func ledger(_ line: UInt64, _ view: OwnerView) -> String {
    guard let seen = view.rehearsed[line] else { return "" }
    return "<dt>The ledger<dd>"
      + seen.words(leaving: view.account).map(escape).joined(separator: "<br>") + "\n"
  }

  private static func owed(_ view: OwnerView) -> String {
    guard !view.owed.isEmpty else { return "" }
    let rows = view.owed.map { payment in
      let fate =
        payment.state == .carried
        ? "It was paid"
        : "It can be carried until \(time(Time(payment.validBefore &* 1_000)))"
      return """
        <section><p>\(money(payment.amount)) to <code>\(payment.payee.checksummed)</code>, \
        signed for <code>\(escape(payment.seller))</code> in line \(payment.line): \
        no answer came. \(fate); the same request shows it again.</p>
        <form method=post action=release><input type=hidden name=nonce value="\(payment.nonce)">
        <button>Let it go</button></form></section>
        """
    }
    return "<h2>Paid perhaps, and not answered</h2>" + rows.joined()
  }

  private static func channels(_ channels: [ChannelView]) -> String {
    let shown = channels.filter { $0.free > .zero || $0.owed > 0 || $0.isBroken }
    guard !shown.isEmpty else { return "" }
    let rows = shown.map { channel in
      let state =
        channel.isLeaving
        ? "It was asked back, and comes when the channel's delay is over."
        : channel.isBroken
          ? "Its seller contradicted itself: nothing more is signed, and it is taken back."
          : "It comes back when nothing is bought there for half an hour."
      let owed =
        channel.owed == 0
        ? ""
        : "<p>It charged \(channel.owed) answers that it never gave.</p>"
          + "<form method=post action=release><input type=hidden name=nonce "
          + "value=\"\(channel.id)\"><button>Let it go</button></form>"
      return "<section><p>\(money(channel.free)) lie in a channel to "
        + "<code>\(channel.payee.checksummed)</code> at <code>\(escape(channel.seller))</code>; "
        + "its seller may take \(money(channel.atRisk)) of them. \(state)</p>\(owed)</section>"
    }
    return "<h2>In channels</h2>" + rows.joined()
  }

  private static var stop: String {
    """
    <h2>Stop it</h2><form method=post action=stop>
    <p><label><input type=checkbox name=sure value=yes required> for good: it pays nothing \
    any more, and its session ends on the ledger</label></p>\
    <button class=bad>Stop the agent</button></form>
    """
  }

  // MARK: - The log

  private static let linesOfPage = 200

  private static func last(_ log: [WalletEntry]) -> String {
    "<h2>Its log</h2>\(table(Array(log.suffix(20).reversed())))"
      + "<p><a href=log>All \(log.count) lines, with their hashes</a></p>"
  }

  /// Lines of a log that was checked before it got here, the newest first.
  static func log(_ name: String, _ log: [WalletEntry], before: Int? = nil) -> String {
    let end = min(max(before ?? log.count, 0), log.count)
    let shown = log[..<end].suffix(linesOfPage)
    let older =
      shown.startIndex > 0
      ? "<p><a href=\"log?before=\(shown.startIndex)\">Older lines</a></p>" : ""
    return page(
      name,
      """
      <h2>Its log</h2><p>\(log.count) lines, each with the hash of the one before; all were \
      checked. The last is <code>\(log.last?.hash ?? .zero)</code>: kept elsewhere, it shows \
      whether a line before it was changed. <a href=log.jsonl>The file</a></p>
      \(table(Array(shown.reversed()), hashes: true))\(older)<p><a href=./>Back</a></p>
      """)
  }

  private static func table(_ entries: [WalletEntry], hashes: Bool = false) -> String {
    let rows = entries.map { entry in
      "<tr><td>\(entry.number)<td>\(time(entry.time))<td>\(escape(words(entry)))"
        + (hashes ? "<td><code>\("\(entry.hash)".prefix(18))…</code>" : "")
    }
    return "<table><tr><th>Line<th>Time<th>What\(hashes ? "<th>Hash" : "")"
      + rows.joined() + "</table>"
  }

  /// A line in words.
  static func words(_ entry: WalletEntry) -> String {
    let intent = entry.intent
    let payee = intent.payee == .zero ? "" : " to \(intent.payee.checksummed)"
    let what = "\(money(intent.amount))\(payee), asked by \(intent.origin)"
    switch entry.kind {
    case .allowed, .asked, .denied: return "\(entry.kind.name) \(what) (\(entry.reason))"
    case .approved, .rejected: return "\(entry.kind.name) line \(entry.about): \(what)"
    case .sent where entry.reason == "voucher":
      return "paid line \(entry.about) out of channel \(entry.object)"
    case .sent: return "sent line \(entry.about): message \(entry.object)"
    case .takenBack: return "took back line \(entry.about), which nobody was shown"
    case .policy: return "policy \(entry.object)"
    case .stopped: return "stopped"
    case .revoked: return "ended the session on the ledger"
    case .closed: return "closed: nothing is left in channels or in the pocket"
    }
  }

  // MARK: - Other pages

  static func stranger(_ name: String) -> String {
    page(
      name,
      "<p>The owner's pages lie at the address that <code>tolsey agent serve</code> showed when it "
        + "began. It is another one at each start.</p>")
  }

  static func message(_ name: String, _ text: String) -> String {
    page(name, "<p role=alert>\(escape(text))</p><p><a href=./>Back</a></p>")
  }

  static func fault(_ name: String, _ fault: WalletFault) -> String {
    page(
      name,
      "<p role=alert class=bad>The agent's folder cannot be used (\(escape(fault.code))). Nothing "
        + "is paid until it was looked at: <code>tolsey agent log \(escape(name)) --verify</code>, "
        + "and <code>tolsey agent stop \(escape(name))</code> to stop it.</p>")
  }

  // MARK: - Parts

  private static let style = """
    body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;\
    color:#1a1a1a;background:#fff}section{border:1px solid #767676;border-radius:6px;\
    padding:0 1rem 1rem;margin:1rem 0}code{overflow-wrap:anywhere}dl{display:grid;\
    grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0}\
    table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0;\
    vertical-align:top;overflow-wrap:anywhere}\
    button{font:inherit;padding:.3rem .9rem}.bad{color:#a40000}
    """

  /// What the policy of the page lets in: this style and nothing else.
  static let styleHash =
    "sha256-" + Data(SHA256.hash(Array(style.utf8)).bytes).base64EncodedString()

  private static func page(_ name: String, _ body: String) -> String {
    """
    <!doctype html><html lang=en><meta charset=utf-8>\
    <meta name=viewport content="width=device-width,initial-scale=1">\
    <title>Agent \(escape(name))</title><style>\(style)</style>\
    <main><h1>Agent \(escape(name))</h1>\(body)</main></html>
    """
  }

  private static func money(_ amount: Amount) -> String { DollarWords.text(amount) }

  private static func time(_ time: Time) -> String {
    Date(timeIntervalSince1970: TimeInterval(time.milliseconds / 1_000)).ISO8601Format()
  }

  static func escape(_ text: String) -> String {
    var safe = ""
    for letter in text.unicodeScalars {
      switch letter {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      default: safe.unicodeScalars.append(letter)
      }
    }
    return safe
  }
}
