// One of the sample models with inputs for a batch, and how long a call of it takes.

import Foundation
import Graphs
import Models
import Primitives

/// A model and what it is run on.
struct ModelWorkload {
  static let mostSamples = 64
  let name: String
  private let model: Model
  private let input: [UInt8]
  private let floats: [Float]

  init(_ name: String, root: String) throws {
    func read(_ file: String) throws -> [UInt8] {
      try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/Tests/Vectors/models/\(file)")))
    }
    self.name = name
    let samples = try InputJSON.read(try read("\(name).cal.json"))
    model = try Model.importing(onnx: try read("\(name).onnx"), calibration: samples)
    let all = samples.flatMap { $0 }
    let each = model.inputCount
    var floats: [Float] = []
    for sample in 0..<Self.mostSamples {
      let first = sample % (all.count / each) * each
      floats += all[first..<first + each]
    }
    self.floats = floats
    var input = [UInt8](repeating: 0, count: floats.count)
    var span = input.mutableSpan
    try model.quantise(floats.span, count: Self.mostSamples, into: &span)
    self.input = input
  }

  /// What a measured body calls, on a batch of its own.
  struct Call: ~Copyable {
    private let model: Model
    private let floats: [Float]
    private var input: [UInt8]
    private let batch: Int
    private var output: [Int32]

    fileprivate init(_ workload: ModelWorkload, _ batch: Int) {
      model = workload.model
      floats = Array(workload.floats[..<(batch * model.inputCount)])
      input = Array(workload.input[..<(batch * model.inputCount)])
      self.batch = batch
      output = [Int32](repeating: 0, count: batch * model.outputCount)
    }

    mutating func execute(_ threads: Int) throws {
      let model = model
      let (input, batch) = (input, batch)
      var results = output.mutableSpan
      try model.execute(input.span, count: batch, threads: threads, into: &results)
    }

    /// A traced run with the commitment to it, as a defender makes it.
    mutating func commit(_ plan: TracePlan, _ salt: ContentSalt) throws {
      var builder = TraceBuilder(plan, salt: salt)
      try model.trace(input) { (tensor, bytes) throws(Refusal) in
        try builder.add(bytes, as: tensor)
      }
      output[0] = Int32(truncatingIfNeeded: try builder.finish().root.leadingWord)
    }

    /// From floats, as the peer is called, to integers and through the model.
    mutating func executeFloats(_ threads: Int) throws {
      let model = model
      let (floats, batch) = (floats, batch)
      var bytes = input.mutableSpan
      try model.quantise(floats.span, count: batch, into: &bytes)
      try execute(threads)
    }

    mutating func trace() throws {
      var bytes = 0
      try model.trace(input) { _, tensor in bytes += tensor.count }
      output[0] = Int32(truncatingIfNeeded: bytes)
    }
  }

  var tracePlan: TracePlan { get throws { try TracePlan(model.graph) } }

  func `repeat`(_ times: Int, batch: Int, _ body: (inout Call) throws -> Void) throws {
    var call = Call(self, batch)
    for _ in 0..<times { try body(&call) }
  }

  /// Microseconds of one call: the best of many short rounds, since the machine is shared.
  func best(
    _ seconds: Double, batch: Int, _ body: (inout Call) throws -> Void
  ) throws -> Double {
    var call = Call(self, batch)
    func time(_ loop: Int) throws -> Double {
      try Stopwatch.seconds { for _ in 0..<loop { try body(&call) } }
    }
    var loop = 1
    while try time(loop) < 0.001, loop < 1 << 20 { loop *= 2 }
    let watch = Stopwatch()
    var least = Double.infinity
    while watch.seconds < seconds { least = min(least, try time(loop) / Double(loop)) }
    return least * 1e6
  }
}
