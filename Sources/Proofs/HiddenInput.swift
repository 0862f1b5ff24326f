// What binds a hidden input: its value at a random point, under a pad that its owner can work out.

import Arithmetic
import Graphs
public import Primitives

/// The same as bytes, the type as far as a value needs it.
private struct InputBinding: Fielded {
  static let typeName = "InputBinding"
  var tag = Bytes32()
  var element = ElementType.uint8
  var count: UInt64 = 0
  var value: [UInt8] = []
  var point: [UInt8] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("tag", &tag)
    try v("element", &element)
    try v("count", &count)
    try v("value", &value)
    try v("point", &point)
  }
}

/// value = ⟨input, eq(point)⟩ + pad. The input lies in the witness and the pad beside it, both
/// before the point is drawn; so whoever knows input and salt finds another value for any other
/// input.
public struct HiddenInput: Sendable, Equatable {
  /// Random, one a proof, so that two proofs of one input share no pad.
  let tag: Bytes32
  let point: [GoldilocksPair]
  let value: GoldilocksPair
  let type: TensorType
  let samples: Int

  init(
    tag: Bytes32, point: [GoldilocksPair], value: GoldilocksPair, type: TensorType, samples: Int
  ) {
    self.tag = tag
    self.point = point
    self.value = value
    self.type = type
    self.samples = samples
  }

  /// Of one sample: what a judge keeps of the proof to tell later.
  public var binding: [UInt8] {
    var own = InputBinding()
    (own.tag, own.element, own.count) = (tag, type.element, UInt64(type.shape.count))
    (own.value, own.point) = (ElementBytes.of([value]), ElementBytes.of(point))
    return own.encoded
  }

  /// Reads what `binding` made.
  public init(binding: [UInt8]) throws(Refusal) {
    let own = try CBOR.decode(InputBinding.self, from: binding)
    tag = own.tag
    type = TensorType(own.element, try Shape([Int(clamping: own.count)]))
    point = try ElementBytes.pairs(own.point)
    value = try ElementBytes.pairs(own.value, count: 1)[0]
    samples = 1
    guard own.point.count % 16 == 0, point.count < 40, 1 << point.count > type.shape.count else {
      throw .malformed(at: 0)
    }
  }

  /// Whether the proof is about these inputs.
  ///
  /// - Parameters:
  ///   - inputs: canonical bytes of each sample's.
  ///   - salt: 32 bytes that the prover was given with the input.
  public func isInput(_ inputs: [[UInt8]], salt: Bytes32) -> Bool {
    guard inputs.count == samples else { return false }
    var values: [Int32] = []
    for bytes in inputs {
      guard let tensor = try? Tensor(type, bytes: bytes) else { return false }
      values += tensor.values
    }
    return HiddenInput.value(values, at: point) + HiddenInput.pad(salt, tag) == value
  }

  static func value(_ input: [Int32], at point: [GoldilocksPair]) -> GoldilocksPair {
    zip(input, Multilinear.weights(at: point)).reduce(.zero) {
      $0 + $1.1 * Goldilocks(Int64($1.0))
    }
  }

  static func pad(_ salt: Bytes32, _ tag: Bytes32) -> GoldilocksPair {
    var hasher = SHA256()
    hasher.update("tolsey/hidden-input/1")
    hasher.update(salt)
    hasher.update(tag)
    var stream = SecretStream(hasher.finalize(), "input")
    return stream.element()
  }
}
