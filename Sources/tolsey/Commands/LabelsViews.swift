// What `tolsey labels show` says of a job, of a judged run, and of what an account earned.

import Agents
import Chain
import Labels
import Market
import NetworkRoom
import Primitives

/// One judged run, seat by seat.
struct JudgedRunView {
  private let settled: SettledRun
  private let review: LabelReview
  private let seats: [EarnedRun]

  init(_ verified: VerifiedReceipt) throws {
    settled = verified.receipt.settled
    guard let review = LabelReview(verified.receipt) else {
      throw Failure(
        .refused, code: "noLabels", "that run is not about labels",
        hint: "'tolsey receipt show' shows any")
    }
    self.review = review
    let settled = settled
    seats = settled.verdict.seats.indices.map { EarnedRun(settled, review, $0) }
  }

  var data: JSONValue {
    let rows = seats.enumerated().map { place, seat -> JSONValue in
      .object(
        [.init(name: "account", value: .string(account(place)))]
          + seat.members.filter { $0.name != "run" && $0.name != "items" }
          + [
            .init(name: "gold", value: .integer(Int64(review.golden))),
            .init(name: "goldRight", value: .integer(Int64(review.goldRight(by: place)))),
          ])
    }
    return [
      "kind": "run", "run": .string("\(settled.run)"),
      "outcome": .string("\(settled.verdict.outcome)"),
      "question": .string(review.spec.question),
      "choices": .array(review.spec.choices.map { .string($0) }),
      "par": .unsigned(review.par), "seats": .array(rows),
      "items": .array(review.disagreementFirst.map { item($0) }),
    ]
  }

  private func account(_ place: Int) -> String {
    settled.verdict.seats[place].provider.checksummed
  }

  private func item(_ place: Int) -> JSONValue {
    let item = review.items[place]
    return [
      "item": .integer(Int64(place + 1)),
      "label": item.label.map { .string(review.spec.choices[$0]) } ?? .null,
      "confidence": JSONValue(item.confidence, digits: 6),
      "answers": .array(item.counts.map { .integer(Int64($0)) }),
      "gold": .bool(item.gold != nil),
    ]
  }

  func text(_ paint: Paint) -> String {
    var fields = TextFields()
    fields.add("run", .init(settled.run.short, .handle))
    fields.add("question", .init(review.spec.question))
    fields.add("outcome", .init("\(settled.verdict.outcome)"))
    var table = TextTable(
      .left("seat"), .left("fate"), .right("paid"), .right("bond lost"), .left("why"))
    for (place, seat) in seats.enumerated() {
      table.add(
        .init(account(place), .handle), .init("\(seat.fate)", seat.fate == .paid ? .good : .bad),
        .init(Dollars.text(seat.paid)), .init(Dollars.text(seat.lost)), .init(seat.why))
    }
    return [fields.text(paint), "", table.text(paint, empty: "")].joined(separator: "\n")
  }
}

/// What an account earned by labelling.
struct EarningsView {
  private let address: Address
  private let runs: [EarnedRun]
  private let limit: Int

  init(_ address: Address, _ limit: Int, _ link: NodeLink) async throws {
    self.address = address
    self.limit = limit
    var runs: [EarnedRun] = []
    for placed in try await SettledRuns.of(address, link)
    where placed.run.check.kind == JudgedCheck.name && placed.run.buyer != address {
      let id = placed.run.run
      let bytes = try await link.ask { client throws(ClientError) in
        try await client.receipt(of: id)
      }
      if let run = EarnedRun(try Receipt(bytes: bytes), address) { runs.append(run) }
    }
    self.runs = runs
  }

  private func sum(_ part: (EarnedRun) -> Amount) -> Amount {
    Amount(runs.reduce(0) { $0 &+ part($1).units })
  }

  var data: JSONValue {
    [
      "kind": "account", "account": .string(address.checksummed),
      "paid": .unsigned(sum(\.paid).units), "lost": .unsigned(sum(\.lost).units),
      "total": .integer(Int64(runs.count)),
      "runs": .array(runs.suffix(limit).map { .object($0.members) }),
    ]
  }

  func text(_ paint: Paint) -> String {
    var table = TextTable(
      .left("run"), .right("answered"), .left("fate"), .right("paid"), .right("bond lost"),
      .left("why"))
    for run in runs.suffix(limit) {
      table.add(
        .init(run.id.short, .handle), .init("\(run.answered) of \(run.items)"),
        .init("\(run.fate)", run.fate == .paid ? .good : .bad), .init(Dollars.text(run.paid)),
        .init(Dollars.text(run.lost)), .init(run.why))
    }
    var fields = TextFields()
    fields.add("account", .init(address.checksummed, .handle))
    fields.add("earned", .init(Dollars.text(sum(\.paid)), .good))
    fields.add("bonds lost", .init(Dollars.text(sum(\.lost))))
    return [fields.text(paint), "", table.text(paint, empty: "it has labelled nothing yet")]
      .joined(separator: "\n")
  }
}

/// A job as it stands.
struct LabelJobView {
  private let job: LabelJob
  private let dataset: LabelDataset
  private let folder: String
  private let limit: Int

  init(_ job: LabelJob, _ folder: String, _ limit: Int) {
    self.job = job
    self.folder = folder
    self.limit = limit
    dataset = LabelDataset(job)
  }

  var data: JSONValue {
    [
      "kind": "job", "job": .string(folder), "card": dataset.card.json,
      "waiting": .integer(Int64(job.waiting)), "reserved": .unsigned(job.reserved.units),
      "items": .array(dataset.disagreementFirst.prefix(limit).map { dataset.json($0) }),
    ]
  }

  func text(_ paint: Paint) -> String {
    let card = dataset.card
    var fields = TextFields()
    fields.add("job", .init(folder, .handle))
    fields.add("question", .init(card.question))
    fields.add("labels", .init("\(card.sure) of \(card.items) sure", .strong))
    fields.add("state", .init(state))
    fields.add(
      "cost", .init("\(Dollars.text(card.cost)) of at most \(Dollars.text(card.budget))"))
    var items = TextTable(
      .left("item"), .left("label"), .right("confidence"), .right("answers"), .left("sure"))
    for row in dataset.disagreementFirst.prefix(limit) {
      items.add(
        .init(row.item), .init(row.label), .init(row.confidence.decimal(digits: 4)),
        .init("\(row.answers)"), .init(row.isSure ? "yes" : "no", row.isSure ? .good : .caution))
    }
    var people = TextTable(
      .left("labeller"), .right("answers"), .right("gold right"), .right("bits"), .right("paid"))
    for one in card.labellers {
      people.add(
        .init(one.account.checksummed, .handle), .init("\(one.answers)"),
        .init("\(one.goldRight) of \(one.gold)"), .init(one.information.decimal(digits: 2)),
        .init(Dollars.text(one.paid)))
    }
    return [
      fields.text(paint), "", items.text(paint, empty: ""), "",
      people.text(paint, empty: "nobody has answered yet"),
    ].joined(separator: "\n")
  }

  private var state: String {
    if let end = job.end { return end.words }
    guard let round = job.open else { return "round \(job.rounds.count + 1) is to be ordered" }
    let batches = round.batches == 1 ? "batch is" : "batches are"
    return "round \(round.number + 1): \(job.waiting) of \(round.batches) \(batches) waited for"
  }
}
