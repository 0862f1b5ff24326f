// A key of its own for receipts: the account names it once, and it signs every run.

import Crypto
public import Kernel
public import Primitives

/// What an account signs to name an Ed25519 key that speaks for its runs. Whoever has a run has
/// this beside it, so that no ledger is needed to tell whose word it is.
public struct ReceiptKey: Fielded, Hashable {
  public static let typeName = "ReceiptKey"
  /// All of its id; the domain of the signature has the last 20 bytes.
  public var network = Bytes32.zero
  public var provider = Address.zero
  public var key = Bytes32.zero

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("network", &network)
    try v("provider", &provider)
    try v("key", &key)
  }
}

/// A signature by a named key: its own 64 bytes, the key, and the account's 65 that name it.
struct NamedSignature {
  static let byteCount = Ed25519.byteCount + 32 + Signature.byteCount

  let own: [UInt8]
  let key: Bytes32
  let naming: [UInt8]

  /// Nil where bytes are none by their number: then they are the account's own.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == NamedSignature.byteCount, let key = Bytes32(bytes[64..<96]) else {
      return nil
    }
    own = Array(bytes[..<64])
    self.key = key
    naming = Array(bytes[96...])
  }

  func grant(for run: SoldRun) -> ReceiptKey {
    var grant = ReceiptKey()
    grant.network = run.network
    grant.provider = run.provider
    grant.key = key
    return grant
  }
}

extension SoldRun {
  /// What a named key signs: of 32 bytes, whatever the run says.
  var word: [UInt8] { MerkleTree.leaf(tag: "tolsey/word/1", of: self).bytes }

  /// What the account signed, and how: the run, or the name of the key that signed the run.
  public func accountSignature(
    _ signature: [UInt8], domain: EIP712.Domain
  ) -> (digest: Bytes32, bytes: [UInt8]) {
    guard let named = NamedSignature(signature) else { return (digest(domain: domain), signature) }
    return (named.grant(for: self).digest(domain: domain), named.naming)
  }

  /// Whether the key that a signature names signed the run; true where it names none.
  func isSignedByNamedKey(_ signature: [UInt8]) -> Bool {
    guard let named = NamedSignature(signature) else { return true }
    return Ed25519.verifies(named.own, of: word, by: named.key)
  }
}

/// Signs runs in the place of an account.
public struct ReceiptSigner: Sendable {
  private let key: Curve25519.Signing.PrivateKey
  /// The key and what names it, the same behind each signature.
  private let name: [UInt8]

  /// The key follows from the account's, so that there is no second file to keep or to lose.
  public init(of account: PrivateKey, network: Bytes32, domain: EIP712.Domain) {
    let seed = HMAC.sha256(key: account.secret, message: Array("tolsey/receipt-key/1".utf8))
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed.bytes),
      let published = Bytes32(Array(key.publicKey.rawRepresentation))
    else { preconditionFailure("any 32 bytes are a seed of Ed25519") }
    var grant = ReceiptKey()
    grant.network = network
    grant.provider = account.address
    grant.key = published
    self.key = key
    name = published.bytes + account.sign(grant, domain: domain).bytes
  }

  func sign(_ run: SoldRun) -> [UInt8] {
    guard let signature = try? key.signature(for: run.word) else {
      preconditionFailure("a key of Ed25519 signs everything")
    }
    return Array(signature) + name
  }
}
