// How a provider comes to an answer and to the trace behind it: by running the model, or by a lie.

import Graphs
public import Models
public import Primitives

/// What a provider does with an input. Cheats exist so that demos and tests can catch them.
public protocol Answering: Sendable {
  /// The canonical output for an input of the model's bytes.
  func answer(_ input: [UInt8], of model: Model, run: Bytes32) throws(Refusal) -> [UInt8]
  /// The canonical bytes of every tensor of the run that it claims: 0 is the input, n + 1 the
  /// result of node n, the last the answer.
  func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]]
  /// Whether it speaks at all when it is asked about its evidence.
  var answersToTheCourt: Bool { get }
  /// Whether it disputes what other seats of a run answered. Who lies knows better.
  var disputesOthers: Bool { get }
}

extension Answering {
  /// The model's own run, at the end of which the answer stands whatever it is.
  public func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]] {
    var tensors = try model.tensors(of: input)
    let answer = try answer(input, of: model, run: run)
    if tensors.last?.count == answer.count { tensors[tensors.count - 1] = answer }
    return tensors
  }

  public var answersToTheCourt: Bool { true }
  public var disputesOthers: Bool { false }
}

extension Model {
  /// Runs one input and keeps every tensor, in canonical bytes.
  func tensors(of input: [UInt8]) throws(Refusal) -> [[UInt8]] {
    var tensors: [[UInt8]] = []
    try trace(input) { (_, bytes) throws(Refusal) in tensors.append(Array(bytes)) }
    return tensors
  }
}

/// Runs the model that was ordered.
public struct Honest: Answering {
  public init() {}

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    // A large model is halved between two threads; a small one stays on this one.
    Tensor.littleEndian(try model.execute(input, count: 1, threads: 2))
  }

  public func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]] {
    try model.tensors(of: input)
  }

  public var disputesOthers: Bool { true }
}

/// Runs another model than the one that is paid for.
public struct CheaperModel: Answering {
  let cheap: Model

  public init(_ cheap: Model) { self.cheap = cheap }

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    // Both models read the same pixels, each at its own scale.
    let floats = input.map { byte in
      let value = model.graph.input.element == .uint8 ? Int(byte) : Int(Int8(bitPattern: byte))
      return Float(Double(value) * model.manifest.inputScale.value)
    }
    return Tensor.littleEndian(try cheap.execute(try cheap.quantise(floats)))
  }
}

/// Runs nothing: a seed and the run's id give numbers that look like an answer.
public struct MadeUp: Answering {
  let seed: Bytes32

  public init(seed: Bytes32) { self.seed = seed }

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    var values: [Int32] = []
    for index in 0..<model.outputCount {
      let word = HMAC.sha256(key: seed, message: run.bytes + [UInt8(truncatingIfNeeded: index)])
      values.append(Int32(truncatingIfNeeded: word.leadingWord) >> 16)
    }
    return Tensor.littleEndian(values)
  }
}

/// Runs the model, on another input than the one that it was given.
public struct OtherInput: Answering {
  public init() {}

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    try Honest().answer(Self.other(input), of: model, run: run)
  }

  public func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]] {
    try model.tensors(of: Self.other(input))
  }

  /// The same bytes from the last to the first; one of them changed where that makes no difference.
  static func other(_ input: [UInt8]) -> [UInt8] {
    var other = Array(input.reversed())
    if other == input, !other.isEmpty { other[0] ^= 1 }
    return other
  }
}
