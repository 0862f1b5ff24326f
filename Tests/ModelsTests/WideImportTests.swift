// The wider operations: what onnxruntime gives, what the integers give, and what is still refused.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct WideImportTests {
  /// The operations of the integer graph, in order, and the greatest error over the greatest output
  /// in thousandths.
  static let models: [(name: String, nodes: [String], error: Float)] = [
    ("average", ["convolution", "requantise", "averagePool", "averagePool"], 20),
    ("global", ["convolution", "requantise", "averagePool", "reshape", "linear"], 20),
    ("norms", ["convolution", "requantise", "maxPool", "affine"], 40),
    ("constants", ["linear", "requantise", "affine", "affine", "table", "affine"], 40),
    (
      "pairs",
      [
        "linear", "requantise", "linear", "requantise", "table", "product", "add", "subtract",
      ], 40
    ),
    ("gelu", ["linear", "requantise", "table"], 20),
    ("gelutanh", ["linear", "requantise", "table"], 20),
    ("geluparts", ["linear", "requantise", "table"], 20),
    ("silu", ["linear", "requantise", "table"], 20),
    ("leaky", ["linear", "requantise", "table"], 20),
    ("hard", ["linear", "requantise", "table"], 40),
    ("ends", ["linear", "requantise", "table"], 60),
    (
      "concat",
      [
        "convolution", "requantise", "convolution", "requantise", "concat", "pad",
      ], 40
    ),
    ("border", ["convolution"], 20),
    ("layout", ["rearrange", "rearrange", "product", "reshape", "reshape"], 20),
    (
      "tokens",
      ["rearrange", "convolution", "requantise", "normalise", "convolution", "rearrange"], 60
    ),
    ("attention", [], 90),
    ("causal", [], 120),
  ]

  private func files(_ name: String) throws -> (onnx: [UInt8], x: [[Float]], y: [[Float]]) {
    (
      try Files.vector("wide/\(name).onnx"), try NPY(Files.vector("wide/\(name)-x.npy")).rows,
      try NPY(Files.vector("wide/\(name)-y.npy")).rows
    )
  }

  @Test(arguments: models.indices)
  func floatsAreThePeers(number: Int) throws {
    let own = try files(Self.models[number].name)
    let float = try FloatModel(onnx: own.onnx)
    for (x, y) in zip(own.x, own.y) {
      let got = try float.run(x)
      #expect(got.count == y.count)
      for (a, b) in zip(got, y) { #expect(abs(a - b) < 2e-4, "\(Self.models[number].name)") }
    }
  }

  @Test(arguments: models.indices)
  func integersAreClose(number: Int) throws {
    let (name, nodes, error) = Self.models[number]
    let own = try files(name)
    let model = try Model.importing(onnx: own.onnx, calibration: own.x)
    if !nodes.isEmpty { #expect(model.graph.nodes.map(\.operation.name) == nodes) }
    let greatest = own.y.joined().map { abs($0) }.max() ?? 0
    for (x, y) in zip(own.x, own.y) {
      for (a, b) in zip(try model.run(x).floats, y) {
        #expect(abs(a - b) <= greatest * error / 1000, "\(name)")
      }
      let bytes = try model.quantise(x)
      let trace = try model.graph.trace(model.weights, on: bytes)
      for kernel in LayerKernel.usable {
        let program = Program(model.graph, model.weights, kernel: kernel)
        #expect(program.run(bytes, count: 1) == trace[trace.count - 1].values)
        #expect(program.tensors(bytes) == trace.map(\.bytes), "\(name)")
      }
    }
    #expect(try Model.load(model.save(), expecting: model.id).id == model.id)
    _ = try TracePlan(model.graph)
  }

  /// An import and its results are functions of bytes alone: these are the same on every machine,
  /// and changing one changes a model that exists.
  @Test(arguments: models.map(\.name))
  func resultsStay(name: String) throws {
    let own = try files(name)
    let model = try Model.importing(onnx: own.onnx, calibration: own.x)
    var hash = SHA256()
    for x in own.x { hash.update(Tensor.littleEndian(try model.execute(try model.quantise(x)))) }
    let digest = String(hash.finalize().description.suffix(8))
    #expect("\(model.id.short) \(digest)" == Self.results[name])
  }

  /// The model's id, and the end of the hash of all its outputs.
  static let results = [
    "attention": "model_kjkgbspwqr b852e604",
    "average": "model_0xqygnwe3j da4e791f",
    "border": "model_23sfkp6est 8d5b9644",
    "causal": "model_pj891s7qbv 9bf8fd0e",
    "concat": "model_8p46dmxajs 214ac8f3",
    "constants": "model_wnyqv1x3mr 3cba3cda",
    "ends": "model_x7d96bfjsr f5ce37bd",
    "gelu": "model_ra1yq7j484 abb1dff0",
    "geluparts": "model_2xmb3bmqq1 4ae59ae5",
    "gelutanh": "model_aj4z061f1n 68f72d73",
    "global": "model_7h1zxx44a6 141647c9",
    "hard": "model_vgcv62645x 7982e8b4",
    "layout": "model_08sb2q9q18 dde89a06",
    "leaky": "model_h4wfr2f9e3 a4e41433",
    "norms": "model_baqngc9rpg f9084fcd",
    "pairs": "model_n96wzp07xq 04345017",
    "silu": "model_seqgxjbcxy 830c6b53",
    "tokens": "model_mqjampwm84 778f88ae",
  ]

  /// However an exporter spells it, a GELU is one table.
  @Test func threeSpellingsGiveOneTable() throws {
    var tables: [[UInt8]] = []
    for name in ["gelu", "gelutanh", "geluparts"] {
      let own = try files(name)
      let model = try Model.importing(onnx: own.onnx, calibration: own.x)
      for node in model.graph.nodes {
        if case .table(let table) = node.operation { tables.append(table.bytes) }
      }
    }
    #expect(tables.count == 3)
    let (a, b) = (Pointwise.gelu, Pointwise.geluByTanh)
    for step in -40...40 { #expect(abs(a(Double(step) / 8) - b(Double(step) / 8)) < 1e-3) }
  }

  /// Attention moves nothing but its input and its last slice.
  @Test func attentionIsLaidOutOnce() throws {
    let own = try files("causal")
    let model = try Model.importing(onnx: own.onnx, calibration: own.x)
    var names: [String: Int] = [:]
    for node in model.graph.nodes { names[node.operation.name, default: 0] += 1 }
    #expect(names["rearrange"] == 1)
    #expect(names["matMul"] == 2)
    #expect(names["softmax"] == 1)
    #expect(model.graph.input.element == .uint8)
    for node in model.graph.nodes {
      if case .softmax(let own) = node.operation { #expect(own.isCausal) }
    }
    // A symbol is its own number, and what is no byte saturates.
    #expect(try model.quantise([0, 1, 2, 19, 5, 300, -4, 7]) == [0, 1, 2, 19, 5, 255, 0, 7])
  }

  @Test func functionsAreTheLibrarys() {
    #expect(abs(FixedMath.exp(1) - 2.718281828459045) < 1e-14)
    #expect(FixedMath.exp(-1000) == 0)
    #expect(FixedMath.exp(0) == 1)
    #expect(FixedMath.exp(1e9).isFinite)
    #expect(abs(FixedMath.tanh(0.5) - 0.46211715726000975) < 1e-14)
    #expect(abs(FixedMath.erf(0.5) - 0.5204998778130465) < 2e-7)
    #expect(abs(FixedMath.sigmoid(-2) - 0.11920292202211755) < 1e-14)
  }

  // MARK: - Refusals

  private func refusal(_ body: (inout ONNXWriter) -> Void) -> Refusal? {
    var writer = ONNXWriter()
    body(&writer)
    do throws(Refusal) {
      _ = try Model.importing(onnx: writer.bytes, calibration: [[1, 2, 3, 4]])
      return nil
    } catch {
      return error
    }
  }

  @Test func whatHasNoIntegerMeaningIsNamed() {
    var both = ONNXWriter()
    both.constant("w", [4, 4], [Float](repeating: 1, count: 16))
    both.node("Gemm", ["x", "w"], "a")
    both.node("Gemm", ["x", "w"], "b")
    both.node("Div", ["a", "b"], "y")
    #expect(throws: Refusal("unsupportedNode", ["Div:computed": 2])) {
      try FloatModel(onnx: both.bytes)
    }
    #expect(
      refusal {
        $0.constant("c", [1, 2], [1, 2])
        $0.node("Concat", ["x", "c"], "y", [("axis", .integer(1))])
      } == Refusal("unsupportedNode", ["Concat:constant": 0]))
    #expect(
      refusal {
        $0.input = [1, 1, 4, 1]
        $0.node(
          "AveragePool", ["x"], "y",
          [("kernel_shape", .integers([2, 1])), ("pads", .integers([1, 0, 0, 0]))])
      }?.numbers.first?.name == "AveragePool.count_include_pad")
    #expect(
      refusal { $0.node("Transpose", ["x"], "y", [("perm", .integers([1, 0]))]) }?
        .numbers.first?.name == "Transpose.perm")
    #expect(
      refusal { $0.node("Concat", ["x", "x"], "y", [("axis", .integer(0))]) }?
        .numbers.first?.name == "Concat.axis")
    #expect(
      refusal {
        $0.constant("p", [0, 1, 0, 1])
        $0.node("Pad", ["x", "p"], "y", [("mode", .text("reflect"))])
      }?.numbers.first?.name == "Pad.mode")
    #expect(
      refusal {
        $0.constant("i", [2, 1])
        $0.node("Gather", ["x", "i"], "y", [("axis", .integer(1))])
      }?.numbers.first?.name == "Gather.indices")
    for name in ["LSTM", "TopK", "Resize", "ConvTranspose", "InstanceNormalization"] {
      #expect(
        refusal { $0.node(name, ["x"], "y") } == Refusal("unsupportedNode", [Number(name, 0)]))
    }
  }

  /// A function that uses its variable twice at each of many nodes stays small.
  @Test func functionsDoNotDouble() throws {
    var writer = ONNXWriter()
    var last = "x"
    for step in 0..<60 {
      writer.node(
        step % 2 == 0 ? "Mul" : "Tanh", step % 2 == 0 ? [last, last] : [last], "s\(step)")
      last = "s\(step)"
    }
    writer.output = last
    let model = try Model.importing(onnx: writer.bytes, calibration: [[0.1, 0.2, 0.3, 1]])
    #expect(model.graph.nodes.count < 60)
  }

  /// Factors that leave the range of any scale are refused or come to nothing, but stop nobody.
  @Test(arguments: [Float(1e38), 1e-38, -1e38, 3e-45])
  func factorsWithoutEnd(factor: Float) throws {
    for last in ["MatMul", "Softmax", "Mul", "LayerNormalization", "Concat"] {
      var writer = ONNXWriter()
      writer.input = [1, 4, 4]
      writer.constant("c", [1], [factor])
      writer.constant("g", [4], [1, 1, 1, 1])
      var from = "x"
      for step in 0..<12 {
        writer.node("Mul", [from, "c"], "m\(step)")
        // What moves is worked out first, so that no function joins the factors.
        writer.node("Transpose", ["m\(step)"], "t\(step)", [("perm", .integers([0, 2, 1]))])
        from = "t\(step)"
      }
      let inputs = ["LayerNormalization": [from, "g"], "Softmax": [from]][last] ?? [from, from]
      writer.node(last, inputs, "y", last == "Concat" ? [("axis", .integer(1))] : [])
      for samples in [[Float](repeating: 0, count: 16), [Float](repeating: 1, count: 16)] {
        do throws(Refusal) {
          let model = try Model.importing(onnx: writer.bytes, calibration: [samples])
          #expect(try model.run(samples).values.count == model.outputCount)
        } catch { #expect(!error.code.isEmpty) }
      }
    }
  }

  /// Symbols are numbers of rows, and nothing else is done with them.
  @Test func symbolsAreNoQuantities() throws {
    var own = Proto()
    own.data(11, ONNXWriter.value("x", [1, 4], type: 7))
    own.data(
      1,
      Proto.make { p in
        p.text(1, "x")
        p.text(2, "y")
        p.text(4, "Relu")
      })
    own.data(12, ONNXWriter.value("y", [1, 4]))
    let bytes = Proto.make { p in
      p.number(1, 8)
      p.data(7, own.bytes)
      p.data(8, Proto.make { $0.number(2, 17) })
    }
    #expect(throws: Refusal("unsupportedNode", ["symbols": 0])) { try FloatModel(onnx: bytes) }
  }
}
