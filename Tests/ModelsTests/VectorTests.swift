// The four models of the vectors import and keep their accuracy on held-out data.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct VectorTests {
  private func model(_ name: String) throws -> Model {
    try Model.importing(
      onnx: Files.vector("\(name).onnx"),
      calibration: InputJSON.read(Files.vector("\(name).cal.json")))
  }

  /// Held-out accuracy may fall by half a point at most.
  @Test(arguments: ["mlp", "cnn8", "lenet28", "dense"])
  func accuracyIsKept(name: String) throws {
    let model = try model(name)
    let x = try NPY(Files.vector("\(name)-x.npy")).rows
    let y = try NPY(Files.vector("\(name)-y.npy")).labels()
    let logits = try NPY(Files.vector("\(name)-logits.npy")).rows
    let report = try model.accuracy(on: x, labels: y, float: logits)
    #expect(report.labelled == 450)
    #expect(report.integerAccuracy + 5000 >= report.floatAccuracy)
    #expect(report.floatAccuracy > 940_000)
    #expect(report.agreement >= 990_000)
    #expect(report.greatestError < 60_000)
    #expect(report.meanError < 5000)
    #expect(model.manifest.report.samples == 20)
    #expect(model.manifest.report.agreement == 1_000_000)
  }

  /// The float executor against the outputs that the vectors carry.
  @Test(arguments: ["mlp", "cnn8", "lenet28", "dense"])
  func floatsAreTheVectors(name: String) throws {
    let float = try FloatModel(onnx: Files.vector("\(name).onnx"))
    let x = try NPY(Files.vector("\(name)-x.npy")).rows
    let logits = try NPY(Files.vector("\(name)-logits.npy")).rows
    for index in 0..<3 {
      let own = try float.run(x[index])
      for (got, wanted) in zip(own, logits[index]) { #expect(abs(got - wanted) < 1e-3) }
    }
  }

  /// The fast program against the plain loops on a real model and a real input.
  @Test(arguments: ["mlp", "cnn8", "lenet28", "dense"])
  func realModelsAreBitEqual(name: String) throws {
    let model = try model(name)
    let input = try InputJSON.read(Files.vector("\(name).input.json"))[0]
    let bytes = try model.quantise(input)
    let trace = try model.graph.trace(model.weights, on: bytes)
    let wanted = trace[trace.count - 1].values
    for kernel in LayerKernel.usable {
      let program = Program(model.graph, model.weights, kernel: kernel)
      #expect(program.run(bytes, count: 1) == wanted)
      #expect(program.run(bytes, count: 1, threads: 2) == wanted)
      #expect(program.tensors(bytes) == trace.map(\.bytes))
    }
    #expect(try model.run(input).values == wanted)
    #expect(try model.run(input).bytes.count == 40)
  }

  /// An import is a function of its bytes: these ids are the same on every machine.
  @Test(arguments: [("mlp", "model_crbhqzp2vp"), ("cnn8", "model_q513ppyrx3")])
  func idsStay(name: String, id: String) throws {
    let model = try model(name)
    #expect(model.id.short == id)
    #expect(model.id == model.manifest.id)
  }

  @Test func theCheaperModelIsWorse() throws {
    let calibration = try NPY(Files.digits("calibration.npy")).rows
    let x = try NPY(Files.digits("digits.npy")).rows
    let y = try NPY(Files.digits("labels.npy")).labels()
    var accuracy: [UInt32] = []
    for name in ["digits", "cheap"] {
      let onnx = try Files.digits("\(name).onnx")
      let model = try Model.importing(onnx: onnx, calibration: calibration)
      let float = try FloatModel(onnx: onnx)
      let report = try model.accuracy(on: x, labels: y, float: x.map { try float.run($0) })
      #expect(report.integerAccuracy + 5000 >= report.floatAccuracy)
      accuracy.append(report.integerAccuracy)
    }
    #expect(accuracy[0] > 960_000)
    #expect((850_000...920_000).contains(accuracy[1]))
  }
}
