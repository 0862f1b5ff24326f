// An order for labels as a dataset: items by batch, least agreed first, gold once it was opened.

import Archive
import Arithmetic
import Chain
import Kernel
import Labels
import Market
import Primitives

/// The ledger holds answers and gold in clear and the items not at all, so that an item is its
/// place in its batch; whoever ordered the labels knows which one that is.
struct LabelsPage {
  let house: House

  /// Batches of one page, and items that are drawn of them.
  static let batches = 8
  static let drawn = 400

  init(_ house: House) { self.house = house }

  func sheet(_ name: String, _ visit: Visit) throws -> Sheet {
    let id = try house.find(name, "order", "order") { id in
      try house.listings.lines(of: id)?.road.id == id
    }
    guard let story = try RoadStory(id, in: house),
      case .placeOrder(let order)? = try house.signed(id)?.message.message,
      order.request.work == LabelsWork.name,
      let spec = try? LabelsSpec(bytes: order.request.spec)
    else { throw Missing.unknown("order for labels") }
    let before = try LabelsPage.before(visit)
    let settled = story.settled.filter { $0.run.index < before }
    let shown = settled.sorted { $0.run.index > $1.run.index }.prefix(Self.batches)
    let body = LabelsBody(
      story: story, spec: spec,
      batches: try shown.map { try LabelsBatch($0, order.request, spec, in: house) },
      next: settled.count > shown.count ? shown.last?.run.index : nil, visit: visit)
    return Sheet(
      title: "Labels", section: .orders, height: story.clock.height,
      feed: story.isAlive ? "/api/events?object=\(id)" : nil,
      body: { body.markup }, twin: { body.twin })
  }

  private static func before(_ visit: Visit) throws(Missing) -> UInt64 {
    guard let text = visit.value("before"), !text.isEmpty else { return .max }
    guard let number = UInt64(text), "\(number)" == text else {
      throw Missing(400, "malformed", "before is the number of a batch")
    }
    return number
  }
}

/// One settled batch.
struct LabelsBatch: Sendable {
  let run: SettledRun
  let review: LabelReview

  init(
    _ settled: RoadStory.Settled, _ request: Request, _ spec: LabelsSpec, in house: House
  ) throws {
    run = settled.run
    var answers: [[UInt8]] = []
    for seat in settled.run.verdict.seats {
      if seat.evidence != EvidenceID(),
        case .openAnswer(let m)? = try house.signed(seat.evidence.digest)?.message.message
      {
        answers.append(m.answer)
      } else {
        answers.append([])
      }
    }
    let par = request.check.numbers.first { $0.name == "par" }?.value ?? 0
    review = LabelReview(
      spec: spec, par: par, answers: answers, gold: try LabelsBatch.gold(of: settled, in: house))
  }

  /// The message that opened gold ended the run, in its own block.
  private static func gold(of settled: RoadStory.Settled, in house: House) throws -> [UInt8] {
    guard settled.run.verdict.outcome == .judged,
      settled.run.check.numbers.contains(where: { $0.name == "gold" && $0.value > 0 })
    else { return [] }
    let key = RunKey(settled.run.lease, settled.run.index)
    for record in try house.records.messages(at: settled.height) {
      let message = try CBOR.decode(SignedMessage.self, from: record.bytes).message
      if case .openGold(let m) = message, m.run == key { return m.gold }
    }
    return []
  }

  /// Items that count as decided where nobody says how sure a label has to be.
  var unsure: Int { review.items.count { $0.gold == nil && $0.confidence < Self.sure } }
  private static let sure = Fixed64(98, over: 100)
}

struct LabelsBody: Sendable {
  let story: RoadStory
  let spec: LabelsSpec
  let batches: [LabelsBatch]
  let next: UInt64?
  let visit: Visit

  private var path: String { "/labels/\(PrintedID.full("order", story.road.id))" }

  /// Items of all shown batches, least agreed first, gold last.
  private var items: [(batch: LabelsBatch, place: Int)] {
    let all = batches.flatMap { batch in batch.review.disagreementFirst.map { (batch, $0) } }
    return all.enumerated().sorted { l, r in
      let (a, b) = (l.element.0.review.items[l.element.1], r.element.0.review.items[r.element.1])
      if (a.gold == nil) != (b.gold == nil) { return a.gold == nil }
      if a.disagreementPpm != b.disagreementPpm { return a.disagreementPpm > b.disagreementPpm }
      if a.confidence != b.confidence { return a.confidence < b.confidence }
      return l.offset < r.offset
    }.map(\.element)
  }

