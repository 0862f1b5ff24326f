// int8 inference of the four sample models beside onnxruntime, at batch 1 in one run.

import Foundation
import Models
import Primitives

struct ModelBenchmark {
  static let names = ["mlp", "cnn8", "lenet28", "dense"]
  /// The top of the repository.
  let root: String
  /// A Python that has what `peers/requirements.txt` lists.
  let python: String

  func run(_ report: Report) throws {
    report.section("int8 inference at batch 1, one thread (onnxruntime through Python)")
    let peer = peerTimes()
    if peer.isEmpty {
      report.note("no onnxruntime: --python with the packages of Benchmarks/peers")
    }
    for name in ModelBenchmark.names {
      let time = try microseconds(name)
      let other = peer[name]
      report.add(
        "\(name): int8", time, "µs", ratio: other.map { time / $0.int8 }, of: "the peer's int8")
      if let other {
        report.add("\(name): onnxruntime int8", other.int8, "µs")
        report.add("\(name): onnxruntime float", other.float, "µs")
      }
    }
  }

  private func read(_ file: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/Tests/Vectors/models/\(file)")))
  }

  private func microseconds(_ name: String) throws -> Double {
    let samples = try InputJSON.read(try read("\(name).cal.json"))
    let model = try Model.importing(onnx: try read("\(name).onnx"), calibration: samples)
    let input = try model.quantise(Array(samples[0].prefix(model.inputCount)))
    return try Repetition.best { _ = try model.execute(input) }
  }

  private func peerTimes() -> [String: (float: Double, int8: Double)] {
    let script = "\(root)/Benchmarks/peers/onnxruntime_peer.py"
    guard let text = try? Child.run([script], program: python).output,
      let line = text.split(separator: "\n").last,
      let json = try? JSONSerialization.jsonObject(with: Data(line.utf8)),
      let found = json as? [String: [String: Double]]
    else { return [:] }
    return found.compactMapValues { entry in
      guard let float = entry["float"], let int8 = entry["int8"] else { return nil }
      return (float, int8)
    }
  }
}

enum Repetition {
  /// Microseconds of one call: the best of many short rounds, since the machine is shared.
  static func best(rounds: Int = 60, _ body: () throws -> Void) rethrows -> Double {
    var loop = 1
    while try time(loop, body) < 0.002, loop < 1 << 20 { loop *= 2 }
    var least = Double.infinity
    for _ in 0..<rounds { least = min(least, try time(loop, body) / Double(loop)) }
    return least * 1e6
  }

  private static func time(_ loop: Int, _ body: () throws -> Void) rethrows -> Double {
    try Stopwatch.seconds { for _ in 0..<loop { try body() } }
  }
}
