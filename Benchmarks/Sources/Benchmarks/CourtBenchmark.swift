// The court's load: the road without a dispute beside that of `open`, and many disputes at once.

import Chain
import Foundation
import Graphs
import Kernel
import LogStore
import Market
import Models
import Primitives

struct CourtBenchmark {
  /// The top of the repository.
  let root: String
  var disputes = 1_000
  var runs = 1_000
  var waves = 8

  func run(_ report: Report) throws {
    try measureRoads(report)
    try measureDisputes(report)
  }

  private func model(_ name: String) throws -> (model: Model, input: [UInt8]) {
    func read(_ file: String) throws -> [UInt8] {
      let path = "\(root)/Tests/Vectors/models/\(file)"
      return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }
    let samples = try InputJSON.read(try read("\(name).cal.json"))
    let model = try Model.importing(onnx: try read("\(name).onnx"), calibration: samples)
    return (model, try model.quantise(Array(samples[0].prefix(model.inputCount))))
  }

  // MARK: - Roads

  private func measureRoads(_ report: Report) throws {
    report.section("Roads by offer, unsigned, in memory (\(waves) waves of \(runs))")
    let open = try roads("open")
    let disputable = try roads("disputable")
    report.add("open: take, evidence, accept", open, "roads/s")
    report.add(
      "disputable: take, evidence, draw; nobody disputes", disputable, "roads/s",
      ratio: disputable / open, of: "open", goal: .atLeast(0.6 * open))
  }

  /// The roads are written first, then carried out again under the clock.
  private func roads(_ check: String) throws -> Double {
    let (model, bytes) = try model("cnn8")
    var script = try CourtScript(model: model, blocks: 64 + waves * 16)
    let terms = check == "open" ? CheckTerms("open") : script.disputable
    let offer = try script.open(check: terms, capacity: 1_000)
    let input = try script.input(bytes)
    let output = try script.output([1])
    var settled = 0
    for _ in 0..<waves {
      let keys = try script.take(offer, runs, input: input)
      try script.answer(keys, with: output)
      if check == "open" {
        try script.accept(keys)
        settled += keys.count
      } else {
        settled += try script.draw(keys).count
        // The window passes, and the few that were drawn end by their silence.
        for wait in [721_000, 721_000, 3_601_000, 1_000] as [UInt64] {
          _ = try script.play(wait, [])
        }
        try topUp(offer, &script)
      }
    }
    let steps = script.steps
    let network = script.network
    var state = try State(network.genesis)
    let ready = steps.map { ($0.after, $0.messages.map { network.simulated($0) }) }
    let watch = Stopwatch()
    for (after, messages) in ready {
      _ = try state.produce(network.plan(after: after, state), messages)
    }
    return Double(settled) / watch.seconds
  }

  private func topUp(_ offer: OfferID, _ script: inout CourtScript) throws {
    var free: UInt64 = 0
    script.state.market.forEachOffer { if $0 == offer { free = $1.free } }
    guard free < 1_000 else { return }
    var m = TopUpOffer()
    m.head = script.head(script.provider)
    m.offer = offer
    m.slots = 1_000 - free
    _ = try script.play(1_000, [.topUpOffer(m)])
  }

  // MARK: - Disputes

  private func measureDisputes(_ report: Report) throws {
    report.section("\(disputes) disputes at once, each played to the referee, durable")
    let (model, bytes) = try model("dense")
    var script = try CourtScript(model: model, blocks: 128)
    let plan = try TracePlan(model.graph)
    let game = try CourtGame(model, plan, bytes, script.salt)
    let offer = try script.open(check: script.disputable, capacity: 1_000)
    let keys = try script.take(offer, disputes, input: try script.input(bytes))
    try script.answer(keys, with: try script.output(game.output))
    let runs = try script.draw(keys)
    let first = script.steps.count
    try game.play(about: runs, &script)
    try replay(script, from: first, games: runs.count, report)
  }

