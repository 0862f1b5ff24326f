// A model ready to run: its manifest, its weights, and the program prepared from them.

public import Graphs
public import Primitives

/// A quantised model. Everything that runs is integer; floats stand outside, on both sides.
public struct Model: Sendable {
  public let manifest: Manifest
  /// SHA-256 of the canonical manifest.
  public let id: ModelID
  public let graph: Graph
  public let weights: [LayerWeights]
  let program: Program

  /// Joins a manifest with weights, and refuses weights that are not the ones it commits to.
  public init(_ manifest: Manifest, _ weights: [LayerWeights]) throws(Refusal) {
    let graph = try manifest.graph()
    let own = try WeightTiles.commitment(to: weights, of: graph)
    guard manifest.commitment(WeightTiles.scheme) == own else {
      throw Refusal("wrongWeights")
    }
    self.manifest = manifest
    self.graph = graph
    self.weights = weights
    id = manifest.id
    program = Program(graph, weights)
  }

  /// Imports an ONNX file.
  ///
  /// - Parameters:
  ///   - onnx: the bytes of the file; what it names outside of itself is never followed.
  ///   - calibration: sample inputs; each list holds one sample or several, one after the other.
  ///   - labels: the right answers to the samples, where they are known, for the report.
  ///   - method: how samples become ranges.
  public static func importing(
    onnx: [UInt8], calibration: [[Float]], labels: [Int] = [],
    method: CalibrationMethod = .maximum
  ) throws(Refusal) -> Model {
    let float = try FloatModel(onnx: onnx)
    let samples = try Calibration.samples(calibration, each: float.inputCount)
    let reach = try Calibration.reach(of: float.graph, on: samples, method)
    let quantised = try Quantiser.quantise(float.graph, reach)
    let commitment = try WeightTiles.commitment(to: quantised.weights, of: quantised.graph)
    var manifest = Manifest(
      graph: quantised.graph, inputScale: quantised.inputScale,
      outputScale: quantised.outputScale, readout: float.graph.readout,
      report: AccuracyReport(), commitments: [commitment])
    let blank = try Model(manifest, quantised.weights)
    var logits: [[Float]] = []
    for sample in samples { logits.append(try float.run(sample)) }
    manifest.report = try blank.accuracy(on: samples, labels: labels, float: logits)
    return try Model(manifest, quantised.weights)
  }

  /// How many numbers an input has.
  public var inputCount: Int { graph.input.shape.count }
  /// How many numbers an output has.
  public var outputCount: Int { graph.output.shape.count }

  /// The bytes that a run claims as its input: one byte an element.
  ///
  /// `q = clamp(⌊x / scale + ½⌋)` with the division, the sum and the floor in IEEE binary64,
  /// each correctly rounded, so that the same floats give the same bytes everywhere.
  public func quantise(_ input: [Float]) throws(Refusal) -> [UInt8] {
    guard input.count == inputCount else {
      throw .wrongLength(got: input.count, wanted: inputCount)
    }
    let scale = manifest.inputScale.value
    let lowest = Double(graph.input.element.lowest)
    let highest = Double(graph.input.element.highest)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(input.count)
    for (index, value) in input.enumerated() {
      guard value.isFinite else { throw .notFinite(at: index) }
      let rounded = (Double(value) / scale + 0.5).rounded(.down)
      let clamped = max(lowest, min(highest, rounded))
      bytes.append(UInt8(truncatingIfNeeded: Int32(clamped)))
    }
    return bytes
  }

  /// Runs one input of integers, fast; bit-equal to `graph.run`.
  public func execute(_ quantised: [UInt8]) throws(Refusal) -> [Int32] {
    try execute(quantised, count: 1)
  }

  /// Runs many inputs that lie one after the other; the outputs do too.
  public func execute(_ quantised: [UInt8], count: Int) throws(Refusal) -> [Int32] {
    guard count >= 1, quantised.count == inputCount * count else {
      throw .wrongLength(got: quantised.count, wanted: inputCount * max(1, count))
    }
    return program.run(quantised, count: count)
  }

  /// Quantises an input and runs it.
  public func run(_ input: [Float]) throws(Refusal) -> Output {
    output(try execute(try quantise(input)))
  }

  /// Reads integers as the model's output.
  public func output(_ values: [Int32]) -> Output {
    Output(values: values, scale: manifest.outputScale.value, readout: manifest.readout)
  }
}

/// The float model of an ONNX file, for comparison.
public struct FloatModel: Sendable {
  let graph: FloatGraph

  public init(onnx: [UInt8]) throws(Refusal) { graph = try Importer.read(onnx) }

  public var inputCount: Int { graph.input.count }
  public var outputCount: Int { graph.shape(of: graph.output).count }

  /// The outputs before a final softmax.
  public func run(_ input: [Float]) throws(Refusal) -> [Float] {
    guard input.count == inputCount else {
      throw .wrongLength(got: input.count, wanted: inputCount)
    }
    return graph.run(input)
  }
}
