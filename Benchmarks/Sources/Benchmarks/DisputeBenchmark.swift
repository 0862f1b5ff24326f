// A dispute from the trace to the referee: rounds, bytes, and what each side computes.

import Foundation
import Graphs
import Models
import Primitives

struct DisputeBenchmark {
  static let names = ["cnn8", "lenet28", "dense"]
  /// The top of the repository.
  let root: String

  func run(_ report: Report) throws {
    report.section("a dispute over one changed sum, one thread")
    for name in DisputeBenchmark.names { try run(name, report) }
  }

  private func read(_ file: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/Tests/Vectors/models/\(file)")))
  }

  private func run(_ name: String, _ report: Report) throws {
    let samples = try InputJSON.read(try read("\(name).cal.json"))
    let model = try Model.importing(onnx: try read("\(name).onnx"), calibration: samples)
    let input = try model.quantise(Array(samples[0].prefix(model.inputCount)))
    let plan = try TracePlan(model.graph)
    let salt = ContentSalt(contentKey: SHA256.hash(Array(name.utf8)))
    let plain = try Repetition.best { _ = try model.execute(input) }
    let honest = try trace(model, input, plan, salt, lieIn: nil)
    let traced = try Repetition.best {
      _ = try trace(model, input, plan, salt, lieIn: nil)
    }
    report.add("\(name): a run", plain, "µs")
    report.add("\(name): a run with its trace", traced, "µs", ratio: traced / plain, of: "the run")

    // The tensor whose tiles take the most blocks: the longest game of this model.
    let longest = plan.shape.blocks.indices.max {
      plan.shape.blocks[$0] < plan.shape.blocks[$1]
    }
    let lying = try trace(model, input, plan, salt, lieIn: longest)
    var game = Game(model: model, salt: salt, defender: lying, challenger: honest)
    let sides = try Stopwatch.seconds { try game.descend() }
    report.add("\(name): rounds, the last opening counted", Double(game.rounds), "")
    report.add("\(name): bytes of the moves before it", Double(game.moveBytes), "B")
    report.add("\(name): both sides until then", sides * 1e6, "µs")
    let opening = try game.opening()
    report.add("\(name): bytes of the last opening", Double(opening.count), "B")
    report.add("\(name): to make it", try Repetition.best { _ = try game.opening() }, "µs")
    let claim = game.claim
    let holds = try Referee.redo(claim, opening: opening)
    guard !holds else {
      throw BenchmarkFailure(description: "the referee believed a lie")
    }
    report.add(
      "\(name): the referee",
      try Repetition.best { _ = try Referee.redo(claim, opening: opening) }, "µs")
  }

  /// A run's trace, of which one tensor may have a byte changed.
  private func trace(
    _ model: Model, _ input: [UInt8], _ plan: TracePlan, _ salt: ContentSalt, lieIn lie: Int?
  ) throws -> Trace {
    var builder = TraceBuilder(plan, salt: salt)
    try model.trace(input) { (tensor, bytes) throws(Refusal) in
      guard tensor == lie else { return try builder.add(bytes, as: tensor) }
      var changed = Array(bytes)
      changed[0] ^= 1
      try builder.add(changed, as: tensor)
    }
    return try builder.finish()
  }

  /// A defender and a challenger, each with its own trace.
  private struct Game {
    let model: Model
    let salt: ContentSalt
    let defender: Trace
    let challenger: Trace
    var picks: [UInt8] = []
    var rounds = 1
    var moveBytes = 0
    var before = Bytes32.zero
    var disputed = Bytes32.zero

    init(model: Model, salt: ContentSalt, defender: Trace, challenger: Trace) {
      self.model = model
      self.salt = salt
      self.defender = defender
      self.challenger = challenger
    }

    mutating func descend() throws {
      disputed = defender.root
      while true {
        let place = try defender.plan.shape.place(at: picks)
        if case .step = place { return }
        let children = try defender.children(at: picks, model.weights)
        guard
          let pick = try challenger.difference(from: children, at: picks, model.weights)
        else { throw BenchmarkFailure(description: "nothing differs") }
        if case .blocks = place, pick > 0 { before = children[Int(pick) - 1] }
        disputed = children[Int(pick)]
        picks.append(pick)
        rounds += 1
        moveBytes += Vertex(children).encoded.count + 1
      }
    }

    func opening() throws -> [UInt8] {
      try defender.opening(at: picks, manifest: model.manifest, model.weights).encoded
    }

    var claim: BlockClaim {
      BlockClaim(
        model: model.id.digest, root: defender.root, keyHash: salt.keyHash, picks: picks,
        before: before, disputed: disputed)
    }
  }
}
