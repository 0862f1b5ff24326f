// A run that was paid at a provider's own door, and the provider's signature for it.

import Market
public import Primitives

/// What a provider signs, at once, for a run that no message of the ledger orders: what was asked,
/// what was answered, and what paid.
///
/// It is the leaf of a provider's runs: what an `exact` payment buys is the first and only run
/// under that payment.
public struct SoldRun: Fielded, Hashable {
  public static let typeName = "SoldRun"
  /// All of its id; the domain of a signature has the last 20 bytes.
  public var network = Bytes32.zero
  public var provider = Address.zero
  public var buyer = Address.zero
  /// What pays: the hash of payer and nonce by which the ledger remembers an authorisation.
  public var payment = Bytes32.zero
  /// The message that moved the money.
  public var transaction = Bytes32.zero
  /// Which run of the payment, from 0.
  public var index: UInt64 = 0
  /// What the payment had paid before it.
  public var before = Amount()
  public var price = Amount()
  public var work = ""
  public var spec: [UInt8] = []
  public var units: UInt64 = 0
  /// Roots of the salted chunks of input and output, as the market commits to them.
  public var input = Bytes32.zero
  public var output = Bytes32.zero
  /// What promises the salt of both.
  public var keyHash = Bytes32.zero

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("network", &network)
    try v("provider", &provider)
    try v("buyer", &buyer)
    try v("payment", &payment)
    try v("transaction", &transaction)
    try v("index", &index)
    try v("before", &before)
    try v("price", &price)
    try v("work", &work)
    try v("spec", &spec)
    try v("units", &units)
    try v("input", &input)
    try v("output", &output)
    try v("keyHash", &keyHash)
  }

  /// Commits to what went in and what came out, under a key that the buyer gets.
  public mutating func commit(input: [UInt8], output: [UInt8], key: Bytes32) {
    let salt = ContentSalt(contentKey: key)
    self.input = ContentChunks.root(of: input, as: .input, salt: salt)
    self.output = ContentChunks.root(of: output, as: .output, salt: salt)
    keyHash = salt.keyHash
  }

  /// The roots of what the market would store; nothing is stored here, so nothing is encrypted.
  static func root(input bytes: [UInt8], _ key: Bytes32) -> Bytes32 {
    ContentChunks.root(of: bytes, as: .input, salt: ContentSalt(contentKey: key))
  }

  static func root(output bytes: [UInt8], _ key: Bytes32) -> Bytes32 {
    ContentChunks.root(of: bytes, as: .output, salt: ContentSalt(contentKey: key))
  }
}

/// The file of a sold run: *signed*, by its provider alone. No block seals it.
public struct SignedRun: Fielded, Hashable {
  public static let typeName = "SignedRun"
  /// In 2 a key signs that the provider named; 1 has the provider's own signature.
  public static let currentFormat: UInt64 = 2
  /// Bytes of the longest file that is read.
  public static let sizeLimit = 1 << 20

  public private(set) var format: UInt64 = 1
  public var chainId: UInt64 = 0
  public var run = SoldRun()
  /// The provider's, over the network's domain; or that of a key, the key, and the provider's
  /// signature that names it.
  public var signature: [UInt8] = []
  /// Opens the commitments to who has input or output. Without it the run says nothing of them.
  public var key = Bytes32.zero

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format > 0 else { throw Refusal("noFormat") }
    guard format <= SignedRun.currentFormat else {
      throw Refusal("newerFormat", ["format": format, "known": SignedRun.currentFormat])
    }
    try v("chainId", &chainId)
    try v("run", &run)
    try v("signature", &signature)
    try v("key", &key)
  }

  /// Signs a run by the key of its provider. Who signs many gives the domain: making it hashes its
  /// separator.
  public init(
    _ run: SoldRun, opening key: Bytes32, chainId: UInt64, domain: EIP712.Domain? = nil,
    signedBy provider: PrivateKey
  ) {
    self.run = run
    self.key = key
    self.chainId = chainId
    signature = provider.sign(run, domain: domain ?? self.domain).bytes
  }

  /// Signs a run by a key that its provider named.
  public init(
    _ run: SoldRun, opening key: Bytes32, chainId: UInt64, signedBy signer: ReceiptSigner
  ) {
    format = 2
    self.run = run
    self.key = key
    self.chainId = chainId
    signature = signer.sign(run)
  }

  /// The key that signed in the provider's place; nil where the provider itself did.
  public var namedKey: Bytes32? { NamedSignature(signature)?.key }

  /// Where signatures of its network count.
  public var domain: EIP712.Domain {
    SignedRun.domain(network: run.network, chainId: UInt256(chainId))
  }

  public static func domain(network: Bytes32, chainId: UInt256) -> EIP712.Domain {
    EIP712.Domain(
      name: "Tolsey", version: "1", chainId: chainId,
      verifyingContract: Address(lastBytesOf: network))
  }

  // MARK: - Verifying

  /// Reads a file and judges it; nothing but the file is needed.
  public static func verify(_ bytes: [UInt8]) throws(Refusal) -> SignedRun {
    let file = try CBOR.decode(SignedRun.self, from: bytes, limit: sizeLimit)
    try file.verify()
    return file
  }

  /// Whether the provider that it names signed it, and whether its key is the one promised.
  public func verify() throws(Refusal) {
    guard (format == 2) == (namedKey != nil) else { throw .badSignatureLength(signature.count) }
    let account = run.accountSignature(signature, domain: domain)
    let signer = try Signature(account.bytes).recover(digest: account.digest)
    guard signer == run.provider, run.isSignedByNamedKey(signature) else {
      throw .notTheProvider
    }
    guard ContentSalt.keyHash(of: key) == run.keyHash else { throw .otherSalt }
  }

  /// Whether these bytes are what the run was made from.
  public func isInput(_ bytes: [UInt8]) -> Bool {
    SoldRun.root(input: bytes, key) == run.input
  }

  /// Whether these bytes are what came out.
  public func isOutput(_ bytes: [UInt8]) -> Bool {
    SoldRun.root(output: bytes, key) == run.output
  }
}
