// Who walks: accounts with keys, and secrets that each derives from names instead of keeping.

public import Chain
public import Kernel
public import Market
public import Primitives

/// The accounts of a walk and the contents that they exchange.
public struct Cast: Sendable {
  public let people: [Address]
  /// Their keys, for what is signed within a message.
  let keys: [Address: PrivateKey]
  public let operatorKey: PrivateKey
  let custodianKey: PrivateKey
  /// An account that the network has never seen.
  let stranger: Address
  /// An account with next to nothing.
  let pauper: Address
  public let genesis: Genesis
  let links: [Bytes32]
  /// The model that runs may be disputed of.
  let court: Courtroom
  /// The model that runs can be proved of.
  let proving: ProvingRoom
  /// The four inputs that buyers have.
  let inputs: [Content]

  /// A network for a walk of so many blocks.
  public init(
    people count: Int, blocks: Int, terms: Terms = Cast.tightTerms
  ) throws(Refusal) {
    operatorKey = PrivateKey(seed: Array("walk operator".utf8))
    custodianKey = PrivateKey(seed: Array("walk custodian".utf8))
    let keys = (0..<count).map { PrivateKey(seed: Array("walker \($0)".utf8)) }
    people = keys.map(\.address)
    self.keys = Dictionary(uniqueKeysWithValues: zip(people, keys))
    stranger = PrivateKey(seed: Array("stranger".utf8)).address
    pauper = PrivateKey(seed: Array("pauper".utf8)).address
    var link = SHA256.hash(Array("links of a walk".utf8))
    var chain: [Bytes32] = []
    for _ in 0..<blocks {
      chain.append(link)
      link = SHA256.hash(link.bytes)
    }
    links = chain.reversed()
    var genesis = Genesis()
    genesis.chainId = 1
    genesis.time = Time(1_700_000_000_000)
    genesis.operator = operatorKey.address
    genesis.custodians = [custodianKey.address]
    genesis.terms = terms
    genesis.assets = [
      GenesisAsset(.dollar, name: "USD"), GenesisAsset(Asset(1), name: "POINTS"),
    ]
    genesis.beacon = SHA256.hash(Array("first beacon".utf8))
    genesis.anchor = link
    genesis.funds =
      people.map { GenesisFund($0, Amount(10_000_000_000)) }
      + people.map { GenesisFund($0, Amount(1_000), Asset(1)) }
      + [
        GenesisFund(operatorKey.address, Amount(1_000_000_000)),
        GenesisFund(pauper, Amount(600)),
      ]
    self.genesis = genesis
    let plain = (0..<UInt8(4)).map { [UInt8](repeating: $0, count: Courtroom.inputBytes) }
    court = try Courtroom(inputs: plain, key: Cast.inputKey) {
      Subject.of(work: "inference", spec: $0)
    }
    proving = try ProvingRoom(inputs: plain, key: Cast.inputKey)
    var inputs: [Content] = []
    for input in plain {
      let chunks = try ContentChunks(input: input, key: Cast.inputKey)
      inputs.append(Cast.vouched(chunks, custodianKey, genesis.network))
    }
    self.inputs = inputs
  }

  /// The standard terms with limits that a walk of a few accounts can reach.
  public static var tightTerms: Terms {
    var terms = Terms.standard
    terms.maxBidders = 15
    terms.blockTimers = 100
    // A proof that hides its input takes some 90 kB.
    terms.maxMessage = 131_072
    terms.auditOperators = 3
    return terms
  }

  static func secret(_ parts: [UInt8]...) -> Bytes32 {
    SHA256.hash(parts.reduce(into: Array("walk".utf8)) { $0 += $1 })
  }

  static func buyerSalt(_ buyer: Address, _ sequence: UInt64) -> Bytes32 {
    secret(Array("seats".utf8), buyer.bytes, bigEndianBytes(sequence))
  }

  static func bidSalt(_ order: OrderID, _ bidder: Address) -> Bytes32 {
    secret(Array("bid".utf8), order.digest.bytes, bidder.bytes)
  }

  static func sealSalt(_ run: RunID, _ seat: Address) -> Bytes32 {
    secret(Array("seal".utf8), run.digest.bytes, seat.bytes)
  }

  static func outputKey(_ run: RunID, _ seat: Address) -> Bytes32 {
    secret(Array("key".utf8), run.digest.bytes, seat.bytes)
  }

  static func auditSalt(_ buyer: Address) -> Bytes32 {
    secret(Array("audit".utf8), buyer.bytes)
  }

  static func traceSalt(_ run: RunID, _ sender: Address) -> Bytes32 {
    secret(Array("trace".utf8), run.digest.bytes, sender.bytes)
  }

  static let inputKey = secret(Array("input".utf8))

  /// What the ledger sees of a sealed key; only its reader could tell what is in it.
  static func sealed(to reader: Address) -> WrappedKey {
    WrappedKey(to: reader, scheme: WrappedKey.sealed, bytes: [UInt8](repeating: 7, count: 80))
  }

  /// The key of an input that its buyer publishes.
  static func published(to reader: Address) -> WrappedKey {
    WrappedKey(to: reader, bytes: inputKey.bytes)
  }

  /// An output with a custodian's receipt. `spoiled` encrypts under another key than promised.
  func output(
    _ bytes: [UInt8], key: Bytes32, spoiled: Bool = false,
    salt: ContentSalt = ContentSalt(contentKey: Cast.inputKey)
  ) throws(Refusal) -> (content: Content, blob: [UInt8]) {
    let chunks = try ContentChunks(
      output: bytes, salt: salt,
      key: spoiled ? Cast.secret(key.bytes) : key)
    return (content(chunks, key: key), chunks.blob)
  }

  private func content(_ chunks: ContentChunks, key: Bytes32) -> Content {
    var content = Cast.vouched(chunks, custodianKey, genesis.network)
    content.keyHash = ContentSalt.keyHash(of: key)
    return content
  }

  private static func vouched(
    _ chunks: ContentChunks, _ custodian: PrivateKey, _ network: Bytes32
  ) -> Content {
    var content = Content(chunks, custody: Custody())
    content.custody = Custody(
      custodian: custodian.address,
      signature: custodian.sign(digest: content.custodyDigest(network: network)).bytes)
    return content
  }
}