  var markup: Markup {
    let road = story.road
    let items = items
    let rest = items.count - min(items.count, LabelsPage.drawn)
    let more: Markup =
      rest == 0
      ? ""
      : """
      <p>\(Formats.grouped(UInt64(rest))) more items, all of them agreed better, stand in the
      <a href="\(path).json">JSON twin</a>.</p>
      """
    return """
      <p class="over">Labels</p>
      <h1>\(spec.question)</h1>
      <p class="lead">\(lead)</p>
      <p>An item is its place in its batch: what it shows is encrypted to the labellers, and only
      whoever ordered the labels knows which it is. Their answers are in clear, and every label
      here follows from them: <a href="/docs/concepts/labels">how</a>.</p>
      <h2>Batches</h2>
      \(Parts.live("live-batches", batchTable))
      \(Parts.pager(path, visit, next: next))
      <h2>Items</h2>
      \(Parts.live("live-items", itemTable(items.prefix(LabelsPage.drawn))))
      \(more)
      <h2>Choices</h2>
      <ol>\(spec.choices.markup { "<li><bdi>\($0)</bdi></li>" })</ol>
      <p>Order \(Parts.road(road.id)) of \(Parts.account(road.buyer)).</p>
      """
  }

  private var lead: String {
    let road = story.road
    let settled =
      "\(Formats.grouped(road.settled)) of \(Formats.grouped(road.runs)) "
      + (road.runs == 1 ? "batch" : "batches")
    let unsure = batches.reduce(0) { $0 + $1.unsure }
    return "\(settled) of \(spec.items) items settled; of those below "
      + "\(Formats.grouped(UInt64(unsure))) items have a label that is less than 98\u{A0}% sure."
  }

  private var batchTable: Markup {
    Parts.table(
      "Batches", ["#Batch", "Run", "Outcome", "#Unsure", "#Gold", "Receipt"],
      batches.map { batch in
        let run = batch.run
        return [
          "\(run.index + 1)", Parts.run(run.run.digest),
          "<span class=\"prose\">\(run.verdict.outcome.sentence)</span>",
          "\(batch.unsure)", gold(batch),
          "<a href=\"/receipts/\(PrintedID.full("run", run.run.digest))\">receipt</a>",
        ]
      }, empty: "No batch is settled yet.")
  }

  private func gold(_ batch: LabelsBatch) -> Markup {
    batch.review.golden > 0 ? "\(batch.review.golden) opened" : Parts.none
  }

  private func itemTable(_ items: ArraySlice<(batch: LabelsBatch, place: Int)>) -> Markup {
    Parts.table(
      "Items", ["#Batch", "#Item", "Label", "#Confidence", "Answers", "#Disagreement", "Known"],
      items.map { batch, place in
        let item = batch.review.items[place]
        return [
          link(batch),
          "\(place + 1)",
          item.label.map { "<bdi>\(spec.choices[$0])</bdi>" } ?? Parts.none,
          "\(sureness(item.confidence))", answers(item),
          "\(Formats.percent(ppm: item.disagreementPpm))",
          item.gold == nil ? Parts.none : Parts.badge("gold", .good),
        ]
      }, empty: "No item has an answer yet.")
  }

  /// In percent to the second place, rounded down: nothing is wholly sure but gold.
  private func sureness(_ confidence: Fixed64) -> String {
    Formats.exactPercent(ppm: UInt64(clamping: (confidence.raw * 10_000) >> 64) * 100)
  }

  private func link(_ batch: LabelsBatch) -> Markup {
    let run = PrintedID.full("run", batch.run.run.digest)
    return "<a href=\"/runs/\(run)\">\(batch.run.index + 1)</a>"
  }

  private func answers(_ item: LabelReview.Item) -> Markup {
    let said = item.counts.enumerated().filter { $0.element > 0 }
    guard !said.isEmpty else { return Parts.none }
    return said.enumerated().map { place, one -> Markup in
      // Names of choices may be numbers themselves.
      let before: Markup = place == 0 ? "" : " · "
      return "\(before)<span><bdi>\(spec.choices[one.offset])</bdi> ×\(one.element)</span>"
    }.markup { $0 }
  }

  // MARK: - The twin

  var twin: [JSONValue.Member] {
    [
      .init(name: "order", value: .string("\(OrderID(story.road.id))")),
      .init(name: "question", value: .string(spec.question)),
      .init(name: "choices", value: .array(spec.choices.map { .string($0) })),
      .init(name: "itemsPerBatch", value: .unsigned(spec.items)),
      .init(name: "runs", value: .unsigned(story.road.runs)),
      .init(name: "settled", value: .unsigned(story.road.settled)),
      .init(name: "next", value: next.map { .unsigned($0) } ?? .null),
      .init(
        name: "batches",
        value: .array(
          batches.map {
            [
              "batch": .unsigned($0.run.index), "run": .string("\($0.run.run)"),
              "outcome": .string("\($0.run.verdict.outcome)"),
              "unsure": .integer(Int64($0.unsure)), "gold": .integer(Int64($0.review.golden)),
            ]
          })),
      .init(name: "items", value: .array(items.map { item($0.batch, $0.place) })),
    ]
  }

  private func item(_ batch: LabelsBatch, _ place: Int) -> JSONValue {
    let item = batch.review.items[place]
    return [
      "batch": .unsigned(batch.run.index), "item": .integer(Int64(place + 1)),
      "label": item.label.map { .string(spec.choices[$0]) } ?? .null,
      "confidence": JSONValue(item.confidence, digits: 6),
      "answers": .array(item.counts.map { .integer(Int64($0)) }),
      "disagreementPpm": .unsigned(item.disagreementPpm), "gold": .bool(item.gold != nil),
    ]
  }
}
