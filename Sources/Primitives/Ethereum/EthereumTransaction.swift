// A signed transaction as Ethereum's wallets send it: legacy with EIP-155, and type 2 (EIP-1559).

/// A transaction with its signature. Only these two kinds name the chain on which they count, and
/// are what today's libraries make.
public struct EthereumTransaction: Hashable, Sendable {
  /// What it offers for a unit of gas, in wei.
  public enum Fees: Hashable, Sendable {
    /// Type 0: one price.
    case price(UInt256)
    /// Type 2: the tip on top of the base fee, and the most that both may be together.
    case capped(priority: UInt256, most: UInt256)
  }

  public var chainId: UInt256
  public var nonce: UInt64
  public var fees: Fees
  public var gasLimit: UInt64
  /// Nil creates a contract.
  public var to: Address?
  /// In wei.
  public var value: UInt256
  public var data: [UInt8]
  /// Places that it announces to touch (EIP-2930), as they were written; type 2 alone has them.
  public var accessList: RLPItem
  public private(set) var signature: Signature

  public init(
    chainId: UInt256, nonce: UInt64, fees: Fees, gasLimit: UInt64, to: Address?,
    value: UInt256 = .zero, data: [UInt8] = [], accessList: RLPItem = .list([]),
    signature: Signature = Signature(r: .zero, s: .zero, v: 27)
  ) {
    self.chainId = chainId
    self.nonce = nonce
    self.fees = fees
    self.gasLimit = gasLimit
    self.to = to
    self.value = value
    self.data = data
    self.accessList = accessList
    self.signature = signature
  }

  /// 0 or 2.
  public var type: UInt8 { if case .price = fees { 0 } else { 2 } }

  /// The most that a unit of gas may cost.
  public var mostPerGas: UInt256 {
    switch fees {
    case .price(let price): price
    case .capped(_, let most): most
    }
  }

  /// The tip that a type 2 offers; of a legacy one all of the price may be.
  public var mostTip: UInt256 {
    switch fees {
    case .price(let price): price
    case .capped(let priority, _): priority
    }
  }
}

// MARK: - Bytes and hashes

extension EthereumTransaction {
  private var target: RLPItem { .bytes(to?.bytes ?? []) }

  /// The fields before the signature.
  private var content: [RLPItem] {
    switch fees {
    case .price(let price):
      return [
        .number(nonce), .number(price), .number(gasLimit), target, .number(value), .bytes(data),
      ]
    case .capped(let priority, let most):
      return [
        .number(chainId), .number(nonce), .number(priority), .number(most), .number(gasLimit),
        target, .number(value), .bytes(data), accessList,
      ]
    }
  }

  private func wrapped(_ fields: [RLPItem]) -> [UInt8] {
    (type == 0 ? [] : [type]) + RLPItem.list(fields).encoded
  }

  /// What the sender signs; with EIP-155 a legacy transaction names the chain too.
  public var signingHash: Bytes32 {
    let chain: [RLPItem] = type == 0 ? [.number(chainId), .bytes([]), .bytes([])] : []
    return Keccak256.hash(wrapped(content + chain))
  }

  /// The bytes as they travel.
  public var encoded: [UInt8] {
    wrapped(
      content + [.number(v), .number(UInt256(signature.r)), .number(UInt256(signature.s))])
  }

  /// The name under which wallets ask for it.
  public var hash: Bytes32 { Keccak256.hash(encoded) }

  /// Which of the two keys it is, as the bytes have it: a legacy one adds 35 and twice the
  /// chain's id.
  public var v: UInt256 {
    let odd = UInt64(signature.v - 27)
    return type == 0 ? EthereumTransaction.doubled(chainId, plus: odd + 35) : UInt256(odd)
  }

  /// The address whose key signed it. The signature's two malleable forms are refused.
  public func sender() throws(Refusal) -> Address {
    try signature.recover(digest: signingHash)
  }

  /// The same transaction, signed.
  public func signed(with key: PrivateKey) -> EthereumTransaction {
    var copy = self
    copy.signature = key.sign(digest: signingHash)
    return copy
  }
}

// MARK: - Reading

extension EthereumTransaction {
  /// Reads the bytes of a transaction. Whatever is not its one form is refused.
  public init(decoding bytes: [UInt8]) throws(Refusal) {
    guard let first = bytes.first else { throw .malformed(at: 0) }
    switch first {
    case 2: try self.init(capped: try RLPItem(decoding: Array(bytes.dropFirst())))
    case 0xc0...: try self.init(legacy: try RLPItem(decoding: bytes))
    case 0..<0x80: throw .transactionType(first)
    default: throw .malformed(at: 0)
    }
    guard encoded == bytes else { throw .malformed(at: 0) }
  }

