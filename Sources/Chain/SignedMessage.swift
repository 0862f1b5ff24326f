// A message with its authorisation: what doors take, blocks hold, and receipts show.

public import Kernel
public import Primitives

/// A message, its canonical bytes, its id, and who answers for it.
public struct SignedMessage: Fielded, Hashable {
  public static let typeName = "SignedMessage"
  public private(set) var message: Message
  /// The canonical bytes of the message, of which the id is the hash.
  public private(set) var bytes: [UInt8]
  public private(set) var id: Bytes32
  public var authorisation: Authorisation

  public init() { self.init(.transfer(Transfer()), Authorisation()) }

  public init(_ message: Message, _ authorisation: Authorisation) {
    self.message = message
    bytes = message.encoded
    id = SHA256.hash(bytes)
    self.authorisation = authorisation
  }

  /// Signs as a wallet does.
  public static func signing(
    _ message: Message, with key: PrivateKey, domain: EIP712.Domain
  ) -> SignedMessage {
    let signature = key.sign(digest: message.digest(domain: domain))
    return SignedMessage(message, Authorisation(signature))
  }

  /// The message travels as a byte string within the envelope, so that its id is the hash of
  /// bytes that stand there.
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    var shown = bytes
    try v("message", &shown)
    if shown != bytes {
      message = try Message(decoding: shown)
      bytes = shown
      id = SHA256.hash(shown)
    }
    try v("authorisation", &authorisation)
  }

  public static func == (l: SignedMessage, r: SignedMessage) -> Bool {
    l.bytes == r.bytes && l.authorisation == r.authorisation
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(authorisation)
  }

  public var head: Head { message.head }

  /// The kind, read from the bytes: nothing is taken out of the message.
  public var kind: MessageKind? {
    (try? CBOR.kind(of: bytes)).flatMap { MessageKind(rawValue: $0) }
  }

  /// Who signed. Whether that is who may speak for the sender is asked when it is admitted.
  public func signer(domain: EIP712.Domain) throws(Refusal) -> Address {
    if authorisation.kind == AuthorisationKind.rawTransaction.rawValue {
      return try sender(byTransactionIn: domain)
    }
    // A message of another domain would recover to a stranger; the refusal then names the sender.
    return try authorisation.signer(of: message.digest(domain: domain))
  }

  /// Its leaf in the body of a block covers the message and the authorisation.
  public var leaf: Bytes32 { MerkleTree.leaf(tag: SignedMessage.leafTag, of: self) }

  static let leafTag = "message"
}

/// A message whose signature was checked, once, before it was ordered.
public struct VerifiedMessage: Hashable, Sendable {
  public let signed: SignedMessage
  public let signer: Address
  /// Bytes of the envelope, which the toll counts.
  public let size: Int
  /// The leaf in the body of a block, hashed at the door and not while a block is made.
  let leaf: Bytes32
  let head: Head
  /// The separator of the domain in which the signature counts.
  let separator: Bytes32
  /// Whose the signatures are that stand within it: custodians' for contents, payers' for money.
  let recoveries: [Recovery]
  /// The most that a transaction lets be taken for its gas; nil where the message came otherwise.
  let feeLimit: Amount?

  /// Recovers the signer, who must be the sender itself, or a key that says to have a session of
  /// the sender: whether it has one the ledger knows.
  ///
  /// - Parameter network: with it the signatures of custodians and payers are recovered too;
  ///   without it the ledger does so, on its own thread.
  public init(
    _ signed: SignedMessage, domain: EIP712.Domain, network: Bytes32? = nil
  ) throws(Refusal) {
    let signer = try signed.signer(domain: domain)
    guard (signer == signed.head.from) != signed.authorisation.isBySession else {
      throw .notTheSigner
    }
    let recoveries = network.map { signed.message.recoveries(network: $0, domain) } ?? []
    self.init(signed, by: signer, domain, recoveries)
  }

  /// Takes the signer and the custodians as given.
  init(
    _ signed: SignedMessage, by signer: Address, _ domain: EIP712.Domain,
    _ recoveries: [Recovery]
  ) {
    self.signed = signed
    self.signer = signer
    head = signed.head
    let envelope = signed.encoded
    size = envelope.count
    leaf = MerkleTree.leaf(tag: SignedMessage.leafTag, envelope)
    separator = domain.separator
    self.recoveries = recoveries
    feeLimit = signed.transaction.map { Gas.most(of: $0) }
  }
}

extension Refusal {
  /// The signature is another account's than the sender's, or one for another network.
  static var notTheSigner: Refusal { Refusal("notTheSigner") }
}
