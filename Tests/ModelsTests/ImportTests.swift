// What the importer makes of each operation, against the float model and by hand.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct ImportTests {
  private let samples: [[Float]] = [
    [1, 0, -1, 0.5], [-1, 1, 1, -0.25], [0.3, -0.7, 0.2, 1], [0, 0, 0, 0],
  ]

  /// Imports, and compares every output with the float model's.
  private func check(
    _ writer: ONNXWriter, _ samples: [[Float]], within bound: Float
  ) throws -> Model {
    let model = try Model.importing(onnx: writer.bytes, calibration: samples)
    let float = try FloatModel(onnx: writer.bytes)
    for sample in samples {
      let wanted = try float.run(sample)
      let got = try model.run(sample).floats
      for (a, b) in zip(got, wanted) { #expect(abs(a - b) <= bound) }
      let bytes = try model.quantise(sample)
      #expect(try model.execute(bytes) == model.graph.run(model.weights, on: bytes))
    }
    return model
  }

  @Test func gemm() throws {
    let float = try FloatModel(onnx: ONNXWriter.small.bytes)
    #expect(try float.run([1, 2, 3, 4]) == [2, -3.5])
    let model = try check(.small, samples, within: 0.05)
    #expect(model.graph.nodes.count == 1)
    #expect(model.inputCount == 4 && model.outputCount == 2)
  }

  @Test func gemmTakesAlphaAndBeta() throws {
    var writer = ONNXWriter()
    writer.constant("w", [4, 2], [1, 2, -1, 0, 0.5, -3, 0.25, 1])
    writer.constant("b", [1, 2], [0.5, -0.5])
    writer.node(
      "Gemm", ["x", "w", "b"], "y", [("alpha", .float(2)), ("beta", .float(4))])
    #expect(try FloatModel(onnx: writer.bytes).run([1, 0, 0, 0]) == [4, 2])
  }

  @Test func matMulAndAdd() throws {
    var writer = ONNXWriter()
    writer.constant("w", [4, 2], [1, 2, -1, 0, 0.5, -3, 0.25, 1])
    writer.constant("b", [2], [0.5, -0.5])
    writer.node("MatMul", ["x", "w"], "m")
    writer.node("Add", ["b", "m"], "y")
    #expect(try FloatModel(onnx: writer.bytes).run([1, 2, 3, 4]) == [2, -3.5])
    let model = try check(writer, samples, within: 0.05)
    #expect(model.graph.nodes.count == 1)
  }

  @Test func residualAddAndRelu() throws {
    var writer = ONNXWriter()
    writer.constant("w", [4, 4], (0..<16).map { Float($0 % 5) * 0.3 - 0.5 })
    writer.constant("v", [2, 4], [1, -1, 0.5, 0.25, 2, 0, -3, 1])
    writer.node("Gemm", ["x", "w"], "a")
    writer.node("Relu", ["a"], "r")
    writer.node("Add", ["r", "x"], "s")
    writer.node("Relu", ["s"], "t")
    writer.node("Gemm", ["t", "v"], "y", [("transB", .integer(1))])
    let model = try check(writer, samples, within: 0.08)
    #expect(
      model.graph.nodes.map(\.operation.name) == ["linear", "requantise", "add", "linear"])
    #expect(model.graph.types.map(\.element) == [.int8, .int32, .uint8, .uint8, .int32])
  }

  /// A tensor that is read before and after its ReLU gets both forms.
  @Test func bothFormsOfOneTensor() throws {
    var writer = ONNXWriter()
    writer.constant("w", [4, 4], (0..<16).map { Float($0 % 5) * 0.3 - 0.5 })
    writer.node("Gemm", ["x", "w"], "a")
    writer.node("Relu", ["a"], "r")
    writer.node("Add", ["r", "a"], "y")
    let model = try check(writer, samples, within: 0.06)
    #expect(model.graph.nodes.count == 4)
    #expect(model.graph.output.element == .int8)
  }

  /// A ReLU right on the input is an addition of two halves, clamped below at zero.
  @Test func reluOnTheInput() throws {
    var writer = ONNXWriter()
    writer.constant("v", [2, 4], [1, -1, 0.5, 0.25, 2, 0, -3, 1])
    writer.node("Relu", ["x"], "r")
    writer.node("Gemm", ["r", "v"], "y", [("transB", .integer(1))])
    let model = try check(writer, samples, within: 0.05)
    #expect(model.graph.nodes.map(\.operation.name) == ["add", "linear"])
    #expect(model.graph.types[1].element == .uint8)
    #expect(try model.run([-1, -1, -1, -1]).values == [0, 0])
  }

  @Test func convolutionPoolAndLayouts() throws {
    var writer = ONNXWriter()
    writer.input = [1, 2, 5, 4]
    var draw = Draw(seed: 3)
    let draws: (Int) -> [Float] = { n in (0..<n).map { _ in Float(draw.signed(100)) / 100 } }
    writer.constant("w", [3, 2, 3, 2], draws(36))
    writer.constant("c", [3], draws(3))
    writer.constant("e", [1, 3, 1, 1], draws(3))
    writer.constant("v", [18, 2], draws(36))
    writer.constant("s", [0, -1])
    writer.node(
      "Conv", ["x", "w", "c"], "a",
      [("pads", .integers([1, 0, 1, 1])), ("strides", .integers([1, 1]))])
    writer.node("Add", ["a", "e"], "b")
    writer.node(
      "MaxPool", ["b"], "p",
      [
        ("kernel_shape", .integers([2, 2])), ("strides", .integers([2, 2])),
        ("pads", .integers([0, 0, 1, 0])),
      ])
    writer.node("Relu", ["p"], "q")
    writer.node("Reshape", ["q", "s"], "f")
    writer.node("Identity", ["f"], "g")
    writer.node("MatMul", ["g", "v"], "m")
    writer.node("Softmax", ["m"], "y")
    let samples = (0..<6).map { _ in draws(40) }
    let model = try check(writer, samples, within: 0.15)
    #expect(model.manifest.readout == .softmax)
    // The ReLU behind the pool is merged into the requantisation before it.
    #expect(
      model.graph.nodes.map(\.operation.name)
        == ["convolution", "requantise", "maxPool", "reshape", "linear"])
    let probabilities = try #require(try model.run(samples[0]).probabilities)
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect(
      probabilities.firstIndex(of: probabilities.max() ?? 0) == (try model.run(samples[0]).best))
  }

  @Test func samePadsAreComputed() throws {
    for (mode, first) in [("SAME_UPPER", Float(3)), ("SAME_LOWER", 1), ("VALID", 3)] {
      var writer = ONNXWriter()
      writer.input = [1, 1, 1, 3]
      writer.constant("w", [1, 1, 1, 2], [1, 1])
      writer.node("Conv", ["x", "w"], "y", [("auto_pad", .text(mode))])
      #expect(try FloatModel(onnx: writer.bytes).run([1, 2, 3])[0] == first)
    }
  }

  @Test func constantNodesAreConstants() throws {
    var writer = ONNXWriter()
    writer.node(
      "Constant", [], "w", [("value", .tensor(ONNXWriter.tensor("", [4, 1], [1, 2, 3, 4])))])
    writer.node("MatMul", ["x", "w"], "y")
    #expect(try FloatModel(onnx: writer.bytes).run([1, 1, 1, 1]) == [10])
  }

  @Test func percentilesCutOutliers() throws {
    var samples = (0..<200).map { [Float($0 % 10) / 10, 0.5, -0.5, 1] }
    samples.append([100, 0, 0, 0])
    let onnx = ONNXWriter.small.bytes
    let full = try Model.importing(onnx: onnx, calibration: samples)
    let cut = try Model.importing(
      onnx: onnx, calibration: samples, method: .percentile(ppm: 990_000))
    #expect(full.manifest.inputScale.value > 10 * cut.manifest.inputScale.value)
    #expect(throws: Refusal("badPercentile", ["got": 1, "least": 500_000])) {
      try Model.importing(onnx: onnx, calibration: samples, method: .percentile(ppm: 1))
    }
  }

  /// Biases far above their weights, and layers that are all zero, still import.
  @Test func extremeWeights() throws {
    var writer = ONNXWriter()
    writer.constant("w", [4, 3], [1e-9, 0, 1, 0, 0, -1, 1e-9, 0, 0.5, 0, 0, 0])
    writer.constant("b", [3], [1000, 0, 0])
    writer.constant("v", [3, 1], [1, 1, 1])
    writer.node("Gemm", ["x", "w", "b"], "h")
    writer.node("Relu", ["h"], "r")
    writer.node("MatMul", ["r", "v"], "y")
    _ = try check(writer, samples, within: 8)
    var zero = ONNXWriter()
    zero.constant("w", [4, 3], [Float](repeating: 0, count: 12))
    zero.node("MatMul", ["x", "w"], "y")
    #expect(try check(zero, samples, within: 0).run([1, 1, 1, 1]).values == [0, 0, 0])
  }
}
