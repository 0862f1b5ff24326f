// A traced run hands out every tensor in order, with the reference's bytes, or ends as it is told.

import Graphs
import Primitives
import Testing

@testable import Models

extension Program {
  /// The canonical bytes of all tensors of a run.
  func tensors(_ input: [UInt8]) -> [[UInt8]] {
    var tensors: [[UInt8]] = []
    input.withUnsafeBufferPointer { input in
      trace(input.baseAddress!) { tensor, bytes in
        #expect(tensor == tensors.count)
        tensors.append([UInt8](bytes))
      }
    }
    return tensors
  }
}

@Suite struct TraceTests {
  private func model() throws -> Model {
    try Model.importing(
      onnx: Files.vector("cnn8.onnx"),
      calibration: InputJSON.read(Files.vector("cnn8.cal.json")))
  }

  @Test func theTraceIsTheReferences() throws {
    let model = try model()
    for seed in 0..<3 {
      var draw = Draw(seed: UInt64(seed))
      let input = (0..<model.inputCount).map { _ in UInt8(draw.below(256)) }
      var tensors: [[UInt8]] = []
      try model.trace(input) { tensor, bytes in
        #expect(tensor == tensors.count)
        tensors.append([UInt8](bytes))
      }
      #expect(try tensors == model.graph.trace(model.weights, on: input).map(\.bytes))
      // The same model runs as before after a trace, and traces again the same.
      #expect(try model.execute(input) == Tensor.words(tensors[tensors.count - 1]))
      #expect(model.program.tensors(input) == tensors)
    }
  }

  @Test func aWrongLengthIsRefused() throws {
    let model = try model()
    for count in [0, 63, 65] {
      #expect(throws: Refusal.wrongLength(got: count, wanted: 64)) {
        try model.trace([UInt8](repeating: 0, count: count)) { _, _ in
          Issue.record("a tensor was handed out")
        }
      }
    }
  }

  /// What the callee throws ends the run, and its memory serves the next one.
  @Test func aRefusalEndsTheRun() throws {
    let model = try model()
    let input = [UInt8](repeating: 9, count: model.inputCount)
    var seen: [Int] = []
    #expect(throws: Refusal("enough")) {
      try model.trace(input) { (tensor, _) throws(Refusal) in
        seen.append(tensor)
        if tensor == 3 { throw Refusal("enough") }
      }
    }
    #expect(seen == [0, 1, 2, 3])
    let wanted = try model.graph.trace(model.weights, on: input).map(\.bytes)
    #expect(model.program.tensors(input) == wanted)
    #expect(model.program.tracedMemory.made == 1)
  }
}
