// Whose job it is: the account that orders it, and the network.

public import Primitives

/// Fixed with the first order of a job.
public struct LabelOwner: Fielded, Hashable {
  public static let typeName = "LabelOwner"
  public var network = Bytes32()
  public var account = Address()
  /// The height up to which the log has nothing of the job.
  public var since: UInt64 = 0

  public init() {}

  public init(network: Bytes32, account: Address, since: UInt64) {
    self.network = network
    self.account = account
    self.since = since
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("network", &network)
    try v("account", &account)
    try v("since", &since)
  }
}
