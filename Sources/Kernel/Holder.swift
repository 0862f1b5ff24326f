// Who or what holds money: an account, an escrow, and the two sinks.

public import Primitives

/// A holder of balances.
@frozen
public enum Holder: Hashable, Sendable {
  case account(Address)
  /// Money that waits for a verdict, under the id of the object that decides about it.
  case escrow(Bytes32)
  /// Slashes, burns and the take. Nothing ever leaves it.
  case treasury
  /// Tolls.
  case `operator`

  /// The number of the case in bytes.
  @inlinable public var kind: UInt8 {
    switch self {
    case .account: 0
    case .escrow: 1
    case .treasury: 2
    case .operator: 3
    }
  }

  /// What the kind is told apart by; an address stands in the low bytes.
  @inlinable public var id: Bytes32 {
    switch self {
    case .account(let address): address.padded
    case .escrow(let object): object
    case .treasury, .operator: .zero
    }
  }

  /// An address is hashed whole, since anybody can make up addresses that begin alike; the id of
  /// an object is a digest.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .account(let address): hasher.combine(address)
    case .escrow(let object): hasher.combine(object.leadingWord)
    case .treasury, .operator: hasher.combine(kind)
    }
  }

  /// Each holder has one form; all others are refused.
  @inlinable
  public init(kind: UInt8, id: Bytes32) throws(Refusal) {
    switch kind {
    case 0: self = .account(Address(lastBytesOf: id))
    case 1: self = .escrow(id)
    case 2: self = .treasury
    case 3: self = .operator
    default: throw Refusal("unknownKind", ["kind": UInt64(kind)])
    }
    guard self.id == id else { throw .malformed(at: 0) }
  }
}

extension Holder: Fielded {
  public static let typeName = "Holder"

  @inlinable public init() { self = .account(.zero) }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    var kind = self.kind
    var id = self.id
    try v("kind", &kind)
    try v("id", &id)
    self = try Holder(kind: kind, id: id)
  }
}
