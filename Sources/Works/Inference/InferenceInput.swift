// What the blob of an inference input holds, the same bytes for every seat.

public import Primitives

/// The salt that all seats commit their outputs under, and the input's integers.
///
/// One salt for all, so that equal outputs have equal commitments; nobody else knows it, so that
/// nobody can guess outputs. The input itself is committed to under the same salt.
public struct InferenceInput: Fielded, Hashable {
  public static let typeName = "InferenceInput"
  public var salt = Bytes32()
  /// The input tensor as the model reads it, one byte an element.
  public var bytes: [UInt8] = []

  public init() {}
  public init(salt: Bytes32, bytes: [UInt8]) {
    self.salt = salt
    self.bytes = bytes
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("salt", &salt)
    try v("bytes", &bytes)
  }
}
