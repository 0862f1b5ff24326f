// The last move of a dispute beside what it is computed from, judged once more for the page.

import Chain
import Graphs
import Inference
import Kernel
import Market
import Primitives

struct StepView {
  let story: GameStory
  let opening: StepOpening
  let place: BlockPlace
  /// The operation that computes the tensor.
  let operation: String
  /// What the referee says now; nil where something for it is not in the log.
  let holds: Bool?

  /// Nil where the dispute did not come to a step, or where nothing of it can be read.
  init?(_ story: GameStory) {
    guard let step = story.step, case .step(let place)? = story.place(at: step.picks),
      let opening = try? CBOR.decode(StepOpening.self, from: step.opening.opening),
      let graph = try? Manifest(decoding: opening.manifest).graph(),
      graph.nodes.indices.contains(place.tensor - 1)
    else { return nil }
    self.story = story
    self.opening = opening
    self.place = place
    operation = graph.nodes[place.tensor - 1].operation.name
    holds = StepView.judge(story, step.opening.opening, step.picks)
  }

  private static func judge(_ story: GameStory, _ bytes: [UInt8], _ picks: [UInt8]) -> Bool? {
    let played = story.rounds.last?.root ?? 0
    guard let disputed = story.disputed, story.roots.indices.contains(played),
      let input = try? keyHash(story)
    else { return nil }
    return try? Referee.redo(
      BlockClaim(
        model: story.road.subject, root: story.roots[played], keyHash: input, picks: picks,
        before: disputed.before, disputed: disputed.hash), opening: bytes)
  }

  /// By which the salt of the run's input proves itself: from the message that started the run.
  private static func keyHash(_ story: GameStory) throws -> Bytes32? {
    if let run = story.run { return run.input.keyHash }
    guard let id = story.settled?.startedBy, let found = try story.house.signed(id) else {
      return nil
    }
    switch found.message.message {
    case .sendInput(let m): return m.input.keyHash
    case .takeOffer(let m): return m.input.keyHash
    default: return nil
    }
  }

  private static func preview(_ bytes: [UInt8]) -> Markup {
    let text = Hex.encode(Array(bytes.prefix(16)))
    return "<code>\(text)\(bytes.count > 16 ? "…" : "")</code>"
  }

  var markup: Markup {
    var rows: [[Markup]] = opening.tiles.enumerated().map { index, tile in
      [
        "operand \(index + 1): a tile of an earlier tensor",
        "\(Formats.grouped(UInt64(tile.bytes.count)))",
        StepView.preview(tile.bytes), "its way up to the trace's root",
      ]
    }
    if !opening.sums.isEmpty {
      rows.append([
        "the sums before this block", "\(Formats.grouped(UInt64(opening.sums.count)))",
        StepView.preview(opening.sums), "the hash that both sides agreed on",
      ])
    }
    rows += opening.weights.enumerated().map { index, tile in
      [
        "weights \(index + 1)", "\(Formats.grouped(UInt64(tile.bytes.count)))",
        StepView.preview(tile.bytes), "the model's own root",
      ]
    }
    let table = Parts.table(
      "What the step reads", ["What", "#Bytes", "Begins", "Proven by"], rows,
      empty: "It reads nothing.")
    return """
      <p>Left of the whole run is \(TracePlace.step(place).words): one step of the operation \
      <code>\(operation)</code>. The provider showed everything that it is computed from, and the \
      ledger computed it.</p>
      \(table)
      \(Parts.fields(results))
      """
  }

  private var results: [(name: String, value: Markup)] {
    var rows: [(name: String, value: Markup)] = []
    if let disputed = story.disputed {
      rows.append(("Claimed result", "<code class=\"whole\">\(disputed.hash.description)</code>"))
    }
    let verdict: Markup =
      story.line.reason == "stepHolds"
      ? "\(Parts.badge("holds", .good)) The claimed result is what comes out."
      : "\(Parts.badge("is false", .bad)) Something else comes out."
    rows.append(("In the ledger", verdict))
    if let holds {
      let same = holds == (story.line.reason == "stepHolds")
      let again: Markup =
        same
        ? "\(Parts.badge("the same", .good)) This server computed it again to show you this page."
        : "\(Parts.badge("not the same", .bad)) This server gets another result."
      rows.append(("Computed again now", again))
    }
    return rows
  }

  var json: JSONValue {
    [
      "operation": .string(operation), "tensor": .unsigned(UInt64(place.tensor)),
      "tile": .unsigned(UInt64(place.tile)), "block": .unsigned(UInt64(place.block)),
      "operands": .array(opening.tiles.map { .string(Hex.encode($0.bytes)) }),
      "sums": .string(Hex.encode(opening.sums)),
      "weights": .array(opening.weights.map { .string(Hex.encode($0.bytes)) }),
      "disputed": story.disputed.map { .string($0.hash.description) } ?? .null,
      "holds": holds.map { .bool($0) } ?? .null,
    ]
  }
}
