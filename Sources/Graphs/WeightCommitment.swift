// One commitment to the weights: which scheme, its parameters, its root.

public import Primitives

/// An entry in a manifest's list of commitments.
///
/// `tiles/1` is for weights that may be seen; a proof system adds its own for hidden ones.
public struct WeightCommitment: Fielded, Hashable {
  public static let typeName = "WeightCommitment"
  public var scheme = ""
  public var parameters: [Number] = []
  public var root = Bytes32.zero

  public init() {}

  public init(scheme: String, parameters: [Number], root: Bytes32) {
    self.scheme = scheme
    self.parameters = parameters
    self.root = root
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("scheme", &scheme)
    try v("parameters", &parameters)
    try v("root", &root)
  }
}
