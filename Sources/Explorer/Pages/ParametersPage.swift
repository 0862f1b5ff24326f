// The terms that the network runs by, those that come, and the conditions that they satisfy.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct ParametersPage {
  let house: House

  init(_ house: House) { self.house = house }

  /// Versions that are looked through for the last one.
  private static let mostVersions = 10_000

  func sheet(_ visit: Visit) throws -> Sheet {
    let rows = try house.records.rows("terms", after: nil, limit: ParametersPage.mostVersions)
    let versions = try rows.value.map { entry in
      (
        number: try UInt64(keyBytes: entry.key), terms: try CBOR.decode(Terms.self, from: entry.row)
      )
    }
    let last = versions.max { $0.number < $1.number }
    let current = last?.terms ?? house.genesis.terms
    let version = last?.number ?? 0
    let pending = try house.row(PendingTerms.self, "pendingTerms", UInt64(0).keyBytes)
    let clock = try house.clock()
    let treasury = try house.balance(.treasury)
    let tolls = try house.balance(.operator)
    return Sheet(
      title: "Parameters", height: rows.height,
      body: { body(current, version, pending, clock) + sinks(treasury, tolls) },
      twin: {
        [
          .init(name: "version", value: .unsigned(version)),
          .init(name: "terms", value: current.json),
          .init(name: "pending", value: pending?.json ?? .null),
          .init(name: "treasury", value: .unsigned(treasury)),
          .init(name: "tolls", value: .unsigned(tolls)),
          .init(
            name: "conditions",
            value: .array(TermsCheck.conditions(of: current).map(ParametersPage.json))),
        ]
      })
  }

  private static func json(_ condition: Condition) -> JSONValue {
    [
      "name": .string(condition.name), "holds": .bool(condition.holds),
      "left": .unsigned(condition.left), "relation": .string(condition.relation.rawValue),
      "right": .unsigned(condition.right), "unit": .string(condition.unit),
      "why": .string(condition.explanation),
    ]
  }

  private func body(
    _ terms: Terms, _ version: UInt64, _ pending: PendingTerms?, _ clock: Clock
  ) -> Markup {
    """
    <h1>Parameters</h1>
    <p class="lead">The numbers that this network runs by. Its operator may change them, never at
    once: an amendment waits \(Formats.span(terms.amendDelay &* 1000)) in sight of everybody, and an
    order keeps the terms that it was made under.</p>
    <p>Version \(Formats.grouped(version)) is in force.
    \(pending == nil ? "No amendment waits." : "")</p>
    \(pending.map { announced($0, terms, clock) } ?? Markup())
    \(TermWords.groups.markup { group($0, terms) })
    <h2>Conditions that they keep</h2>
    <p>Some promises hold only where numbers fit together. Genesis and every amendment that breaks
    one of these is refused.</p>
    \(conditions(terms))
    """
  }

  private func sinks(_ treasury: UInt64, _ tolls: UInt64) -> Markup {
    """
    <h2>Where lost bonds and tolls go</h2>
    \(Parts.tiles([
      .init(
        name: "Treasury", value: Parts.sum(treasury),
        note: "slashes, burnt prices and the take; no message can spend from it"),
      .init(
        name: "Operator", value: Parts.sum(tolls),
        note: "tolls of messages, \(Parts.account(house.genesis.operator))"),
    ]))
    """
  }

  private func announced(
    _ pending: PendingTerms, _ terms: Terms, _ clock: Clock
  ) -> Markup {
    let changed = Terms.ranges.filter {
      pending.terms[keyPath: $0.path] != terms[keyPath: $0.path]
    }
    let at = Deadline(pending.at, clock, in: house)?.markup ?? Parts.none
    let list = changed.markup { range in
      """
      <li><code>\(range.name)</code> from \
      \(TermWords.value(terms[keyPath: range.path], range.unit)) to \
      <strong>\(TermWords.value(pending.terms[keyPath: range.path], range.unit))</strong></li>
      """
    }
    return """
      <div class="note"><p><strong>An amendment waits.</strong> In force at \(at).</p>
      <ul>\(changed.isEmpty ? "<li>Nothing would change.</li>" : list)</ul></div>
      """
  }

  private func group(_ group: TermGroup, _ terms: Terms) -> Markup {
    let rows = group.terms.compactMap { term -> [Markup]? in
      guard let range = Terms.ranges.first(where: { $0.name == term.name }) else { return nil }
      return [
        "<code>\(term.name)</code>",
        "<strong>\(TermWords.value(terms[keyPath: range.path], range.unit))</strong>",
        "<span class=\"prose\">\(term.means)</span>",
        "\(TermWords.value(range.least, range.unit))", "\(TermWords.value(range.most, range.unit))",
      ]
    }
    return """
      <h2>\(group.title)</h2>
      <p>\(group.gist)</p>
      \(Parts.table(
        group.title, ["Term", "#Now", "Meaning", "#Least", "#Most"], rows, empty: ""))
      """
  }

  private func conditions(_ terms: Terms) -> Markup {
    let bounds = Set(Terms.ranges.map(\.name))
    let list = TermsCheck.conditions(of: terms).filter { !bounds.contains($0.name) }
    return Parts.table(
      "Conditions", ["Holds", "#Left", "", "#Right", "What is compared", "Why it must hold"],
      list.map { own in
        [
          own.holds ? Parts.badge("yes", .good) : Parts.badge("no", .bad),
          TermWords.value(own.left, own.unit), "\(own.relation.rawValue)",
          TermWords.value(own.right, own.unit),
          """
          <span class="prose">\(own.leftText) \
          \(own.relation == .atLeast ? "is at least" : "is at most") \(own.rightText)</span>
          """, "<span class=\"prose\">\(own.explanation)</span>",
        ]
      }, empty: "")
  }
}
