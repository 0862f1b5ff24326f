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
    var bytes = [UInt8](repeating: 0, count: input.count)
    var span = bytes.mutableSpan
    try quantise(input.span, count: 1, into: &span)
    return bytes
  }

  /// The same for many inputs that lie one after the other, into memory of the caller.
  public func quantise(
    _ inputs: Span<Float>, count: Int, into bytes: inout MutableSpan<UInt8>
  ) throws(Refusal) {
    try check(inputs.count, count: count)
    guard bytes.count == inputs.count else {
      throw .wrongLength(got: bytes.count, wanted: inputs.count)
    }
    let scale = manifest.inputScale.value
    let lowest = Double(graph.input.element.lowest)
    let highest = Double(graph.input.element.highest)
    // 1.5 · 2^52: added to a small integer, it leaves the integer in the low bits of the sum.
    let shift = 6_755_399_441_055_744.0
    let greatest = inputs.withUnsafeBufferPointer { from in
      bytes.withUnsafeMutableBufferPointer { to in
        var greatest: UInt32 = 0
        for index in 0..<from.count {
          let value = from[index]
          greatest = max(greatest, value.magnitude.bitPattern)
          let rounded = (Double(value) / scale + 0.5).rounded(.down)
          let low = rounded > lowest ? rounded : lowest
          let clamped = low < highest ? low : highest
          to[index] = UInt8(truncatingIfNeeded: (clamped + shift).bitPattern)
        }
        return greatest
      }
    }
    // The magnitudes of floats are in the order of their bits, infinity and NaN above all.
    guard greatest >= Float.infinity.bitPattern else { return }
    for index in inputs.indices where !inputs[index].isFinite {
      throw .notFinite(at: index % inputCount)
    }
  }

  /// Runs one input of integers, fast; bit-equal to `graph.run`.
  public func execute(_ quantised: [UInt8]) throws(Refusal) -> [Int32] {
    try execute(quantised, count: 1)
  }

  /// Runs many inputs that lie one after the other; the outputs do too.
  ///
  /// - Parameter threads: 1, or more for a second thread where the work is worth it.
  public func execute(
    _ quantised: [UInt8], count: Int, threads: Int = 1
  ) throws(Refusal) -> [Int32] {
    try check(quantised.count, count: count)
    return program.run(quantised, count: count, threads: threads)
  }

  /// The same from and to memory of the caller: once such a run was made, the next take no
  /// memory from the system.
  public func execute(
    _ quantised: Span<UInt8>, count: Int, threads: Int = 1, into output: inout MutableSpan<Int32>
  ) throws(Refusal) {
    try check(quantised.count, count: count)
    guard output.count == outputCount * count else {
      throw .wrongLength(got: output.count, wanted: outputCount * count)
    }
    quantised.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        program.run(from, count: count, threads: threads, to: to)
      }
    }
  }

  /// Runs one input and hands out every tensor on the way.
  ///
  /// - Parameter body: takes the number of a tensor, 0 for the input and n + 1 for the result of
  ///   node n, in this order, and its canonical bytes: those of `Tensor.bytes`, equal to
  ///   `graph.trace`. They may be read until it returns. What it throws ends the run.
  public func trace(
    _ quantised: [UInt8], _ body: (Int, UnsafeRawBufferPointer) throws(Refusal) -> Void
  ) throws(Refusal) {
    try check(quantised.count, count: 1)
    let span = quantised.span
    try span.withUnsafeBufferPointer { (input) throws(Refusal) in
      guard let from = input.baseAddress else { return }
      try program.trace(from, body)
    }
  }

  private func check(_ got: Int, count: Int) throws(Refusal) {
    guard count >= 1, inputCount.multipliedReportingOverflow(by: count) == (got, false) else {
      let wanted = inputCount.multipliedReportingOverflow(by: max(1, count))
      throw .wrongLength(got: got, wanted: wanted.overflow ? .max : wanted.partialValue)
    }
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
