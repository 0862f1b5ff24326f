// By what right a message comes in its sender's name.

public import Primitives

/// The ways to authorise a message, by their number on the wire.
public enum AuthorisationKind: UInt8, CaseIterable, Sendable {
  /// The sender's signature of the typed data.
  case typedData = 0
  /// A signed Ethereum transaction that carries the message.
  case rawTransaction = 1
  /// A signed transfer of a stablecoin.
  case transferAuthorisation = 2
  /// The signature of a key that the sender gave a session to.
  case sessionKey = 3

  /// Whether this node takes it.
  public var isTaken: Bool { self != .transferAuthorisation }
}

/// What stands beside a message and is no part of its id.
public struct Authorisation: Fielded, Hashable {
  public static let typeName = "Authorisation"
  public var kind: UInt8 = AuthorisationKind.typedData.rawValue
  public var signature: [UInt8] = []

  public init() {}

  public init(_ signature: Signature) { self.signature = signature.bytes }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("signature", &signature)
  }

  /// Who authorised what has this digest.
  func signer(of digest: Bytes32) throws(Refusal) -> Address {
    switch AuthorisationKind(rawValue: kind) {
    case .typedData, .sessionKey: return try Signature(signature).recover(digest: digest)
    // A transaction has a digest of its own, and is read together with the message.
    case .rawTransaction: throw .authorisationNotTaken("rawTransaction", kind)
    case .transferAuthorisation: throw .authorisationNotTaken("transferAuthorisation", kind)
    case nil: throw .unknownAuthorisation(kind: kind)
    }
  }
}

extension Refusal {
  /// A way to authorise that is defined and that this node does not take; the number bears its
  /// name.
  static func authorisationNotTaken(_ name: String, _ kind: UInt8) -> Refusal {
    Refusal("authorisationNotTaken", [Number(name, UInt64(kind))])
  }

  /// A number that stands for no way to authorise.
  static func unknownAuthorisation(kind: UInt8) -> Refusal {
    Refusal("unknownAuthorisation", ["kind": UInt64(kind)])
  }
}