  /// Carries the blocks out once more, into a store, and looks at those of the disputes.
  private func replay(
    _ script: borrowing CourtScript, from first: Int, games: Int, _ report: Report
  ) throws {
    let network = script.network
    let folder = try ScratchFolder()
    let log = try SQLiteLog(folder: folder.path, network: network.genesis.network)
    var state = try log.restore(network.genesis)
    var commits: [Double] = []
    var blocks: [Double] = []
    var messages = 0
    var seconds = 0.0
    for (place, step) in script.steps.enumerated() {
      let ready = step.messages.map { network.simulated($0) }
      let watch = Stopwatch()
      let made = try state.produce(network.plan(after: step.after, state), ready)
      var block = made.block
      block.sign(with: BenchNetwork.operatorKey)
      let committed = CommittedBlock(block, changes: made.changes)
      let commit = Stopwatch()
      try log.append(committed)
      guard place >= first else { continue }
      seconds += watch.seconds
      blocks.append(watch.seconds * 1_000)
      commits.append(commit.seconds * 1_000)
      messages += step.messages.count
    }
    try log.close()
    report.add("games", Double(games), "")
    report.add("moves", Double(messages) / seconds, "messages/s")
    report.add("messages a dispute", Double(messages) / Double(games), "")
    report.add("a block, p99", blocks.percentile(0.99), "ms")
    report.add("commit of a block, p99", commits.percentile(0.99), "ms")
  }
}

/// One game, which every pair of players plays alike: the defender lies in one sum.
struct CourtGame {
  let model: Model
  let liar: Trace
  let honest: Trace
  let output: [UInt8]

  init(_ model: Model, _ plan: TracePlan, _ input: [UInt8], _ salt: ContentSalt) throws {
    self.model = model
    let longest =
      plan.shape.blocks.indices.max { plan.shape.blocks[$0] < plan.shape.blocks[$1] } ?? 1
    var (lie, truth) = (TraceBuilder(plan, salt: salt), TraceBuilder(plan, salt: salt))
    var last: [UInt8] = []
    try model.trace(input) { (tensor, bytes) throws(Refusal) in
      try truth.add(bytes, as: tensor)
      var own = Array(bytes)
      if tensor == longest { own[0] ^= 1 }
      try lie.add(own, as: tensor)
      last = own
    }
    (liar, honest, output) = (try lie.finish(), try truth.finish(), last)
  }

  /// All games side by side, a kind of move a block.
  func play(about runs: [RunKey], _ script: inout CourtScript) throws {
    let answer = liar.roots[liar.roots.count - 1]
    let people = CourtScript.volunteers
    let games = runs.enumerated().map { number, run in
      GameKey(run, answer, people[number % people.count])
    }
    var messages: [Message] = []
    for game in games {
      var m = ChallengeRun()
      m.head = script.head(game.challenger)
      m.run = game.run
      m.answer = answer
      messages.append(.challengeRun(m))
    }
    _ = try script.play(1_000, messages)
    messages = []
    let (first, last) = (liar.path(to: 0) ?? [], liar.path(to: liar.roots.count - 1) ?? [])
    for game in games {
      var m = ShowTrace()
      m.head = script.head(script.provider)
      m.game = game
      m.root = liar.root
      m.first = first
      m.last = last
      messages.append(.showTrace(m))
    }
    _ = try script.play(1_000, messages)
    try descend(games, &script)
  }

  private func descend(_ games: [GameKey], _ script: inout CourtScript) throws {
    var picks: [UInt8] = []
    while true {
      if case .step = try liar.plan.shape.place(at: picks) { break }
      let children = try liar.children(at: picks, model.weights)
      guard let pick = try honest.difference(from: children, at: picks, model.weights) else {
        throw BenchmarkFailure(description: "nothing differs")
      }
      var opened: [Message] = []
      var picked: [Message] = []
      for game in games {
        var vertex = OpenVertex()
        vertex.head = script.head(script.provider)
        vertex.game = game
        vertex.children = children
        opened.append(.openVertex(vertex))
        var child = PickChild()
        child.head = script.head(game.challenger)
        child.game = game
        child.round = UInt64(picks.count)
        child.child = UInt64(pick)
        picked.append(.pickChild(child))
      }
      _ = try script.play(1_000, opened)
      _ = try script.play(1_000, picked)
      picks.append(pick)
    }
    let opening = try liar.opening(at: picks, manifest: model.manifest, model.weights).encoded
    // A block holds four megabytes: some forty openings.
    for start in stride(from: 0, to: games.count, by: 50) {
      var messages: [Message] = []
      for game in games[start..<min(start + 50, games.count)] {
        var m = OpenStep()
        m.head = script.head(script.provider)
        m.game = game
        m.opening = opening
        messages.append(.openStep(m))
      }
      _ = try script.play(1_000, messages)
    }
  }
}
