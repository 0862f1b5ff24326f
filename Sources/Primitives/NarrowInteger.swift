// Integer types of foreign contracts that the ledger itself does not use, such as `uint40`.

/// How many bits a foreign integer has.
public protocol IntegerWidth: Sendable {
  static var bits: Int { get }
}

/// A foreign integer: hashed, described and shown to wallets as `uint<bits>`.
///
/// In canonical bytes it is a struct of one number. A number that is too wide is refused.
public struct NarrowInteger<Width: IntegerWidth>: Fielded, Hashable {
  public static var typeName: String { "uint\(Width.bits)" }
  public private(set) var value = UInt256.zero

  public init() {}

  public init(_ value: UInt256) throws(Refusal) {
    guard value.bitWidth <= Width.bits else { throw .overflow }
    self.value = value
  }

  public init(_ value: UInt64) throws(Refusal) { try self.init(UInt256(value)) }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    var read = value
    try v("value", &read)
    self = try NarrowInteger(read)
  }
}

public enum Width40: IntegerWidth { public static var bits: Int { 40 } }
public enum Width48: IntegerWidth { public static var bits: Int { 48 } }
public enum Width96: IntegerWidth { public static var bits: Int { 96 } }
public enum Width128: IntegerWidth { public static var bits: Int { 128 } }
public enum Width160: IntegerWidth { public static var bits: Int { 160 } }

public typealias UInt40 = NarrowInteger<Width40>
public typealias UInt48 = NarrowInteger<Width48>
public typealias UInt96 = NarrowInteger<Width96>
public typealias EVMUInt128 = NarrowInteger<Width128>
public typealias UInt160 = NarrowInteger<Width160>