  private init(legacy item: RLPItem) throws(Refusal) {
    guard let f = item.items, f.count == 9 else { throw .malformed(at: 0) }
    guard let v = f[6].number else { throw .badTransactionField(6) }
    guard v != UInt256(27), v != UInt256(28) else { throw .noChainID }
    guard let (chain, odd) = EthereumTransaction.chain(ofLegacy: v) else {
      throw .badTransactionField(6)
    }
    self.init(
      chainId: chain, nonce: try Self.small(f, 0), fees: .price(try Self.wide(f, 1)),
      gasLimit: try Self.small(f, 2), to: try Self.target(f, 3), value: try Self.wide(f, 4),
      data: try Self.bytes(f, 5), signature: try Self.signature(f, odd, at: 7))
  }

  private init(capped item: RLPItem) throws(Refusal) {
    guard let f = item.items, f.count == 12 else { throw .malformed(at: 1) }
    guard let parity = f[9].number?.uint64, parity <= 1 else { throw .badTransactionField(9) }
    let (priority, most) = (try Self.wide(f, 2), try Self.wide(f, 3))
    guard priority <= most else { throw .badTransactionField(2) }
    try Self.checkAccessList(f[8])
    self.init(
      chainId: try Self.wide(f, 0), nonce: try Self.small(f, 1),
      fees: .capped(priority: priority, most: most), gasLimit: try Self.small(f, 4),
      to: try Self.target(f, 5), value: try Self.wide(f, 6), data: try Self.bytes(f, 7),
      accessList: f[8], signature: try Self.signature(f, parity == 1, at: 10))
  }

  private static func small(_ fields: [RLPItem], _ index: Int) throws(Refusal) -> UInt64 {
    guard let value = fields[index].number?.uint64 else { throw .badTransactionField(index) }
    return value
  }

  private static func wide(_ fields: [RLPItem], _ index: Int) throws(Refusal) -> UInt256 {
    guard let value = fields[index].number else { throw .badTransactionField(index) }
    return value
  }

  private static func bytes(_ fields: [RLPItem], _ index: Int) throws(Refusal) -> [UInt8] {
    guard let bytes = fields[index].string else { throw .badTransactionField(index) }
    return bytes
  }

  private static func target(_ fields: [RLPItem], _ index: Int) throws(Refusal) -> Address? {
    let bytes = try bytes(fields, index)
    if bytes.isEmpty { return nil }
    guard let address = Address(bytes) else { throw .badTransactionField(index) }
    return address
  }

  private static func signature(
    _ fields: [RLPItem], _ odd: Bool, at index: Int
  ) throws(Refusal) -> Signature {
    Signature(
      r: try wide(fields, index).bytes32, s: try wide(fields, index + 1).bytes32,
      v: odd ? 28 : 27)
  }

  /// Pairs of an address and 32-byte keys.
  private static func checkAccessList(_ item: RLPItem) throws(Refusal) {
    for entry in item.items ?? [.bytes([])] {
      guard let pair = entry.items, pair.count == 2, pair[0].string?.count == Address.byteCount,
        let keys = pair[1].items, keys.allSatisfy({ $0.string?.count == Bytes32.byteCount })
      else { throw .badTransactionField(8) }
    }
  }
}

// MARK: - The v of EIP-155

extension EthereumTransaction {
  /// `2 × chain + rest`, cut to 256 bits. Chain ids as wide as that exist in no network.
  private static func doubled(_ chain: UInt256, plus rest: UInt64) -> UInt256 {
    let (a, b, c, d) = chain.bytes32.words
    var words = (a << 1 | b >> 63, b << 1 | c >> 63, c << 1 | d >> 63, d << 1)
    var carry: Bool
    (words.3, carry) = words.3.addingReportingOverflow(rest)
    if carry { (words.2, carry) = words.2.addingReportingOverflow(1) }
    if carry { (words.1, carry) = words.1.addingReportingOverflow(1) }
    if carry { words.0 &+= 1 }
    return UInt256(Bytes32(words: words.0, words.1, words.2, words.3))
  }

  /// The chain that a v names; one below 35 names none.
  private static func chain(ofLegacy v: UInt256) -> (chain: UInt256, odd: Bool)? {
    var (a, b, c, d) = v.bytes32.words
    var borrow: Bool
    (d, borrow) = d.subtractingReportingOverflow(35)
    if borrow { (c, borrow) = c.subtractingReportingOverflow(1) }
    if borrow { (b, borrow) = b.subtractingReportingOverflow(1) }
    if borrow { (a, borrow) = a.subtractingReportingOverflow(1) }
    if borrow { return nil }
    let half = Bytes32(words: a >> 1, a << 63 | b >> 1, b << 63 | c >> 1, c << 63 | d >> 1)
    return (UInt256(half), d & 1 == 1)
  }
}

extension Refusal {
  /// A type of transaction that is not read here.
  public static func transactionType(_ type: UInt8) -> Refusal {
    Refusal("transactionType", ["type": UInt64(type)])
  }

  /// A field of a transaction, by its place, that has no such form.
  static func badTransactionField(_ index: Int) -> Refusal {
    Refusal("badTransactionField", ["field": UInt64(clamping: index)])
  }

  /// A legacy transaction that names no chain would count on all of them.
  public static var noChainID: Refusal { Refusal("noChainID") }
}
