// Channels on the ledger of these tests: who signs what, carried out whole or not at all.

import Kernel
import Payments
import Primitives

extension TestLedger {
  /// The key of the seller's account.
  static let sellerKey = PrivateKey(seed: Array("seller".utf8))
  /// Signs claims and refunds in the seller's place.
  static let authorizer = PrivateKey(seed: Array("authorizer".utf8))
  static let escrow = BatchEscrow.domain(chainId: UInt256(chainId))
  static let day: UInt64 = 86_400

  static func config(
    salt: UInt8 = 0, delay: UInt64 = 900, receiver: Address = TestLedger.seller,
    token: Address = DollarToken.address, voucherKey: PrivateKey? = nil
  ) throws -> ChannelConfig {
    try ChannelConfig(
      payer: payer.address, payerAuthorizer: voucherKey?.address ?? payer.address,
      receiver: receiver, receiverAuthorizer: authorizer.address, token: token,
      withdrawDelay: delay, salt: Bytes32(words: 0, 0, 0, UInt64(salt)))
  }

  static func voucher(
    _ channel: Bytes32, _ most: UInt64, total: UInt64? = nil, by key: PrivateKey = payer,
    domain: EIP712.Domain = escrow
  ) -> VoucherClaim {
    var claim = VoucherClaim(
      channel, most: Amount(most), total: Amount(total ?? most), signature: [])
    claim.signature = key.sign(digest: claim.digest(domain)).bytes
    return claim
  }

  mutating func nextHead(_ from: Address) -> Head {
    sequence += 1
    return Head(from: from, sequence: sequence, validUntil: .never)
  }

  /// A deposit as the payer's wallet signs it.
  mutating func signedDeposit(
    _ config: ChannelConfig, _ units: UInt64, salt: UInt8 = 1, by key: PrivateKey = payer,
    from carrier: Address = TestLedger.carrier, before: UInt64? = nil
  ) -> DepositToChannel {
    var m = DepositToChannel(
      nextHead(carrier), config, Amount(units), validBefore: before ?? now + 60,
      salt: SHA256.hash([salt]))
    m.signature = key.sign(digest: m.authorisation(Self.escrow).digest(token: Self.token)).bytes
    return m
  }

  mutating func send(_ m: DepositToChannel) -> Refusal? {
    done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k)
    }
  }

  mutating func deposit(_ config: ChannelConfig, _ units: UInt64, salt: UInt8 = 1) -> Refusal? {
    let m = signedDeposit(config, units, salt: salt)
    return send(m)
  }

  mutating func claim(
    _ claims: [VoucherClaim], by sender: Address = TestLedger.seller, root: Bytes32 = .zero,
    signature: [UInt8] = []
  ) -> Refusal? {
    let m = ClaimVouchers(nextHead(sender), claims, root: root, signature: signature)
    return done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k)
    }
  }

  mutating func refund(_ m: RefundChannel) -> Refusal? {
    done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k)
    }
  }

  mutating func withdraw(
    _ channel: Bytes32, _ units: UInt64, by sender: Address = TestLedger.payer.address
  ) -> Refusal? {
    let m = WithdrawFromChannel(nextHead(sender), channel, Amount(units))
    return done { (payments, k) throws(Refusal) in
      try payments.apply(m, as: SHA256.hash(CBOR.encode(m)), &k)
    }
  }

  /// As a node does that starts again from its rows.
  mutating func rebuildTimers() {
    k.rebuildTimers()
    payments.rebuildTimers(into: &k)
    forget()
  }

  func held(_ channel: Bytes32) -> UInt64 { k.ledger.balance(.escrow(channel)).units }
}
