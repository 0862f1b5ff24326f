// The payment types of x402 as field lists, against the digests and signatures of its SDK.

import Primitives
import Testing

private struct Transfer: Fielded {
  static let typeName = "TransferWithAuthorization"
  var from = Address()
  var to = Address()
  var value = UInt256()
  var validAfter = UInt256()
  var validBefore = UInt256()
  var nonce = Bytes32()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("from", &from)
    try v("to", &to)
    try v("value", &value)
    try v("validAfter", &validAfter)
    try v("validBefore", &validBefore)
    try v("nonce", &nonce)
  }
}

private struct TokenPermissions: Fielded {
  static let typeName = "TokenPermissions"
  var token = Address()
  var amount = UInt256()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("token", &token)
    try v("amount", &amount)
  }
}

private protocol PaymentWitness: Fielded {}

private struct ExactWitness: PaymentWitness {
  static let typeName = "Witness"
  var to = Address()
  var validAfter = UInt256()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("to", &to)
    try v("validAfter", &validAfter)
  }
}

private struct UptoWitness: PaymentWitness {
  static let typeName = "Witness"
  var to = Address()
  var facilitator = Address()
  var validAfter = UInt256()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("to", &to)
    try v("facilitator", &facilitator)
    try v("validAfter", &validAfter)
  }
}

private struct Permit<Witness: PaymentWitness>: Fielded {
  static var typeName: String { "PermitWitnessTransferFrom" }
  var permitted = TokenPermissions()
  var spender = Address()
  var nonce = UInt256()
  var deadline = UInt256()
  var witness = Witness()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("permitted", &permitted)
    try v("spender", &spender)
    try v("nonce", &nonce)
    try v("deadline", &deadline)
    try v("witness", &witness)
  }
}

private struct ChannelConfig: Fielded {
  static let typeName = "ChannelConfig"
  var payer = Address()
  var payerAuthorizer = Address()
  var receiver = Address()
  var receiverAuthorizer = Address()
  var token = Address()
  var withdrawDelay = UInt40()
  var salt = Bytes32()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("payer", &payer)
    try v("payerAuthorizer", &payerAuthorizer)
    try v("receiver", &receiver)
    try v("receiverAuthorizer", &receiverAuthorizer)
    try v("token", &token)
    try v("withdrawDelay", &withdrawDelay)
    try v("salt", &salt)
  }
}

private struct Voucher: Fielded {
  static let typeName = "Voucher"
  var channelId = Bytes32()
  var maxClaimableAmount = EVMUInt128()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("channelId", &channelId)
    try v("maxClaimableAmount", &maxClaimableAmount)
  }
}

@Suite struct X402TypeTests {
  private let permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3"
  private let batch = "0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003"

  private func contract(_ text: String) throws -> Address { try #require(Address(hex: text)) }

  private func drop(_ json: JSONValue, _ name: String) -> JSONValue {
    .object((json.members ?? []).filter { $0.name != name })
  }

  private func expect<T: Fielded>(
    _ value: T, _ domain: EIP712.Domain, _ vector: JSONValue, by key: PrivateKey
  ) throws {
    #expect(value.digest(domain: domain) == (try vector.needBytes32("digest")))
    #expect(key.sign(value, domain: domain).bytes == (try vector.needBytes("signature")))
  }

  @Test func typeHashesAgree() throws {
    let hashes = try Vectors.json("eip712/x402.json").need("typeHashes")
    #expect(
      EIP712.typeHash(Transfer.self) == (try hashes.needBytes32("TransferWithAuthorization")))
    #expect(
      EIP712.typeHash(TokenPermissions.self) == (try hashes.needBytes32("TokenPermissions")))
    #expect(EIP712.typeHash(ExactWitness.self) == (try hashes.needBytes32("Witness_exact")))
    #expect(EIP712.typeHash(UptoWitness.self) == (try hashes.needBytes32("Witness_upto")))
    #expect(
      EIP712.typeHash(Permit<ExactWitness>.self)
        == (try hashes.needBytes32("PermitWitnessTransferFrom_exact")))
    #expect(
      EIP712.typeHash(Permit<UptoWitness>.self)
        == (try hashes.needBytes32("PermitWitnessTransferFrom_upto")))
    #expect(EIP712.typeHash(ChannelConfig.self) == (try hashes.needBytes32("ChannelConfig")))
    #expect(EIP712.typeHash(Voucher.self) == (try hashes.needBytes32("Voucher")))
  }

  @Test func domainSeparatorsAgree() throws {
    let hashes = try Vectors.json("eip712/x402.json").need("domainSeparators")
    let usdc = try contract("0x036CbD53842c5426634e7929541eC2318f3dCF7e")
    let domains = [
      "USDC base-sepolia 84532": EIP712.Domain(
        name: "USDC", version: "2", chainId: 84532, verifyingContract: usdc),
      "Permit2 84532": EIP712.Domain(
        name: "Permit2", chainId: 84532, verifyingContract: try contract(permit2)),
      "x402 Batch Settlement 84532": EIP712.Domain(
        name: "x402 Batch Settlement", version: "1", chainId: 84532,
        verifyingContract: try contract(batch)),
    ]
    for (name, domain) in domains {
      #expect(domain.separator == (try hashes.needBytes32(name)), "\(name)")
    }
  }

  @Test func signaturesAgree() throws {
    let file = try Vectors.json("eip712/x402.json")
    let key = try PrivateKey(try file.needBytes32("privateKey"))
    #expect(key.address.checksummed == (try file.needString("address")))

    let vector = try file.need("eip3009")
    let usdc = EIP712.Domain(
      name: "USDC", version: "2", chainId: 84532,
      verifyingContract: try vector.needAddress("token"))
    try expect(Transfer(json: try vector.need("authorization")), usdc, vector, by: key)

    let domain = EIP712.Domain(
      name: "Permit2", chainId: 84532, verifyingContract: try contract(permit2))
    let exact = try file.need("permit2_exact")
    let upto = try file.need("permit2_upto")
    try expect(
      Permit<ExactWitness>(json: drop(try exact.need("permit2Authorization"), "from")), domain,
      exact, by: key)
    try expect(
      Permit<UptoWitness>(json: drop(try upto.need("permit2Authorization"), "from")), domain,
      upto, by: key)
  }

  @Test func channelsAndVouchersAgree() throws {
    let file = try Vectors.json("eip712/x402.json")
    let key = try PrivateKey(try file.needBytes32("privateKey"))
    let vectors = try file.need("batch")
    let domain = EIP712.Domain(
      name: "x402 Batch Settlement", version: "1", chainId: 84532,
      verifyingContract: try contract(batch))
    let config = try ChannelConfig(json: try vectors.need("channelConfig"))
    let channel = config.digest(domain: domain)
    #expect(channel == (try vectors.needBytes32("channelId")))

    let vector = try vectors.need("voucher")
    var voucher = Voucher()
    voucher.channelId = channel
    voucher.maxClaimableAmount = try EVMUInt128(json: try vector.need("maxClaimableAmount"))
    try expect(voucher, domain, vector, by: key)
  }
}
