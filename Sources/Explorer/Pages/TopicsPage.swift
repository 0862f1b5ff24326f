// All topics: what is asked, what each pays, and how far its epoch is.

import Archive
import Kernel
import Primitives
import Topics

struct TopicsPage {
  let house: House
  private static let length = 100

  init(_ house: House) { self.house = house }

  private struct Line: Sendable {
    var number: UInt64
    var topic: Topic
  }

  func sheet(_ visit: Visit) throws -> Sheet {
    let now = try house.clock().marketTime
    let after = try visit.number("after")
    let rows = try house.records.rows(
      "topics", after: after?.keyBytes, limit: TopicsPage.length + 1)
    let lines = try rows.value.prefix(TopicsPage.length).map { entry in
      Line(
        number: try UInt64(keyBytes: entry.key),
        topic: try CBOR.decode(Topic.self, from: entry.row))
    }
    let next = rows.value.count > lines.count ? lines.last?.number : nil
    let counts = try house.row(Openings.self, "topicCounts", UInt64(0).keyBytes) ?? Openings()
    let deposit = try counts.price(at: now)
    let table = try table(lines, now, visit)
    return Sheet(
      title: "Topics", section: .subnets, height: rows.height, feed: "/api/events",
      body: {
        """
        <h1>Topics</h1>
        <p class="lead">One question, asked again every epoch. Many answer under seal, others
        forecast how wrong each will be, and one answer is made of all that, in which who was
        better counts for more. When the truth is known, each is paid for what the answer would
        have lost without it.</p>
        \(Parts.live("live-topics", table.markup(empty: TopicsPage.empty)))
        \(TopicsPage.more(next))
        <p>The deposit for the next is \(Parts.money(deposit.units)).
        <a href="/docs/concepts/topics">The rules, each with the attack that it answers</a> ·
        <a href="/docs/howto/run-a-topic">How to make and join one</a> ·
        <a href="/subnets">Subnets</a> · <a href="/tournaments">Tournaments</a></p>
        """
      },
      twin: { [open = counts.open] in
        [
          .init(
            name: "topics",
            value: .array(
              table.lines.map { .object(TopicStanding.head($0.number, $0.topic, now)) })),
          .init(name: "open", value: .unsigned(open)),
          .init(name: "deposit", value: .unsigned(deposit.units)),
          .init(name: "marketTime", value: .unsigned(now.milliseconds)),
          .init(name: "next", value: next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  private static let empty = "There is no topic yet: ‘tolsey topic create’ makes one."

  private static func more(_ next: UInt64?) -> Markup {
    guard let next else { return Markup() }
    return """
      <nav class="pager" aria-label="Pages"><a href="/topics?after=\(next)" rel="next">More\
      </a></nav>
      """
  }

  private func table(
    _ lines: [Line], _ now: Time, _ visit: Visit
  ) throws(Missing) -> SortedTable<Line> {
    try SortedTable(
      "Topics", "/topics", lines,
      [
        SortedColumn(key: "number", title: "Number", rank: { $0.number }) {
          "<a class=\"number\" href=\"/topics/\($0.number)\">\($0.number)</a>"
        },
        SortedColumn(key: "name", title: "Name", isNumber: false) {
          "<a href=\"/topics/\($0.number)\">\($0.topic.name)</a>"
        },
        SortedColumn(key: "question", title: "Question", isNumber: false) {
          "\($0.topic.question)"
        },
        SortedColumn(key: "state", title: "State", isNumber: false) {
          TopicPage.badge($0.topic)
        },
        SortedColumn(key: "rate", title: "Paid an epoch", rank: { $0.topic.rate.units }) {
          Parts.money($0.topic.rate.units)
        },
        SortedColumn(key: "staked", title: "Staked", rank: { $0.topic.staked.units }) {
          Parts.money($0.topic.staked.units)
        },
        SortedColumn(key: "epoch", title: "Epoch", rank: { $0.topic.epoch }) {
          "\(grouped: $0.topic.epoch)"
        },
        SortedColumn(
          key: "ends", title: "It ends", isNumber: false,
          rank: { $0.topic.epochEnds.milliseconds }
        ) {
          $0.topic.epochEnds == .never
            ? Parts.none : "\(Formats.age($0.topic.epochEnds, now: now))"
        },
        SortedColumn(key: "owner", title: "Owner", isNumber: false) {
          Parts.account($0.topic.owner)
        },
      ], usual: "number", visit)
  }
}
