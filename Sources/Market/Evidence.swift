// What a seat shows for a run: the commitment to its output, and the units it bills.

public import Primitives

/// Output commitment, units used, and where the output is stored.
public struct Evidence: Fielded, Hashable {
  public static let typeName = "Evidence"
  public var output = Content()
  public var units: UInt64 = 0

  public init() {}
  public init(output: Content, units: UInt64) {
    self.output = output
    self.units = units
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("output", &output)
    try v("units", &units)
  }

  /// What a replica seals before anybody opens: bound to lease, run and seat, so that nobody can
  /// copy another's.
  public static func seal(
    run: RunID, seat: Address, output: Bytes32, units: UInt64, salt: Bytes32
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/seal/1")
    hasher.update(run.digest)
    hasher.update(seat)
    hasher.update(output)
    hasher.update(units)
    hasher.update(salt)
    return hasher.finalize()
  }
}
