// What a wallet signs: typed data by EIP-712, from the same field list as the canonical bytes.

import Synchronization

/// Typed structured data (EIP-712).
public enum EIP712 {
  /// What of a type never changes: computed once, kept for the life of the process.
  struct Shape: Sendable {
    var encodedType: String
    var typeHash: Bytes32
  }

  private static let shapes = Mutex<[ObjectIdentifier: Shape]>([:])

  static func shape<T: Fielded>(of type: T.Type) -> Shape {
    let key = ObjectIdentifier(type)
    if let known = shapes.withLock({ $0[key] }) { return known }
    let text = FieldDescriber.types(of: type).map(\.encoded).joined()
    let shape = Shape(encodedType: text, typeHash: Keccak256.hash(text))
    shapes.withLock { $0[key] = shape }
    return shape
  }

  /// The type with every struct that it refers to, as the type hash covers it.
  public static func encodeType<T: Fielded>(_ type: T.Type) -> String {
    shape(of: type).encodedType
  }

  public static func typeHash<T: Fielded>(_ type: T.Type) -> Bytes32 { shape(of: type).typeHash }

  public static func hashStruct<T: Fielded>(_ value: T) -> Bytes32 {
    var value = value
    return EIP712Hasher.hash(&value, typeHash(T.self))
  }

  /// What is signed: Keccak-256(0x1901 ‖ domain separator ‖ hash of the struct).
  public static func digest<T: Fielded>(_ value: T, domain: Domain) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update([0x19, 0x01])
    sponge.update(domain.separator)
    sponge.update(hashStruct(value))
    return sponge.finalize()
  }

  /// Whether a type's name is that of an integer (`uint40`), declared by a `NarrowInteger`.
  static func isInteger(_ name: String) -> Bool { name.utf8.starts(with: "uint".utf8) }
}

extension EIP712 {
  /// Where a signature counts: on one contract, or one network of Tolsey.
  public struct Domain: Hashable, Sendable {
    public let name: String
    /// Nil for a domain without a version, such as Permit2's.
    public let version: String?
    public let chainId: UInt256
    public let verifyingContract: Address
    /// The hash that every digest of this domain begins with.
    public let separator: Bytes32

    public init(
      name: String, version: String? = nil, chainId: UInt256, verifyingContract: Address
    ) {
      self.name = name
      self.version = version
      self.chainId = chainId
      self.verifyingContract = verifyingContract
      var sponge = Keccak256()
      sponge.update(Keccak256.hash(Domain.encodedType(versioned: version != nil)))
      sponge.update(Keccak256.hash(name))
      if let version { sponge.update(Keccak256.hash(version)) }
      sponge.update(chainId.bytes32)
      sponge.update(verifyingContract.padded)
      separator = sponge.finalize()
    }

    public init(
      name: String, version: String? = nil, chainId: UInt64, verifyingContract: Address
    ) {
      self.init(
        name: name, version: version, chainId: UInt256(chainId),
        verifyingContract: verifyingContract)
    }

    static func fields(versioned: Bool) -> [FieldDescription] {
      var fields = [FieldDescription(name: "name", type: "string")]
      if versioned { fields.append(FieldDescription(name: "version", type: "string")) }
      fields.append(FieldDescription(name: "chainId", type: "uint256"))
      fields.append(FieldDescription(name: "verifyingContract", type: "address"))
      return fields
    }

    static func encodedType(versioned: Bool) -> String {
      TypeDescription(name: "EIP712Domain", fields: fields(versioned: versioned)).encoded
    }
  }
}

extension Fielded {
  /// The EIP-712 digest that a wallet signs for this value.
  public func digest(domain: EIP712.Domain) -> Bytes32 { EIP712.digest(self, domain: domain) }
}

extension PrivateKey {
  /// Signs a value as a wallet does.
  public func sign<T: Fielded>(_ value: T, domain: EIP712.Domain) -> Signature {
    sign(digest: value.digest(domain: domain))
  }
}
