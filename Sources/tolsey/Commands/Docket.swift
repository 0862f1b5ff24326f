// What a panel has before it, or has judged: question, items, pieces, points.

import Agents
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives
import Tasks

/// A run before a panel, as a person reads it.
struct Docket {
  let run: RunKey
  let stage: String
  let review: PanelReview
  /// The items of the input; none where they cannot be read.
  let items: [[UInt8]]

  /// Of an open run from the rows and messages, of a settled one from its receipt.
  init(_ run: RunKey, _ link: NodeLink, reader: PrivateKey) async throws {
    self.run = run
    if let row = try await link.market.run(run), let lease = try await link.market.lease(run.lease)
    {
      guard case .panel(let game) = row.game else { throw Docket.noPanel(run) }
      let spec = try TasksSpec(bytes: lease.spec)
      stage = Docket.word(game.stage)
      review = try await Docket.review(spec, lease, game, link)
      items = try await Docket.items(row, spec, link, reader)
      return
    }
    let bytes = try await link.ask { client throws(ClientError) in
      try await client.receipt(of: run.id)
    }
    let receipt: Receipt
    do throws(Refusal) {
      _ = try ReceiptVerifier.verify(bytes)
      receipt = try Receipt(bytes: bytes)
    } catch { throw ReceiptFailure.failure(error, "\(run.id)") }
    guard let review = PanelReview(receipt) else { throw Docket.noPanel(run) }
    self.review = review
    stage = "settled"
    items = []
  }

  private static func noPanel(_ run: RunKey) -> Failure {
    Failure(
      .refused, code: "noPanel", "\(run.id.short) is not judged by a panel",
      hint: "see 'tolsey run show \(run.id.short)'")
  }

  private static func word(_ stage: PanelStage) -> String {
    switch stage {
    case .running: "answering"
    case .opening: "opening"
    case .submitted, .drawing: "drawing"
    case .scoring: "scoring"
    case .showing: "showing"
    case .gold: "gold"
    }
  }

  /// Each answer by its id: whoever sends much about a run must not make it too long to be shown.
  private static func review(
    _ spec: TasksSpec, _ lease: Lease, _ game: PanelCheck, _ link: NodeLink
  ) async throws -> PanelReview {
    var said: [Bytes32: [[UInt8]]] = [:]
    for id in game.replicas.map(\.answer.evidence.digest) where id != .zero {
      do {
        guard case .openAnswer(let m)? = try await link.market.message(id) else { continue }
        said[id] = PanelReview.pieces(m.answer, spec)
      } catch { throw Failure.online(error) }
    }
    return try PanelReview(
      spec: spec, check: lease.check,
      seats: game.replicas.map {
        PanelReview.Seat(
          account: $0.answer.provider, pieces: said[$0.answer.evidence.digest] ?? [])
      },
      judges: game.bench.map { PanelReview.Judge(account: $0.account, sheet: $0.sheet) },
      gold: [])
  }

  /// The key to a panel's input stands in the message that started the run.
  private static func items(
    _ row: Run, _ spec: TasksSpec, _ link: NodeLink, _ reader: PrivateKey
  ) async throws -> [[UInt8]] {
    guard case .sendInput(let m)? = try await link.market.message(row.startedBy),
      let wrapped = m.keys.first, wrapped.scheme == WrappedKey.clear,
      let key = Bytes32(wrapped.bytes)
    else { return [] }
    let opening = await link.market.open(
      row.input, as: .input, key: key, reader: reader, at: try await link.now().time)
    guard let bytes = opening.bytes,
      let read = try? CBOR.decode(TaskPieces.self, from: bytes, limit: TaskPieces.largestInput),
      read.pieces.count == Int(clamping: spec.items)
    else { return [] }
    return read.pieces.map(\.body)
  }

  /// The points that a person gives: one for each piece that was answered.
  static func sheet(_ text: String, of answers: [[Bytes32]]) throws -> [UInt8] {
    let points = text.split { ", \t".contains($0) }.map { UInt8($0) ?? 0 }
    let items = answers.map(\.count).max() ?? 0
    let shown = answers.flatMap { parts in
      (0..<items).map { $0 < parts.count && parts[$0] != .zero }
    }
    let wanted = shown.count { $0 }
    guard points.count == wanted, points.allSatisfy({ (1...10).contains($0) }) else {
      throw Failure(
        .usage, code: "badPoints", "\(points.count) points are given for \(wanted) pieces",
        hint: "give a whole point of 1 to 10 for each, as 9,7,10")
    }
    var next = points.makeIterator()
    return shown.map { $0 ? next.next() ?? 0 : 0 }
  }

