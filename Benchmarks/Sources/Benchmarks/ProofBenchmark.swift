// Proofs of runs: what proving costs beside running, and how it grows with weights, batch, depth.

import Foundation
import Graphs
import Models
import Primitives
import Proofs

/// Processor time of the one thread that proves, which is what a shared machine leaves to compare.
struct ProofBenchmark {
  /// The top of the repository.
  let root: String
  /// The least of so many proofs.
  var rounds = 5
  var batches = [1, 4, 16, 64]
  /// 10^4 to 10^7.5 weights.
  var widths = [70, 223, 707, 2_236, 3_976]
  var depths = [2, 4, 8, 16, 32]
  var many = [1, 4, 16, 64, 256]

  func run(_ report: Report) throws {
    report.section("Proofs of the sample models, µs of one thread's processor time")
    for name in ModelBenchmark.names { try sample(name, report) }
    report.section("Growth with the weights: two square layers, batch 1")
    for width in widths {
      try grown([width, width], "\(2 * width * width) weights", [1], report)
    }
    report.section("Growth with the batch: two layers of 64")
    try grown([64, 64], "two layers", many, report)
    report.section("Growth with the depth: layers of 64, batch 1")
    for depth in depths {
      try grown([Int](repeating: 64, count: depth), "\(depth) layers", [1], report)
    }
    report.section("As others say of theirs, on machines of their own; nothing was run here")
    report.note("deep-prove: CNN of 264k weights 1.24 s, dense of 4M 2.34 s; verify 0.5 to 0.6 s")
    report.note("deep-prove, of ezkl on the same machine: 196.6 s and 126.8 s (EPYC 7B12)")
    report.note("jolt-atlas: nanoGPT 2.29 s (ezkl 237 s), GPT-2 14.9 s, verify 1.04 s (M3)")
  }

  // MARK: - One model

  private func sample(_ name: String, _ report: Report) throws {
    func read(_ file: String) throws -> [UInt8] {
      try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/Tests/Vectors/models/\(file)")))
    }
    let samples = try InputJSON.read(try read("\(name).cal.json"))
    let model = try Model.importing(onnx: try read("\(name).onnx"), calibration: samples)
    let floats = samples.flatMap { $0 }
    let inputs = try (0..<min(64, floats.count / model.inputCount)).map { index in
      let first = index * model.inputCount
      return try model.quantise(Array(floats[first..<(first + model.inputCount)]))
    }
    try prove(model, inputs, name, batches, report)
  }

  private func grown(
    _ outputs: [Int], _ name: String, _ batches: [Int], _ report: Report
  ) throws {
    var nodes: [Node] = []
    var layers: [LayerWeights] = []
    var columns = outputs[0]
    for rows in outputs {
      nodes.append(Node(.linear(Linear(outputs: rows, biasBound: 7)), [nodes.count]))
      nodes.append(
        Node(
          .requantise(
            Requantise(
              multipliers: [UInt32](repeating: 1 << 16, count: rows), shift: 24, element: .uint8)),
          [nodes.count]))
      layers.append(
        LayerWeights(
          matrix: (0..<rows * columns).map { Int8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) },
          bias: [Int32](repeating: 7, count: rows)))
      columns = rows
    }
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([outputs[0]])), nodes: nodes)
    let scale = try Scale(mantissa: 1 << 30, exponent: 30)
    let manifest = Manifest(
      graph: graph, inputScale: scale, outputScale: scale, readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: layers, of: graph)])
    let inputs = (0..<8).map { seed in
      (0..<outputs[0]).map { UInt8(truncatingIfNeeded: ($0 + seed) &* 31) }
    }
    try prove(try Model(manifest, layers), inputs, name, batches, report)
  }

  private func prove(
    _ model: Model, _ inputs: [[UInt8]], _ name: String, _ batches: [Int], _ report: Report
  ) throws {
    let start = Machine.threadSeconds
    let weights = try CommittedWeights(model.graph, model.weights)
    report.add("\(name): weights encoded, once a model", since(start), "µs")
    var manifest = model.manifest
    manifest.commitments.append(weights.commitment)
    let traces = try inputs.map { input in try ProofBenchmark.trace(model, input) }
    let bounds = try SuccinctBounds(manifest, model.graph, weights.shape)
    report.note(
      "\(name): \(bounds.witnessBytes) bytes of witness a sample, in the place of lookups")
    for level in ProofLevel.allCases {
      let prove = try ProofBenchmark.prover(level, manifest, weights)
      for batch in batches {
        let own = (0..<batch).map { traces[$0 % traces.count] }
        do throws(Refusal) {
          let title = "\(name), \(level), batch \(batch)"
          let took = try point(model, inputs, own, prove, title, report)
          guard level != .open else { continue }
          // Where others look up: every entry of a rounding or a maximum is proved to be a byte.
          report.add(
            "\(title): a byte of witness",
            took.prove * 1000 / Double(bounds.witnessBytes * batch), "ns")
          guard level == .succinct, batch == 1 else { continue }
          report.add("\(title): verify, a step", took.verify * 1000 / Double(bounds.steps), "ns")
        } catch {
          report.note("\(name), \(level), batch \(batch): \(error.code)")
        }
      }
    }
  }

  private typealias Prove = ([[Tensor]]) throws(Refusal) -> [UInt8]

  /// The file of a proof of that level.
  private static func prover(
    _ level: ProofLevel, _ manifest: Manifest, _ weights: CommittedWeights
  ) throws(Refusal) -> Prove {
    guard level == .private else {
      let prover = try Prover(level, manifest, weights)
      return { traces throws(Refusal) in try prover.prove(traces, nonce: .zero).bytes }
    }
    let prover = try PrivateProver(manifest, weights)
    return { traces throws(Refusal) in
      let proof = try prover.prove(traces, nonce: .zero, secret: .zero, salt: .zero)
      return Proof.private(proof).bytes
    }
  }

  private func point(
    _ model: Model, _ inputs: [[UInt8]], _ traces: [[Tensor]], _ prove: Prove, _ name: String,
    _ report: Report
  ) throws(Refusal) -> (prove: Double, verify: Double) {
    let batch = traces.count
    let input = (0..<batch).flatMap { inputs[$0 % inputs.count] }
    var output = [Int32](repeating: 0, count: batch * model.outputCount)
    var (plain, proved, verified) = (Double.infinity, Double.infinity, Double.infinity)
    for _ in 0..<(20 * rounds) {
      let start = Machine.threadSeconds
      var span = output.mutableSpan
      try model.execute(input.span, count: batch, threads: 1, into: &span)
      plain = min(plain, since(start))
    }
    var bytes: [UInt8] = []
    for _ in 0..<rounds {
      var start = Machine.threadSeconds
      bytes = try prove(traces)
      proved = min(proved, since(start))
      start = Machine.threadSeconds
      _ = try Proof.verify(bytes: bytes)
      verified = min(verified, since(start))
    }
    report.add("\(name): prove", proved, "µs", ratio: proved / plain, of: "a plain int8 run")
    report.add("\(name): verify", verified, "µs")
    report.add("\(name): a sample", Double(bytes.count) / Double(batch), "bytes")
    return (proved, verified)
  }

  private static func trace(_ model: Model, _ input: [UInt8]) throws(Refusal) -> [Tensor] {
    var tensors: [Tensor] = []
    try model.trace(input) { (tensor, bytes) throws(Refusal) in
      tensors.append(try Tensor(model.graph.types[tensor], bytes: Array(bytes)))
    }
    return tensors
  }

  private func since(_ start: Double) -> Double { (Machine.threadSeconds - start) * 1e6 }
}
