// The log: its blocks, newest first, and each block with all that it holds.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct BlocksPage {
  let house: House

  init(_ house: House) { self.house = house }

  static let length = 50

  func sheet(_ visit: Visit) throws -> Sheet {
    let list = try house.listings.blocks(
      before: try visit.number("before"), limit: BlocksPage.length)
    let house = house
    return Sheet(
      title: "Blocks", section: .blocks, height: list.height, feed: "/api/events",
      body: {
        let table = Parts.blocks(list.lines, "Blocks, newest first", now: house.now())
        return """
          <h1>Blocks</h1>
          <p class="lead">Everything that happens here happens in a block. The operator signs each \
          one, and each names the one before it by its hash, so nothing in it can be changed later \
          without everybody seeing it.</p>
          \(Parts.live("blocks", table))
          \(Parts.pager("/blocks", visit, next: list.next))
          <p>Whoever has a node's folder can replay all of it and compare every hash:</p>
          \(Parts.command("tolsey chain verify FOLDER"))
          """
      },
      twin: {
        [
          .init(name: "blocks", value: .array(list.lines.map(\.json))),
          .init(name: "next", value: list.next.map { .unsigned($0) } ?? .null),
        ]
      })
  }
}

struct BlockPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) throws -> Sheet {
    guard let height = UInt64(name), let block = try house.records.block(height).value else {
      throw Missing.unknown("block")
    }
    let body = BlockBody(
      house: house, block: block, header: try CBOR.decode(Header.self, from: block.header),
      last: try house.listings.totals().height)
    return Sheet(
      title: "Block \(height)", section: .blocks, height: body.last,
      body: { try body.markup }, twin: { try body.twin })
  }
}

struct BlockBody {
  let house: House
  let block: RecordedBlock
  let header: Header
  let last: UInt64

  var markup: Markup {
    get throws {
      let refused = block.outcomes.count { !$0.isDone }
      let refusedWords = refused == 0 ? "" : ", \(refused) of them refused by the rules"
      return """
        <p class="over">Block</p><h1>\(Formats.grouped(block.height))</h1>
        <p class="lead">\(Formats.plural(UInt64(block.messages.count), "message"))\(refusedWords), \
        \(Formats.plural(UInt64(block.settled.count), "run")) settled, signed by the operator \
        \(Parts.account(house.genesis.operator)).</p>
        \(neighbours)
        \(Parts.section("messages", "Messages", try messages))
        \(Parts.section("runs", "Settled runs", try runs))
        \(Parts.section("events", "Events", try events))
        \(Parts.section("header", "What the operator signed", fields))
        \(Parts.section("raw", "Raw", Parts.raw("The header", header.json)))
        """
    }
  }

  private var neighbours: Markup {
    let before: Markup =
      block.height > 1
      ? link(block.height - 1, "prev")
      : ""
    let after: Markup =
      block.height < last
      ? link(block.height + 1, "next")
      : ""
    return "<nav class=\"pager\" aria-label=\"Neighbours\">\(before) \(after)</nav>"
  }

  private func link(_ height: UInt64, _ relation: String) -> Markup {
    """
    <a href="/blocks/\(height)" rel="\(relation)">Block \(Formats.grouped(height))</a>
    """
  }

  private var fields: Markup {
    Parts.fields([
      ("Id", Parts.whole("\(block.id)")),
      ("Parent", "<code class=\"whole\">\(header.parent.description)</code>"),
      ("Time", Parts.time(header.time)),
      (
        "Market clocks stood still",
        header.paused == .zero ? "never" : "\(Formats.span(header.paused.milliseconds)) in all"
      ),
      ("Rules", "version \(header.rules)"),
      ("Messages' root", "<code class=\"whole\">\(header.bodyRoot.description)</code>"),
      ("Receipts' root", "<code class=\"whole\">\(header.receiptsRoot.description)</code>"),
      ("Events' root", "<code class=\"whole\">\(header.eventsRoot.description)</code>"),
      ("State's root", "<code class=\"whole\">\(header.stateRoot.description)</code>"),
      ("Link of the operator's chain", "<code class=\"whole\">\(header.link.description)</code>"),
      ("Signature", "<code class=\"whole\">\(Hex.encode(block.signature))</code>"),
    ])
  }

  /// More of a kind than these are only in the twin.
  private static let longest = 500

  private var messages: Markup {
    get throws {
      let rows: [[Markup]] = try house.records.messages(at: block.height)
        .prefix(BlockBody.longest).map { record in
          let signed = try CBOR.decode(SignedMessage.self, from: record.bytes)
          return [
            Parts.message(record.id), "\(signed.kind?.name ?? "unknown")",
            Parts.account(signed.head.from), MessageBody.outcome(record.outcome),
            Parts.money(record.outcome.toll.units),
          ]
        }
      return Parts.table(
        "Messages, in order", ["Message", "Kind", "From", "Outcome", "#Toll"], rows,
        empty: "Time went on, and nobody said anything.")
    }
  }

  private var runs: Markup {
    get throws {
      let rows: [[Markup]] = try block.settled.prefix(BlockBody.longest).map { bytes in
        let run = try CBOR.decode(SettledRun.self, from: bytes)
        let outcome = run.verdict.outcome
        return [
          Parts.run(run.run.digest), Parts.badge(outcome.title, outcome.tone),
          Parts.account(run.buyer), Parts.accounts(run.verdict.seats.map(\.provider)),
          Parts.check(run.check),
        ]
      }
      return Parts.table(
        "Settled runs", ["Run", "Verdict", "Buyer", "Providers", "Checked by"], rows,
        empty: "No run was settled in it.")
    }
  }

  private var events: Markup {
    get throws {
      let rows: [[Markup]] = try block.events.prefix(BlockBody.longest).map { bytes in
        let event = try CBOR.decode(Event.self, from: bytes)
        return [
          "<span title=\"\(event.name)\">\(EventWords.text(event.name))</span>",
          BlockBody.object(event), Parts.account(RoadTime.actor(event)),
          "\(RoadTime.numbers(event))",
        ]
      }
      return Parts.table(
        "Events, in order", ["What", "Of what", "Who", "Numbers"], rows,
        empty: "Nothing happened in it.")
    }
  }

  /// The nearest thing that has a page.
  private static func object(_ event: Event) -> Markup {
    if event.name.hasPrefix("run") { return Parts.run(event.subject) }
    if event.name.hasPrefix("offer") { return Parts.offer(event.subject) }
    if event.name.hasPrefix("game"), let game = event.objects.first { return Parts.game(game) }
    if event.order != .zero { return Parts.road(event.order) }
    if event.lease != .zero { return Parts.lease(event.lease) }
    return ""
  }

  var twin: [JSONValue.Member] {
    get throws {
      [
        .init(name: "block", value: .unsigned(block.height)),
        .init(name: "id", value: .string("\(block.id)")),
        .init(name: "header", value: header.json),
        .init(name: "signature", value: .string(Hex.encode(block.signature))),
        .init(
          name: "messages",
          value: .array(
            zip(block.messages, block.outcomes).map {
              ["id": .string("\($0.0)"), "outcome": $0.1.json]
            })),
        .init(
          name: "settled",
          value: .array(
            try block.settled.map { try CBOR.decode(SettledRun.self, from: $0).json })),
        .init(
          name: "events",
          value: .array(try block.events.map { try CBOR.decode(Event.self, from: $0).json })),
      ]
    }
  }
}
