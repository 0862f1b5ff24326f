// Transactions, RLP and ABI words against eth-account, rlp and eth-abi, and against who bends them.

import Testing

@testable import Primitives

@Suite struct EthereumTests {
  private static func cases(_ name: String) throws -> [JSONValue] {
    try Vectors.json("evm/cases.json").needList(name)
  }

  private static func wide(_ json: JSONValue, _ name: String) throws -> UInt256 {
    let text = try json.needString(name)
    return try #require(UInt256(decimal: text))
  }

  // MARK: - Transactions

  @Test func readsWhatEthAccountSigns() throws {
    let cases = try Self.cases("transactions")
    #expect(cases.count == 150)
    var types: Set<UInt8> = []
    for vector in cases {
      let raw = try vector.needBytes("raw")
      let one = try EthereumTransaction(decoding: raw)
      let fields = try vector.need("fields")
      types.insert(one.type)
      #expect(one.encoded == raw)
      #expect(one.hash == (try vector.needBytes32("hash")))
      #expect(one.signingHash == (try vector.needBytes32("signingHash")))
      #expect(try one.sender().checksummed == (try vector.needString("sender")))
      #expect(one.chainId == (try Self.wide(fields, "chainId")))
      #expect(UInt256(one.nonce) == (try Self.wide(fields, "nonce")))
      #expect(UInt256(one.gasLimit) == (try Self.wide(fields, "gas")))
      #expect(one.value == (try Self.wide(fields, "value")))
      #expect(one.data == (try fields.needBytes("data")))
      #expect(one.to?.checksummed == fields["to"]?.string)
      let most = fields["gasPrice"] == nil ? "maxFeePerGas" : "gasPrice"
      #expect(one.mostPerGas == (try Self.wide(fields, most)))
      let key = try PrivateKey(try vector.needBytes32("key"))
      #expect(one.signed(with: key).encoded == raw)
    }
    #expect(types == [0, 2])
  }

  private static let key = PrivateKey(seed: [1])

  private static func sample(_ fees: EthereumTransaction.Fees) -> EthereumTransaction {
    EthereumTransaction(
      chainId: UInt256(77_001), nonce: 3, fees: fees, gasLimit: 60_000,
      to: PrivateKey(seed: [2]).address, value: UInt256(1_000_000), data: [1, 2, 3]
    ).signed(with: key)
  }

  private static let both = [
    sample(.price(UInt256(1_000_000_000))),
    sample(.capped(priority: .zero, most: UInt256(2_000_000_000))),
  ]

  /// No byte of a transaction can be changed without another sender, or a refusal.
  @Test func everyBitCounts() throws {
    for one in Self.both {
      let raw = one.encoded
      for place in raw.indices {
        for bit in 0..<8 {
          var bent = raw
          bent[place] ^= 1 << UInt8(bit)
          let sender = try? EthereumTransaction(decoding: bent).sender()
          #expect(sender != Self.key.address, "byte \(place), bit \(bit)")
        }
      }
      for cut in raw.indices {
        #expect(throws: Refusal.self) { try EthereumTransaction(decoding: Array(raw[..<cut])) }
      }
      #expect(throws: Refusal.self) { try EthereumTransaction(decoding: raw + [0]) }
    }
  }