  // MARK: - Views

  private var isScored: Bool { review.judges.contains { !$0.sheet.isEmpty } }

  private static func words(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? "\(bytes.count) bytes, not text"
  }

  var data: JSONValue {
    let pieces = review.seats.enumerated().flatMap { seat, said in
      said.pieces.enumerated().map { item, piece -> JSONValue in
        let place = review.place(seat: seat, item: item)
        let points = review.judges.map { judge -> JSONValue in
          judge.sheet.indices.contains(place) ? .unsigned(UInt64(judge.sheet[place])) : .null
        }
        return [
          "seat": .unsigned(UInt64(seat)), "item": .unsigned(UInt64(item)),
          "text": .string(Docket.words(piece)), "points": .array(points),
          "standsPpm": isScored
            ? review.ruling.stands[place].map { .unsigned($0) } ?? .null : .null,
          "goldPpm": review.ruling.known[place].map { .unsigned($0) } ?? .null,
        ]
      }
    }
    return [
      "run": .string("\(run.id)"), "stage": .string(stage),
      "question": .string(review.spec.question), "criteria": .string(review.spec.criteria),
      "items": .array(items.map { .string(Docket.words($0)) }), "pieces": .array(pieces),
      "seats": .array(
        review.seats.enumerated().map { seat, said in
          [
            "account": .string(said.account.checksummed),
            "scorePpm": isScored ? .unsigned(review.ruling.seats[seat]) : .null,
          ]
        }),
      "judges": .array(
        review.judges.enumerated().map { place, judge in
          [
            "account": .string(judge.account.checksummed),
            "sharePpm": isScored ? .unsigned(review.ruling.judges[place].share) : .null,
            "goldErrorPpm": review.goldError(of: place).map { .unsigned($0) } ?? .null,
          ]
        }),
    ]
  }

  func text(_ paint: Paint) -> String {
    var lines = [review.spec.question.harmless]
    if !review.spec.criteria.isEmpty { lines.append("judged by: \(review.spec.criteria.harmless)") }
    for (place, item) in items.enumerated() {
      lines.append("item \(place + 1): \(Docket.words(item).harmless)")
    }
    var table = TextTable(
      .right("seat"), .right("item"), .left("answer"), .left("points"), .right("stands"))
    // Where nothing was known beforehand, nothing is said of it.
    if review.ruling.golden > 0 { table.columns.append(.left("gold")) }
    for (seat, said) in review.seats.enumerated() {
      for (item, piece) in said.pieces.enumerated() where !piece.isEmpty {
        let place = review.place(seat: seat, item: item)
        let points = review.judges.map { judge in
          judge.sheet.indices.contains(place) ? "\(judge.sheet[place])" : "-"
        }
        let stands = isScored ? review.ruling.stands[place].map(PanelReview.points) ?? "" : ""
        let gold = review.ruling.known[place].map { $0 == 0 ? "wrong" : "right" } ?? ""
        table.add(
          .init("\(seat + 1)"), .init("\(item + 1)"), .init(Docket.words(piece).harmless),
          .init(points.joined(separator: " ")), .init(stands), .init(gold))
      }
    }
    lines.append(table.text(paint, empty: "no answer lies open yet (\(stage))"))
    guard isScored else { return lines.joined(separator: "\n") }
    for (seat, said) in review.seats.enumerated() {
      lines.append(
        "seat \(seat + 1) \(said.account.checksummed): "
          + "\(PanelReview.points(review.ruling.seats[seat])) points; "
          + "par is \(PanelReview.points(review.par))")
    }
    for (place, judge) in review.judges.enumerated() {
      let share = review.ruling.judges[place].share / 10_000
      let gold = review.goldError(of: place).map {
        ", \(Docket.distance($0)) points off the known answers in the mean"
      }
      lines.append(
        "judge \(place + 1) \(judge.account.checksummed): \(share) % of its purse\(gold ?? "")")
    }
    return lines.joined(separator: "\n")
  }

  /// A distance on the scale, which has nine steps.
  private static func distance(_ ppm: UInt64) -> String {
    let tenths = PanelReview.tenths(ppm) - 10
    return "\(tenths / 10).\(tenths % 10)"
  }
}
