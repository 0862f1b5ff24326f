// Malformed and hostile files: each ends in a refusal with a stable code, none in a crash.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct HostileTests {
  private func refusal(_ bytes: [UInt8]) -> Refusal? {
    do throws(Refusal) {
      _ = try FloatModel(onnx: bytes)
      return nil
    } catch {
      return error
    }
  }

  private func refusal(_ change: (inout ONNXWriter) -> Void) -> Refusal? {
    var writer = ONNXWriter.small
    change(&writer)
    return refusal(writer.bytes)
  }

  @Test func theSmallModelIsFine() { #expect(refusal(ONNXWriter.small.bytes) == nil) }

  @Test func everyTruncationIsRefused() {
    let bytes = ONNXWriter.small.bytes
    var taken: [Int] = []
    for end in bytes.indices where refusal(Array(bytes[..<end])) == nil { taken.append(end) }
    // The opset comes last; without it nobody knows what the nodes mean.
    #expect(taken.isEmpty)
  }

  @Test func flippedBitsNeverCrash() {
    let bytes = ONNXWriter.small.bytes
    var draw = Draw(seed: 9)
    var refused = 0
    for _ in 0..<3000 {
      var changed = bytes
      for _ in 0...draw.below(3) { changed[draw.below(bytes.count)] ^= 1 << UInt8(draw.below(8)) }
      if refusal(changed) != nil { refused += 1 }
    }
    #expect(refused > 1000)
  }

  @Test func bytesThatAreNoModel() {
    #expect(refusal([])?.code == "malformedOnnx")
    #expect(refusal([UInt8](repeating: 0xff, count: 64))?.code == "malformedOnnx")
    #expect(refusal([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f])?.code == "malformedOnnx")
    #expect(refusal([0x0b])?.code == "malformedOnnx")
    let endless = [UInt8](repeating: 0x80, count: 11) + [0]
    #expect(refusal([0x08] + endless)?.code == "malformedOnnx")
  }

  @Test func unsupportedNodesAreNamed() {
    #expect(
      refusal { $0.node("LSTM", ["y"], "z") } == Refusal("unsupportedNode", ["LSTM": 1]))
    #expect(
      refusal { $0.node("Gemm", ["y"], "z", domain: "com.evil") }
        == Refusal("unsupportedNode", ["com.evil:Gemm": 1]))
    // A name is printed later: nothing in it may move the cursor.
    #expect(
      refusal { $0.node("A\u{1b}[2J", ["y"], "z") }
        == Refusal("unsupportedNode", ["A??2J": 1]))
    #expect(refusal { $0.node("", ["y"], "z") } == Refusal("unsupportedNode", ["?": 1]))
    for name in ["Sigmoid", "BatchNormalization", "Gelu", "AveragePool", "Nonsense"] {
      let advice = ImportAdvice.text(for: Refusal("unsupportedNode", [Number(name, 3)]))
      #expect(advice?.isEmpty == false)
    }
    #expect(ImportAdvice.text(for: .overflow) == nil)
  }

  @Test func unsupportedAttributesAreNamed() {
    var conv = ONNXWriter()
    conv.input = [1, 2, 4, 4]
    conv.constant("w", [2, 2, 3, 3], [Float](repeating: 1, count: 36))
    for (name, value, code) in [
      ("group", .integer(2), "Conv.group"), ("dilations", .integers([2, 2]), "Conv.dilations"),
      ("pads", .integers([-1, 0, 0, 0]), "Conv.pads"), ("pads", .integers([1]), "Conv.pads"),
      ("strides", .integers([1, 1 << 40]), "Conv.strides"),
      ("auto_pad", .text("ODD"), "Conv.auto_pad"),
    ] as [(String, ONNXWriter.Attribute, String)] {
      var writer = conv
      writer.node("Conv", ["x", "w"], "y", [(name, value)])
      let found = refusal(writer.bytes)
      #expect(found?.code == "unsupportedAttribute")
      #expect(found?.numbers.first?.name == code)
    }
    var pool = ONNXWriter()
    pool.input = [1, 2, 4, 4]
    pool.node(
      "MaxPool", ["x"], "y", [("kernel_shape", .integers([2, 2])), ("ceil_mode", .integer(1))])
    #expect(refusal(pool.bytes)?.numbers.first?.name == "MaxPool.ceil_mode")
    #expect(
      refusal { $0.node("Gemm", ["y", "w"], "z", [("transA", .integer(1))]) }?
        .numbers.first?.name == "Gemm.transA")
  }

  @Test func cyclesAndLooseEnds() {
    var cycle = ONNXWriter()
    cycle.node("Relu", ["b"], "a")
    cycle.node("Relu", ["a"], "b")
    cycle.output = "b"
    #expect(refusal(cycle.bytes) == Refusal("unknownTensor", ["b": 0]))
    var own = ONNXWriter()
    own.node("Relu", ["y"], "y")
    #expect(refusal(own.bytes) == Refusal("unknownTensor", ["y": 0]))
    #expect(refusal { $0.output = "nobody" } == Refusal("unknownTensor", ["nobody": 1]))
    #expect(refusal { $0.node("Relu", ["x"], "y") } == Refusal("duplicateTensor", ["y": 1]))
    #expect(refusal { $0.node("Relu", ["x"], "w") }?.code == "duplicateTensor")
    #expect(refusal { $0.constant("w", [1], [0]) }?.code == "duplicateTensor")
    #expect(refusal { $0.output = "x" }?.code == "emptyModel")
    #expect(
      refusal { $0.inputs.append(ONNXWriter.value("z", [1, 4])) }
        == Refusal("wantsOneInput", ["got": 2]))
    #expect(
      refusal {
        $0.node("Softmax", ["y"], "s"); $0.node("Div", ["s", "y"], "z"); $0.output = "z"
      }?.code
        == "unsupportedNode")
  }

  @Test func shapesMustFit() {
    #expect(refusal { $0.input = [1, 5] }?.code == "badShape")
    #expect(refusal { $0.input = [3, 4] } == Refusal("wantsBatchOfOne", ["got": 3]))
    #expect(refusal { $0.input = [4] }?.code == "badRank")
    #expect(refusal { $0.input = [1, -4] }?.code == "tensorTooLarge")
    #expect(refusal { $0.input = [1, .max] }?.code == "tensorTooLarge")
    #expect(refusal { $0.input = [1, 2, 2] }?.code == "badShape")
    #expect(refusal { $0.opset = 3 }?.code == "unsupportedOpset")
    for shape in [[1, 3], [2, 1], [-1, -1], [0, 0, 0, 0], [1, -2], [.max, 2]] as [[Int64]] {
      let found = refusal { writer in
        writer.constant("s", shape)
        writer.node("Reshape", ["y", "s"], "z")
      }
      #expect(found != nil, "\(shape)")
    }
  }

  @Test func hostileConstants() {
    let tensor: ((inout Proto) -> Void) -> String? = { body in
      self.refusal { $0.constants.append(Proto.make(body)) }?.code
    }
    // Dimensions whose product overflows, a negative one, more than there is data.
    #expect(
      tensor {
        $0.number(1, 1 << 62); $0.number(1, 4); $0.number(2, 1)
      } == "tooLargeOnnx")
    #expect(
      tensor {
        $0.number(1, -1); $0.number(2, 1)
      } == "tooLargeOnnx")
    #expect(
      tensor {
        $0.number(1, 1000); $0.number(2, 1); $0.data(9, [0])
      } == "wrongConstant")
    #expect(
      tensor {
        for _ in 0..<9 { $0.number(1, 1) }; $0.number(2, 1)
      } == "tooLargeOnnx")
    // Data that lies in another file, by location and by key.
    #expect(
      tensor {
        $0.number(2, 1); $0.number(14, 1)
      } == "externalData")
    let secret = Proto.make { p in
      p.text(1, "location")
      p.text(2, "../../secret")
    }
    #expect(
      tensor {
        $0.number(2, 1); $0.data(13, secret)
      } == "externalData")
    #expect(
      tensor {
        $0.number(1, 1); $0.number(2, 16); $0.data(9, [0, 0])
      }
        == "unsupportedDataType")
    for bad in [Float.nan, .infinity, -.infinity] {
      #expect(refusal { $0.constant("n", [2], [0, bad]) } == Refusal("notFinite", ["index": 1]))
    }
  }

  /// Little files that ask for years of work end before calibration begins.
  @Test func tooMuchWorkIsRefused() {
    var pools = ONNXWriter()
    pools.input = [1, 1, 8192, 8192]
    pools.node(
      "MaxPool", ["x"], "y",
      [
        ("kernel_shape", .integers([1024, 1024])),
        ("pads", .integers([1023, 1023, 1023, 1023])),
      ])
    #expect(refusal(pools.bytes)?.code == "tensorTooLarge")
    pools.input = [1, 1, 4096, 4096]
    #expect(refusal(pools.bytes)?.code == "tooMuchWork")
    var long = ONNXWriter()
    long.input = [1, 1 << 26]
    for index in 0..<5 {
      long.node("Relu", [index == 0 ? "x" : "t\(index)"], index == 4 ? "y" : "t\(index + 1)")
    }
    #expect(refusal(long.bytes)?.code == "tooLargeOnnx")
    #expect(refusal { $0.input = [1, 1 << 27] }?.code == "tensorTooLarge")
  }

  /// Deep nesting is not followed, so that it cannot exhaust the stack.
  @Test func nestingIsNotFollowed() {
    var inner: [UInt8] = []
    for _ in 0..<2000 { inner = Proto.make { $0.data(6, inner) } }
    let node = Proto.make { p in
      p.text(4, "If")
      p.data(5, inner)
    }
    #expect(refusal { $0.nodes.append(node) }?.code == "unsupportedNode")
  }

  @Test func calibrationMustMakeSense() {
    let onnx = ONNXWriter.small.bytes
    let code: ([[Float]], [Int]) -> String? = { samples, labels in
      do throws(Refusal) {
        _ = try Model.importing(onnx: onnx, calibration: samples, labels: labels)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code([[1, 2, 3, 4]], []) == nil)
    #expect(code([[1, 2, 3, 4, 5, 6, 7, 8]], [0, 1]) == nil)
    #expect(code([], []) == "noCalibrationSamples")
    #expect(code([[]], []) == "wrongLength")
    #expect(code([[1, 2, 3]], []) == "wrongLength")
    #expect(code([[1, .nan, 3, 4]], []) == "notFinite")
    #expect(code([[1, 2, 3, .infinity]], []) == "notFinite")
    #expect(code([[3e38, 3e38, 3e38, 3e38]], []) == "notFinite")
    #expect(code([[1, 2, 3, 4]], [0, 1]) == "wrongLength")
    #expect(code([[1, 2, 3, 4]], [2]) == "badLabel")
    #expect(code([[1, 2, 3, 4]], [-1]) == "badLabel")
  }
}
