// Random ONNX models against the outputs that onnxruntime gave for them.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct RuntimeTests {
  @Test(arguments: 0..<32)
  func floatsAreTheRuntimes(number: Int) throws {
    let onnx = try Files.vector("random/\(number).onnx")
    let inputs = try NPY(Files.vector("random/\(number)-x.npy")).rows
    let outputs = try NPY(Files.vector("random/\(number)-y.npy")).rows
    let float = try FloatModel(onnx: onnx)
    for (input, wanted) in zip(inputs, outputs) {
      let got = try float.run(input)
      #expect(got.count == wanted.count)
      for (a, b) in zip(got, wanted) { #expect(abs(a - b) <= 1e-5 * max(1, abs(b))) }
    }
  }

  /// The integer model stays near the float model and is the same on both executors.
  @Test(arguments: 0..<32)
  func integersStayNear(number: Int) throws {
    let onnx = try Files.vector("random/\(number).onnx")
    let inputs = try NPY(Files.vector("random/\(number)-x.npy")).rows
    let outputs = try NPY(Files.vector("random/\(number)-y.npy")).rows
    let model = try Model.importing(onnx: onnx, calibration: inputs)
    let report = try model.accuracy(on: inputs, float: outputs)
    #expect(report.meanError < 15_000)
    for input in inputs.prefix(2) {
      let bytes = try model.quantise(input)
      #expect(try model.execute(bytes) == model.graph.run(model.weights, on: bytes))
    }
    #expect(try Model.load(model.save(), expecting: model.id).id == model.id)
  }
}
