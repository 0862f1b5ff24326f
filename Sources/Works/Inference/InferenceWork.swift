// The work `inference`: one run of a named model on the input, at exactly defined bits.

public import Market
public import Primitives

/// What an order for a model run says: which model, by the hash of its manifest.
public struct InferenceSpec: Fielded, Hashable {
  public static let typeName = "InferenceSpec"
  /// The model's id: SHA-256 over its canonical manifest.
  public var model = Bytes32()

  public init() {}
  public init(model: Bytes32) { self.model = model }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("model", &model)
  }
}

/// Inference as the market sees it: a spec that must decode and must name a model.
public struct InferenceWork: Work {
  public static let name = "inference"

  public static func admit(_ spec: [UInt8], under check: CheckTerms) throws(Refusal) {
    let read = try CBOR.decode(InferenceSpec.self, from: spec)
    guard read.model != .zero else { throw Refusal("noModel") }
  }
}
