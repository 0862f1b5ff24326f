// The text model of the examples: it imports, keeps its accuracy, runs fast and can be disputed.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct TextModelTests {
  private static let id = "model_2mkckk6naxqpk7ctbn279zqdsr7djyxgxk59n96x6yz0dc4jp5y5r1a4"

  private func model() throws -> Model { try Model.load(Files.vector("gpt.tolsey-model")) }

  @Test func theFileIsTheModel() throws {
    let bytes = try Files.vector("gpt.tolsey-model")
    let model = try Model.load(bytes)
    #expect(model.id.description == Self.id)
    #expect(model.save() == bytes)
    #expect(model.graph.input.element == .uint8)
    #expect(model.inputCount == 64)
    #expect(model.outputCount == 96)
    #expect(model.manifest.report.samples == 32)
  }

  /// Its accuracy on held-out text may fall by a point at most. Without the optimiser a run takes a
  /// second, so that few windows are looked at, and the share of equal answers alone.
  @Test func accuracyIsKept() throws {
    #if DEBUG
    let count = 24
    #else
    let count = 200
    #endif
    let model = try model()
    let logits = Array(try NPY(Files.example("gpt/logits.npy")).rows.prefix(count))
    let windows = Array(try NPY(Files.example("gpt/windows.npy")).rows.prefix(count))
    let next = Array(try NPY(Files.example("gpt/next.npy")).labels().prefix(count))
    let report = try model.accuracy(on: windows, labels: next, float: logits)
    #expect(report.labelled == UInt64(count))
    #expect(report.agreement >= 870_000)
    #expect(report.greatestError < 120_000)
    #expect(report.meanError < 20_000)
    #if !DEBUG
    #expect(report.floatAccuracy == 530_000)
    #expect(report.integerAccuracy + 10_000 >= report.floatAccuracy)
    #endif
  }

  @Test func oneWindowIsBitEqual() throws {
    let model = try model()
    let window = try NPY(Files.example("gpt/windows.npy")).rows[7]
    let bytes = try model.quantise(window)
    #expect(bytes.map { Float($0) } == window)
    let trace = try model.graph.trace(model.weights, on: bytes)
    for kernel in LayerKernel.usable {
      let program = Program(model.graph, model.weights, kernel: kernel)
      #expect(program.run(bytes, count: 1) == trace[trace.count - 1].values)
      #expect(program.tensors(bytes) == trace.map(\.bytes))
    }
  }

  /// Manifest and every step fit an opening.
  @Test func itCanBePublished() throws {
    let model = try model()
    _ = try TracePlan(model.graph)
    #expect(model.manifest.encoded.count <= BlockCut.mostManifest)
  }

  #if !DEBUG
  @Test func theImportGivesTheFile() throws {
    let model = try Model.importing(
      onnx: Files.example("gpt/gpt.onnx"),
      calibration: NPY(Files.example("gpt/calibration.npy")).rows)
    #expect(model.id.description == Self.id)
  }
  #endif
}
