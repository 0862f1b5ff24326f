// int8 inference of the four sample models beside onnxruntime, point by point in one run.

import Foundation
import Models
import Primitives

struct ModelBenchmark {
  static let names = ["mlp", "cnn8", "lenet28", "dense"]
  /// The top of the repository.
  let root: String
  /// A Python that has what `peers/requirements.txt` lists.
  let python: String
  /// How long each of the three is measured at one point, in one of the rounds.
  var seconds = 0.15
  /// Ours and the peer's take turns, so that both meet the same neighbours on the machine.
  var rounds = 4

  /// The best times of one point, in microseconds.
  private struct Times {
    var ours = Double.infinity
    /// Floats made integers within the call, which is what the peer does.
    var fromFloats = Double.infinity
    var float = Double.infinity
    var int8 = Double.infinity
  }

  func run(_ report: Report) throws {
    report.section("int8 inference, µs a call (onnxruntime through Python, in turns)")
    let script = "\(root)/Benchmarks/peers/onnxruntime_peer.py"
    let peer = try? ModelPeer(script: script, python: python)
    for name in ModelBenchmark.names {
      let workload = try ModelWorkload(name, root: root)
      for batch in [1, 64] {
        for threads in [1, 2] { try run(workload, batch, threads, peer, report) }
      }
    }
    try trace(report)
    try countMemory(report)
  }

  /// What it costs to hand out every tensor, and to commit to them.
  private func trace(_ report: Report) throws {
    report.section("A traced run at batch 1, one thread")
    let goals: [String: Double] = ["cnn8": 10, "dense": 2]
    let salt = ContentSalt(contentKey: .zero)
    for name in ModelBenchmark.names {
      let workload = try ModelWorkload(name, root: root)
      let plan = try workload.tracePlan
      var (plain, traced, committed) = (Double.infinity, Double.infinity, Double.infinity)
      for _ in 0..<rounds {
        plain = min(plain, try workload.best(seconds, batch: 1) { try $0.execute(1) })
        traced = min(traced, try workload.best(seconds, batch: 1) { try $0.trace() })
        committed = min(
          committed, try workload.best(seconds, batch: 1) { try $0.commit(plan, salt) })
      }
      report.add(
        "\(name): every tensor handed out", traced, "µs", ratio: traced / plain,
        of: "the plain run")
      report.add(
        "\(name): and committed to", committed, "µs", ratio: committed / plain,
        of: "the plain run", goal: goals[name].map { .below($0 * plain) })
    }
  }

  private func run(
    _ workload: ModelWorkload, _ batch: Int, _ threads: Int, _ peer: ModelPeer?,
    _ report: Report
  ) throws {
    var times = Times()
    var question = ModelPeer.Question(
      model: workload.name, kind: "float", threads: threads, batch: batch, seconds: seconds)
    for _ in 0..<rounds {
      times.ours = min(
        times.ours, try workload.best(seconds, batch: batch) { try $0.execute(threads) })
      times.fromFloats = min(
        times.fromFloats,
        try workload.best(seconds, batch: batch) { try $0.executeFloats(threads) })
      guard let peer else { continue }
      question.kind = "float"
      times.float = min(times.float, try peer.microseconds(question))
      question.kind = "int8"
      times.int8 = min(times.int8, try peer.microseconds(question))
      // The peer's threads stay awake for a moment.
      usleep(20_000)
    }
    let point = "\(workload.name), batch \(batch), \(threads) thread\(threads == 1 ? "" : "s")"
    guard peer != nil else {
      return report.add("\(point): ours", times.ours, "µs")
    }
    let best = min(times.float, times.int8)
    report.add(
      "\(point): ours", times.ours, "µs", ratio: times.ours / best, of: "the peer's better",
      goal: .below(best))
    report.add(
      "\(point): ours from floats", times.fromFloats, "µs", ratio: times.fromFloats / best,
      of: "the peer's better", goal: .below(best))
    report.add("\(point): onnxruntime float", times.float, "µs")
    report.add("\(point): onnxruntime int8", times.int8, "µs")
  }

  /// Where a counter was preloaded (`scripts/bench-models.sh`), what runs ask of it.
  private func countMemory(_ report: Report) throws {
    typealias Counter = @convention(c) () -> UInt
    guard let symbol = dlsym(nil, "malloc_count") else { return }
    let counter = unsafeBitCast(symbol, to: Counter.self)
    report.section("Pieces of memory that 1,000 runs ask for, after the first")
    for name in ModelBenchmark.names {
      let workload = try ModelWorkload(name, root: root)
      for (batch, threads) in [(1, 1), (64, 1), (1, 2), (64, 2)] {
        // Often enough that two runs at once have met.
        try workload.repeat(200, batch: batch) { try $0.execute(threads) }
        var asked: UInt = 0
        try workload.repeat(1_000, batch: batch) {
          let before = counter()
          try $0.execute(threads)
          asked += counter() - before
        }
        report.add(
          "\(name), batch \(batch), threads \(threads)", Double(asked), "pieces",
          goal: .below(1))
      }
    }
  }
}
