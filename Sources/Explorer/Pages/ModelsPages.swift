// Models: what is sold, its graph, how good it was when it was imported, and who sells it.

import Archive
import Chain
import Graphs
import Inference
import Kernel
import Market
import Primitives

struct ModelsPages {
  let house: House

  init(_ house: House) { self.house = house }

  private static let length = 50

  func list(_ visit: Visit) throws -> Sheet {
    let found = try house.listings.subjects(
      before: try visit.number("before"), limit: ModelsPages.length)
    let cheapest = try found.lines.map { line in
      try house.standings(
        of: house.listings.offers(
          ListFilter(subject: line.subject, isAlive: true), before: nil, limit: 50
        ).lines
      ).first
    }
    return Sheet(
      title: "Models", section: .models, height: found.height,
      body: {
        let rows = zip(found.lines, cheapest).map { line, offer -> [Markup] in
          [
            Parts.model(line.subject), "\(line.work)",
            line.publisher == Address() ? "not published" : Parts.account(line.publisher),
            "\(Formats.grouped(line.offers))",
            offer.map { Parts.rate($0.line.rate) } ?? Parts.none,
            "\(Formats.grouped(line.roads))", "\(Formats.grouped(line.runs))",
            "\(Formats.grouped(line.good))", Parts.money(line.paid),
          ]
        }
        return """
          <h1>Models</h1>
          <p class="lead">A model’s id is the hash of its manifest: graph, scales, accuracy and a
          commitment to its weights. An order names the id, so nobody can be served another model
          unnoticed.</p>
          \(Parts.table(
            "Models, newest first",
            [
              "Model", "Work", "Published by", "#Offers", "#Cheapest unit", "#Roads", "#Runs",
              "#Good", "#Paid",
            ], rows, empty: "No model has been published or ordered yet."))
          \(Parts.pager("/models", visit, next: found.next))
          """
      },
      twin: {
        [
          .init(name: "models", value: .array(found.lines.map(\.json))),
          .init(name: "next", value: found.next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  // MARK: - One model

  struct Found {
    var line: SubjectLine
    var card: ModelCard?
    /// As its publisher sent it; nil where nobody did, or where it does not read.
    var manifest: Manifest?
    var offers: [OfferStanding]
    var runs: [RunLine]
    var auditors: AuditorList?
  }

  func one(_ text: String, _ visit: Visit) throws -> Sheet {
    let id = try id(text)
    let subject = try house.listings.subject(id)
    guard let line = subject.value else { throw Missing.unknown("model") }
    let filter = ListFilter(subject: id, isAlive: true)
    let found = Found(
      line: line, card: try house.row(ModelCard.self, "models", id.keyBytes),
      manifest: try manifest(line),
      offers: try house.standings(
        of: house.listings.offers(filter, before: nil, limit: 100).lines),
      runs: try house.listings.runs(ListFilter(subject: id), before: nil, limit: 25).lines,
      auditors: try house.row(AuditorList.self, "auditorLists", id.keyBytes))
    return Sheet(
      title: "Model \(Parts.brief(id))", section: .models, height: subject.height,
      feed: "/api/events", body: { body(found) },
      twin: {
        [
          .init(name: "model", value: line.json),
          .init(name: "card", value: found.card?.json ?? .null),
          .init(name: "manifest", value: found.manifest?.json ?? .null),
          .init(name: "offers", value: .array(found.offers.map(\.json))),
          .init(name: "runs", value: .array(found.runs.map(\.json))),
        ]
      })
  }

  /// An id as hex or as `model_…`, or the start of either.
  private func id(_ text: String) throws -> Bytes32 {
    if let whole = Bytes32(hex: text) { return whole }
    return try house.find(text, "model", "model") {
      try house.listings.subject($0).value != nil
    }
  }

  /// The message that published it is known by its id.
  private func manifest(_ line: SubjectLine) throws -> Manifest? {
    guard line.published != .zero,
      let (_, signed) = try house.signed(line.published),
      case .publishModel(let message) = signed.message
    else { return nil }
    return try? Manifest(decoding: message.manifest)
  }

  private func body(_ found: Found) -> Markup {
    let now = house.now()
    let line = found.line
    return """
      <p class="over">Model</p>
      <h1>\(Parts.brief(line.subject))</h1>
      <p class="lead">\(summary(found))</p>
      \(Parts.live("live-model", fields(found, now: now)))
      \(found.manifest.map { ModelPictures(manifest: $0).markup } ?? unpublished)
      <h2>Who sells it</h2>
      \(Parts.live("live-sellers", OffersPages.table(
        found.offers, now: now, without: ["Work"],
        empty: "Nobody sells it at a posted price now.")))
      <h2>Newest runs</h2>
      \(Parts.live(
        "live-runs", Parts.runs(found.runs, "Newest settled runs", now: now, without: ["Work"])))
      """
  }

  private var unpublished: Markup {
    """
    <p class="note">Nobody has published this model’s manifest, so that its graph is not known here
    and its runs can only be bought under checks that need no referee.</p>
    """
  }

  private func summary(_ found: Found) -> Markup {
    let line = found.line
    let sold: Markup =
      found.offers.first.map { "Sold for \(line.work) from \(Parts.priced($0.line.rate))" }
      ?? "For \(line.work); nobody sells it at a posted price now"
    let good = line.runs == 0 ? "no run yet" : "\(line.good) of \(line.runs) runs were good"
    return """
      \(sold); \(good).
      """
  }

  private func fields(_ found: Found, now: Time) -> Markup {
    let line = found.line
    var fields: [(name: String, value: Markup)] = [
      ("Id", Parts.whole(line.subject.description)),
      (
        "Published by",
        line.publisher == Address()
          ? Parts.none
          : "\(Parts.account(line.publisher)) in message \(Parts.message(line.published))"
      ),
      (
        "First seen", "\(Parts.age(line.seenAt, now: now)) \(Parts.inBlock(line.seenHeight))"
      ),
      (
        "Bought",
        """
        \(Formats.plural(line.runs, "run")) on \(Formats.plural(line.roads, "road")), \
        \(Parts.money(line.paid)) paid
        """
      ),
    ]
    if let card = found.card {
      fields += [
        (
          "Input and output",
          """
          \(Formats.plural(card.inputBytes, "byte")) in, \
          \(Formats.plural(card.outputBytes, "byte")) out
          """
        ),
        ("Weights, root of their tiles", Parts.whole(card.weights.description)),
        (
          "Largest step a court must see",
          "\(Formats.grouped(card.openingBytes)) bytes, the last opening of a dispute"
        ),
      ]
    }
    if let auditors = found.auditors {
      fields.append(
        (
          "Auditors who stand ready",
          """
          \(Parts.accounts(auditors.standing)), of \
          \(Formats.plural(auditors.operators, "operator"))
          """
        ))
    }
    return Parts.fields(fields)
  }
}