  /// The other signature that anybody can make of a valid one.
  @Test func refusesTheHighS() throws {
    for one in Self.both {
      var fields = try #require(
        try RLPItem(decoding: Array(one.encoded.dropFirst(one.type == 0 ? 0 : 1))).items)
      let s = try #require(fields.removeLast().number)
      let r = fields.removeLast()
      let v = try #require(fields.removeLast().number?.uint64)
      let flipped: UInt64 = one.type == 0 ? (v % 2 == 1 ? v + 1 : v - 1) : 1 - v
      fields += [.number(flipped), r, .number(Self.orderLess(s))]
      let bent = (one.type == 0 ? [] : [2]) + RLPItem.list(fields).encoded
      #expect(refusal { try EthereumTransaction(decoding: bent).sender() } == .highS)
    }
  }

  /// The order of the group less `s`.
  private static func orderLess(_ s: UInt256) -> UInt256 {
    let order: [UInt64] = [
      0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe, 0xbaae_dce6_af48_a03b, 0xbfd2_5e8c_d036_4141,
    ]
    let w = s.bytes32.words
    var rest: [UInt64] = []
    var borrow: UInt64 = 0
    for (a, b) in zip(order.reversed(), [w.3, w.2, w.1, w.0]) {
      let (once, first) = a.subtractingReportingOverflow(b)
      let (twice, second) = once.subtractingReportingOverflow(borrow)
      rest.append(twice)
      borrow = first || second ? 1 : 0
    }
    return UInt256(Bytes32(words: rest[3], rest[2], rest[1], rest[0]))
  }

  @Test func refusesWhatNamesNoChainAndOtherTypes() throws {
    var fields = try #require(try RLPItem(decoding: Self.both[0].encoded).items)
    fields[6] = .number(27)
    let old = RLPItem.list(fields).encoded
    #expect(refusal { try EthereumTransaction(decoding: old) } == .noChainID)
    fields[6] = .number(34)
    #expect(
      code { try EthereumTransaction(decoding: RLPItem.list(fields).encoded) }
        == "badTransactionField")
    for type: UInt8 in [0, 1, 3, 4, 0x7f] {
      let bytes = [type] + Self.both[1].encoded.dropFirst()
      #expect(refusal { try EthereumTransaction(decoding: Array(bytes)) } == .transactionType(type))
    }
    #expect(throws: Refusal.self) { try EthereumTransaction(decoding: []) }
    #expect(throws: Refusal.self) { try EthereumTransaction(decoding: [0xc0]) }
    #expect(throws: Refusal.self) { try EthereumTransaction(decoding: [2, 0xc0]) }
    #expect(throws: Refusal.self) { try EthereumTransaction(decoding: [0xb8, 1]) }
  }

  @Test func refusesFieldsOfAnotherForm() throws {
    let good = try #require(
      try RLPItem(decoding: Array(Self.both[1].encoded.dropFirst())).items)
    func bent(_ index: Int, _ item: RLPItem) -> [UInt8] {
      var fields = good
      fields[index] = item
      return [2] + RLPItem.list(fields).encoded
    }
    let cases: [(Int, RLPItem)] = [
      (0, .bytes([0, 1])), (1, .bytes([UInt8](repeating: 1, count: 9))), (1, .list([])),
      (2, .number(UInt256.max)), (4, .bytes([0])), (5, .bytes([1, 2])),
      (6, .bytes([UInt8](repeating: 1, count: 33))), (7, .list([])), (8, .bytes([])),
      (8, .list([.list([.bytes([1]), .list([])])])), (9, .number(2)), (9, .list([])),
      (10, .bytes([UInt8](repeating: 1, count: 33))),
    ]
    for (index, item) in cases {
      #expect(
        code { try EthereumTransaction(decoding: bent(index, item)) } == "badTransactionField",
        "field \(index)")
    }
  }

  // MARK: - RLP

  private static func item(_ json: JSONValue) throws -> RLPItem {
    if let list = json.array { return .list(try list.map { try item($0) }) }
    return .bytes(try #require(json.string.flatMap(Hex.decode)))
  }

  @Test func agreesWithRLP() throws {
    for vector in try Self.cases("rlp") {
      let item = try Self.item(vector.need("item"))
      let encoded = try vector.needBytes("encoded")
      #expect(item.encoded == encoded)
      #expect(try RLPItem(decoding: encoded) == item)
    }
  }

  /// Each of these says something that has a shorter form, or ends in the middle.
  @Test(
    arguments: [
      [], [0x81, 0x05], [0xb8, 0x02, 1, 2], [0xb9, 0x00, 0x38], [0xb8], [0x83, 1, 2], [0xc1],
      [0xc1, 0x81], [0xf8, 0x01, 0x05], [0x05, 0x05],
      [0xbf, 255, 255, 255, 255, 255, 255, 255, 255],
      [0xff, 127, 255, 255, 255, 255, 255, 255, 255], [0xc2, 0x81, 0x05],
    ] as [[UInt8]])
  func refusesOtherForms(bytes: [UInt8]) {
    #expect(throws: Refusal.self) { try RLPItem(decoding: bytes) }
  }

  @Test func followsListsOnlySoFar() throws {
    func nested(_ depth: Int) -> RLPItem {
      (0..<depth).reduce(.bytes([])) { inner, _ in .list([inner]) }
    }
    let deepest = nested(RLPItem.depthLimit)
    #expect(try RLPItem(decoding: deepest.encoded) == deepest)
    #expect(throws: Refusal.self) {
      try RLPItem(decoding: nested(RLPItem.depthLimit + 1).encoded)
    }
    // A megabyte of brackets must not exhaust the stack.
    #expect(throws: Refusal.self) {
      try RLPItem(decoding: [UInt8](repeating: 0xc1, count: 1 << 20))
    }
  }

  /// A small input must not become a million items: the reader stops where it has made enough,
  /// and the place that it names is how far it came.
  @Test func makesOnlySoManyItems() throws {
    let most = RLPItem.itemLimit
    func list(_ count: Int) -> [UInt8] {
      RLPItem.list([RLPItem](repeating: .bytes([1]), count: count)).encoded
    }
    #expect(try RLPItem(decoding: list(most - 1)).items?.count == most - 1)
    let prefix: [UInt8] = [0xfa, 0x0f, 0x42, 0x40]
    let flood = prefix + [UInt8](repeating: 1, count: 1_000_000)
    for bytes in [list(most), flood] {
      #expect { try RLPItem(decoding: bytes) } throws: { error in
        let refusal = error as? Refusal
        return refusal?.code == "malformed" && refusal?.numbers.first?.value ?? .max < 5_000
      }
    }
    // Nor do lists within lists make more.
    let inner = RLPItem.list([RLPItem](repeating: .list([.bytes([1])]), count: most / 2 + 1))
    #expect(throws: Refusal.self) { try RLPItem(decoding: inner.encoded) }
    let listed = RLPItem.list([RLPItem](repeating: .bytes([]), count: 9))
    #expect(try RLPItem(decoding: listed.encoded) == listed)
    #expect(throws: Refusal.self) { try EthereumTransaction(decoding: flood) }
    #expect(throws: Refusal.self) { try EthereumTransaction(decoding: [2] + flood) }
  }

  // MARK: - ABI

  private static func type(_ name: String) -> ABIType {
    switch name {
    case "address": .address
    case "bool": .bool
    case "bytes": .bytes
    case "string": .string
    case _ where name.hasPrefix("uint"): .uint(Int(name.dropFirst(4)) ?? 256)
    default: .fixedBytes(Int(name.dropFirst(5)) ?? 32)
    }
  }

  private static func value(_ json: JSONValue, _ type: ABIType) throws -> ABIValue {
    if case .bool(let flag) = json { return .bool(flag) }
    let text = try #require(json.string)
    switch type {
    case .address: return .address(try #require(Address(hex: text)))
    case .uint: return .number(try #require(UInt256(decimal: text)))
    case .string: return .string(text)
    case .bytes: return .bytes(try #require(Hex.decode(text)))
    default:
      let bytes = try #require(Hex.decode(text))
      return .word(
        try #require(Bytes32(bytes + [UInt8](repeating: 0, count: 32 - bytes.count))))
    }
  }

  @Test func agreesWithEthABI() throws {
    for vector in try Self.cases("calls") {
      let types = try vector.needList("types").map { Self.type(try #require($0.string)) }
      let values = try zip(vector.needList("values"), types).map { try Self.value($0, $1) }
      let encoded = try vector.needBytes("encoded")
      #expect(ABI.encode(values) == encoded)
      #expect(try ABI.decode(encoded, types) == values)
      let signature = "f(" + types.map(\.name).joined(separator: ",") + ")"
      #expect(ABI.selector(of: signature) == (try vector.needBytes("selector")))
    }
  }

  /// No bit of a call is without meaning, so none can be changed unseen.
  @Test func noBitOfACallIsFree() throws {
    let types: [ABIType] = [
      .address, .uint(40), .fixedBytes(4), .bool, .bytes, .string, .uint256,
    ]
    let values: [ABIValue] = [
      .address(Self.key.address), .number(5), .word(Bytes32(words: 0x0102_0304 << 32, 0, 0, 0)),
      .bool(true), .bytes([1, 2, 3]), .string("dollar"), .number(UInt256.max),
    ]
    let good = ABI.encode(values)
    #expect(try ABI.decode(good, types) == values)
    for place in good.indices {
      for bit in 0..<8 {
        var bent = good
        bent[place] ^= 1 << UInt8(bit)
        let read = try? ABI.decode(bent, types)
        #expect(read != values)
        if let read { #expect(ABI.encode(read) == bent) }
      }
    }
    #expect(throws: Refusal.self) { try ABI.decode(good + [0], types) }
    #expect(throws: Refusal.self) { try ABI.decode(Array(good.dropLast()), types) }
    #expect(throws: Refusal.self) { try ABI.decode([], [.address]) }
    #expect(throws: Refusal.self) { try ABI.decode([0], []) }
  }

  /// Two arguments that share their bytes: another encoder's trick, and a second form of a call.
  @Test func refusesSharedTails() throws {
    let tail = UInt256(64).bytes32.bytes
    let bytes = tail + tail + UInt256(1).bytes32.bytes + [7] + [UInt8](repeating: 0, count: 31)
    #expect(throws: Refusal.self) { try ABI.decode(bytes, [.bytes, .bytes]) }
    let far = UInt256(.max).bytes32.bytes
    #expect(throws: Refusal.self) { try ABI.decode(far, [.bytes]) }
    #expect(throws: Refusal.self) {
      try ABI.decode(UInt256(UInt64.max).bytes32.bytes, [.string])
    }
  }

  @Test func knowsTheSelectorsOfTokens() {
    #expect(ABI.selector(of: "transfer(address,uint256)") == [0xa9, 0x05, 0x9c, 0xbb])
    #expect(ABI.selector(of: "balanceOf(address)") == [0x70, 0xa0, 0x82, 0x31])
    #expect(ABI.selector(of: "Error(string)") == [0x08, 0xc3, 0x79, 0xa0])
  }
}
