// A facilitator of channels: what is good, in x402's words, and what it carries.

import Archive
import Chain
import Kernel
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct ChannelFacilitatorTests {
  let market = PayingMarket()
  let escrow: EIP712.Domain
  let authorizer = PrivateKey(seed: Array("authorizer".utf8))

  init() { escrow = BatchEscrow.domain(chainId: UInt256(market.node.services.facts.chainID)) }

  private func config(delay: UInt64 = 900) throws -> ChannelConfig {
    try ChannelConfig(
      payer: market.payer.address, payerAuthorizer: market.payer.address,
      receiver: market.seller, receiverAuthorizer: authorizer.address, withdrawDelay: delay)
  }

  private var wanted: PaymentRequirements {
    var wanted = market.wanted
    wanted.scheme = X402.channelScheme
    wanted.receiverAuthorizer = authorizer.address
    wanted.withdrawDelay = 900
    return wanted
  }

  private func json(_ config: ChannelConfig) -> JSONValue {
    [
      "payer": .string(config.payer.checksummed),
      "payerAuthorizer": .string(config.payerAuthorizer.checksummed),
      "receiver": .string(config.receiver.checksummed),
      "receiverAuthorizer": .string(config.receiverAuthorizer.checksummed),
      "token": .string(config.token.checksummed), "withdrawDelay": .unsigned(config.delay),
      "salt": .string("\(config.salt)"),
    ]
  }

  private func voucher(_ config: ChannelConfig, _ most: UInt64) -> JSONValue {
    let id = config.id(escrow)
    let digest = Voucher(id, Amount(most)).digest(domain: escrow)
    return [
      "channelId": .string("\(id)"), "maxClaimableAmount": .string("\(most)"),
      "signature": .string(Hex.encode(market.payer.sign(digest: digest).bytes)),
    ]
  }

  private func request(
    _ payload: JSONValue, _ wanted: PaymentRequirements
  ) throws -> ChannelRequest {
    let body: JSONValue = [
      "x402Version": 2,
      "paymentPayload": ["x402Version": 2, "accepted": wanted.json, "payload": payload],
      "paymentRequirements": wanted.json,
    ]
    return try ChannelRequest.read(body).get()
  }

  private func paid(
    _ config: ChannelConfig, _ most: UInt64, kind: JSONValue = "voucher"
  ) throws -> ChannelRequest {
    try request(
      ["type": kind, "channelConfig": json(config), "voucher": voucher(config, most)], wanted)
  }

  private func deposit(
    _ config: ChannelConfig, _ amount: UInt64, most: UInt64 = 1_000
  ) throws -> ChannelRequest {
    var m = DepositToChannel(
      Head(), config, Amount(amount), validBefore: PayingMarket.now + 60, salt: SHA256.hash([1]))
    let token = DollarToken.domain(chainId: market.node.services.facts.chainID)
    m.signature = market.payer.sign(digest: m.authorisation(escrow).digest(token: token)).bytes
    return try request(
      [
        "type": "deposit", "channelConfig": json(config), "voucher": voucher(config, most),
        "deposit": [
          "amount": .string("\(amount)"),
          "authorization": [
            "erc3009Authorization": [
              "validAfter": "0", "validBefore": .string("\(m.validBefore)"),
              "salt": .string("\(m.salt)"), "signature": .string(Hex.encode(m.signature)),
            ]
          ],
        ],
      ], wanted)
  }

  private func put(_ config: ChannelConfig, _ change: (inout Channel) -> Void) {
    var row = Channel(config)
    change(&row)
    market.node.put("channels", config.id(escrow).keyBytes, row)
  }

  @Test func vouchersAreJudgedByTheRow() throws {
    let config = try config()
    #expect(try market.facilitator.verify(paid(config, 1)).reason == .channelNotFound)
    put(config) {
      $0.balance = Amount(10_000)
      $0.claimed = Amount(4_000)
    }
    let good = try market.facilitator.verify(paid(config, 5_000))
    #expect(good.reason == nil)
    #expect(good.json["extra"]?["balance"]?.string == "10000")
    #expect(good.json["extra"]?["totalClaimed"]?.string == "4000")
    #expect(try market.facilitator.verify(paid(config, 4_000)).reason == .voucherBelowClaimed)
    #expect(try market.facilitator.verify(paid(config, 4_000, kind: "refund")).reason == nil)
    #expect(try market.facilitator.verify(paid(config, 10_000)).reason == nil)
    #expect(try market.facilitator.verify(paid(config, 10_001)).reason == .voucherAboveBalance)
  }

  /// Vouchers of channels, and what is claimed of each.
  private func signed(
    _ parts: [(config: ChannelConfig, total: UInt64)]
  ) -> (json: JSONValue, signature: JSONValue) {
    let claims = parts.map { part in
      let id = part.config.id(escrow)
      let digest = Voucher(id, Amount(part.total)).digest(domain: escrow)
      return VoucherClaim(
        id, most: Amount(part.total), total: Amount(part.total),
        signature: market.payer.sign(digest: digest).bytes)
    }
    let batch = authorizer.sign(digest: ClaimBatch(claims).digest(domain: escrow)).bytes
    let list = zip(parts, claims).map { part, claim -> JSONValue in
      [
        "voucher": [
          "channel": json(part.config), "maxClaimableAmount": .string("\(part.total)"),
        ],
        "signature": .string(Hex.encode(claim.signature)), "totalClaimed": .string("\(part.total)"),
      ]
    }
    return (.array(list), .string(Hex.encode(batch)))
  }

  private func claim(
    _ parts: [(config: ChannelConfig, total: UInt64)]
  ) throws -> ChannelRequest {
    let (claims, signature) = signed(parts)
    return try request(
      ["type": "claim", "claims": claims, "claimAuthorizerSignature": signature], wanted)
  }

  private func refund(
    _ config: ChannelConfig, _ amount: UInt64, claims: [(config: ChannelConfig, total: UInt64)]
  ) throws -> ChannelRequest {
    let (list, batch) = signed(claims)
    let digest = ChannelRefund(config.id(escrow), nonce: 0, Amount(amount)).digest(domain: escrow)
    return try request(
      [
        "type": "refund", "channelConfig": json(config), "voucher": voucher(config, 1),
        "amount": .string("\(amount)"), "refundNonce": "0", "claims": list,
        "claimAuthorizerSignature": batch,
        "refundAuthorizerSignature": .string(Hex.encode(authorizer.sign(digest: digest).bytes)),
      ], wanted)
  }

  /// Claims that move nothing, or less than they cost, are a way to spend what is not one's own.
  @Test func whatIsNotWorthItsTollIsNotCarried() async throws {
    let (one, other) = (try config(), try config(delay: 901))
    for each in [one, other] {
      put(each) {
        $0.balance = Amount(10_000)
        $0.claimed = Amount(4_000)
      }
    }
    for (parts, why) in [
      ([(one, 5_000), (one, 5_001)], "twice"), ([(one, 5_000), (other, 4_000)], "not above"),
      ([(one, 4_001), (other, 4_001)], "costs"),
    ] as [([(config: ChannelConfig, total: UInt64)], String)] {
      let outcome = try await market.facilitator.settle(try claim(parts))
      #expect(outcome.reason == .claimRefused && outcome.message?.contains(why) == true)
    }
    for (amount, claims, why) in [
      (49, [], "least"), (60, [(other, 4_000)], "not above"),
      (60, [(one, 4_000), (one, 4_000)], "twice"),
    ] as [(UInt64, [(config: ChannelConfig, total: UInt64)], String)] {
      let outcome = try await market.facilitator.settle(try refund(one, amount, claims: claims))
      #expect(outcome.reason == .refundRefused && outcome.message?.contains(why) == true)
    }
    #expect(market.door.asked.withLock { $0 } == 0)
    // These are worth it; what the door here says of them is that nobody knows.
    let good = try await market.facilitator.settle(try claim([(one, 5_000), (other, 5_000)]))
    let back = try await market.facilitator.settle(try refund(one, 500, claims: [(one, 4_000)]))
    #expect(good.reason == .pending && back.reason == .pending)
    #expect(market.door.asked.withLock { $0 } == 2)
  }

  /// The ledger refuses a carried claim of a bonded seller: who sent it would pay tolls in vain.
  @Test func nobodyCarriesClaimsOfABondedDoor() async throws {
    let config = try config()
    put(config) { $0.balance = Amount(10_000) }
    var bond = StandingBond()
    bond.seller = market.seller
    bond.door = authorizer.address
    market.node.put("standingBonds", StandingBond.key(of: config).keyBytes, bond)
    let claim = try claim([(config, 1_000)])
    let outcome = try await market.facilitator.settle(claim)
    #expect(outcome.reason == .claimRefused && outcome.message?.contains("bond") == true)
    #expect(market.door.carried.withLock { $0.isEmpty })
  }

  /// It might not be claimed before the payer has it back.
  @Test func whatIsAskedBackIsNotForSale() throws {
    let config = try config()
    put(config) {
      $0.balance = Amount(10_000)
      $0.withdrawal = Amount(7_000)
      $0.requestedAt = PayingMarket.now
      $0.withdrawsAt = Time(1)
    }
    #expect(try market.facilitator.verify(paid(config, 3_000)).reason == nil)
    #expect(try market.facilitator.verify(paid(config, 3_001)).reason == .voucherAboveBalance)
    #expect(try market.facilitator.verify(paid(config, 3_001, kind: "refund")).reason == nil)
    #expect(try market.facilitator.verify(deposit(config, 1_000, most: 4_001)).reason != nil)
  }

  @Test func channelsAreOpenedWithinTheDay() throws {
    #expect(try market.facilitator.verify(deposit(config(), 5_000)).reason == .depositRefused)
    put(try config()) { $0.balance = Amount(1) }
    #expect(try market.facilitator.verify(deposit(config(), 5_000)).reason == nil)
    #expect(
      try market.facilitator.verify(deposit(config(), 1_000_001)).reason == .depositBalance)
    #expect(
      try market.facilitator.verify(deposit(config(), 5_000, most: 5_002)).reason
        == .voucherAboveBalance)
    #expect(try market.facilitator.verify(deposit(config(delay: 901), 1)).reason == .channelDelay)
  }

  /// Nobody else could know that a door's authorizer is its seller's: no bond is behind it.
  @Test func aDoorBringsItsSellersWordWithADeposit() async throws {
    let doors = ChannelMarket()
    let door = ChannelGate(
      desk: ReceiptDesk(key: doors.seller, network: doors.network, chainID: doors.chainID),
      authorizer: authorizer.address, node: doors.node, now: { ChannelMarket.now })
    let config = try ChannelConfig(
      payer: doors.payer.address, receiver: doors.seller.address,
      receiverAuthorizer: authorizer.address, withdrawDelay: 86_400)
    let header = doors.deposit(config, 5_000, most: 1_000, price: 1_000)
    #expect(await doors.ask(doors.gate(door), header).status == 200)
    let offered = try #require(doors.node.inside.withLock { $0.offered })
    let body: JSONValue = [
      "x402Version": 2, "paymentPayload": try #require(X402.document(header)),
      "paymentRequirements": offered.json,
    ]
    let request = try ChannelRequest.read(body).get()
    let whom = try market.facilitator.depositing(into: config, request.word)
    #expect(whom.payees == [market.seller])
    // Its payers are asked for what they were asked for before.
    #expect(doors.gate(door).offers(doors.offer(1_000)).allSatisfy { $0.more.isEmpty })
  }

  /// The payer cannot make the facilitator sign in the seller's place.
  @Test func nobodyRefundsWithoutTheSellersKey() async throws {
    let config = try config()
    put(config) { $0.balance = Amount(10_000) }
    let order = try request(
      [
        "type": "refund", "channelConfig": json(config), "voucher": voucher(config, 1),
        "amount": "10000", "refundNonce": "0", "claims": [],
      ], wanted)
    let outcome = try await market.facilitator.settle(order)
    #expect(outcome.reason == .noAuthorizer)
    let claim = try request(
      [
        "type": "claim",
        "claims": [
          [
            "voucher": ["channel": json(config), "maxClaimableAmount": "1"],
            "signature": "0x", "totalClaimed": "1",
          ]
        ],
      ], wanted)
    let claimed = try await market.facilitator.settle(claim)
    #expect(claimed.reason == .noAuthorizer)
    #expect(market.door.carried.withLock { $0.isEmpty })
  }

  @Test func whatCannotBeReadIsSaidSo() async throws {
    for payload: JSONValue in [
      [:], ["type": "gift"], ["type": "voucher"], ["type": "deposit", "voucher": [:]],
      ["type": "claim", "claims": [[:]]],
    ] {
      #expect(throws: FacilitatorRequest.Unreadable.self) { try request(payload, wanted) }
    }
    let nameless = try await market.facilitator.verify(body: ["x402Version": 2])
    #expect(nameless["invalidReason"]?.string == X402Reason.scheme.rawValue)
  }
}
