// What the genesis fixes for ever: the network and the keys that act for it.

public import Primitives

/// The constitution of a network. It is a row, so that the state tree covers it.
public struct Charter: Fielded, Hashable {
  public static let typeName = "Charter"
  /// The hash of the genesis file.
  public var network = Bytes32()
  /// Who signs blocks, amends terms and renews the hash chain.
  public var `operator` = Address.zero
  /// Whose custody receipts count.
  public var custodians: [Address] = []

  @inlinable public init() {}

  public init(network: Bytes32, operator: Address, custodians: [Address]) {
    self.network = network
    self.operator = `operator`
    self.custodians = custodians
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("network", &network)
    try v("operator", &`operator`)
    try v("custodians", &custodians)
  }
}
