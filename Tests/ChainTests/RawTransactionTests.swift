// Messages that come as Ethereum transactions: what they mean here, and what thieves make of them.

import Kernel
import Market
import Payments
import Primitives
import Testing

@testable import Chain

@Suite struct RawTransactionTests {
  static let wei = Gas.weiPerUnit

  /// A transaction of alice's, changed by the body before she signs.
  static func transaction(
    _ network: borrowing SampleNetwork, by name: String = "alice",
    _ change: (inout EthereumTransaction) -> Void = { _ in }
  ) -> EthereumTransaction {
    var one = EthereumTransaction(
      chainId: network.domain.chainId, nonce: network.head(name).sequence,
      fees: .capped(priority: .zero, most: UInt256(2_000_000_000)), gasLimit: 100_000,
      to: Sample.address("bob"), value: UInt256(5 * wei))
    change(&one)
    return one.signed(with: Sample.key(name))
  }

  static func signed(
    _ one: EthereumTransaction, _ domain: EIP712.Domain
  ) throws(Refusal) -> SignedMessage {
    try SignedMessage(transaction: one.encoded, domain: domain)
  }

  static func transferData(to: Address, _ units: UInt256) -> [UInt8] {
    ABI.selector(of: "transfer(address,uint256)") + ABI.encode([.address(to), .number(units)])
  }

  @Test func valueIsATransferOfDollars() throws {
    var network = try SampleNetwork()
    let before = (alice: network.balance("alice"), bob: network.balance("bob"))
    for legacy in [false, true] {
      let one = Self.transaction(network) {
        if legacy { $0.fees = .price(UInt256(2_000_000_000)) }
      }
      let signed = try Self.signed(one, network.domain)
      #expect(
        signed.message
          == .transfer(
            Transfer(network.head("alice"), to: Sample.address("bob"), Amount(5))))
      #expect(signed.transactionHash == one.hash)
      let verified = try VerifiedMessage(signed, domain: network.domain)
      #expect(verified.feeLimit == Amount(200))
      let made = try network.block([verified])
      #expect(made.block.results.outcomes.map(\.isDone) == [true])
      #expect(try CBOR.decode(SignedMessage.self, from: signed.encoded) == signed)
    }
    #expect(network.balance("bob") == before.bob + 10)
    #expect(network.balance("alice") < before.alice - 10)
    // The log replays anywhere.
    var other = try State(network.genesis)
    for block in network.blocks { _ = try other.replay(block) }
    #expect(other.tip == network.state.tip)
  }

  @Test func tokenCallsAreTransfers() throws {
    let network = try SampleNetwork()
    let one = Self.transaction(network) {
      $0.to = DollarToken.address
      $0.value = .zero
      $0.data = Self.transferData(to: Sample.address("bob"), UInt256(7))
    }
    let message = try Self.signed(one, network.domain).message
    #expect(
      message
        == .transfer(
          Transfer(network.head("alice"), to: Sample.address("bob"), Amount(7))))
    let logs = Contracts.logs(of: message, domain: network.domain)
    #expect(logs.map(\.address) == [DollarToken.address])
    #expect(
      logs[0].topics == [
        Keccak256.hash("Transfer(address,address,uint256)"), Sample.address("alice").padded,
        Sample.address("bob").padded,
      ])
    #expect(logs[0].data == UInt256(7).bytes32.bytes)
  }

  @Test func anyMessageComesThroughTheDoor() throws {
    var network = try SampleNetwork()
    var key = PublishKey()
    key.head = network.head("alice")
    key.sealingKey = SHA256.hash([1])
    let message = Message.publishKey(key)
    let one = Self.transaction(network) {
      $0.to = network.domain.verifyingContract
      $0.value = .zero
      $0.data = DoorContract.data(submitting: message)
    }
    let verified = try VerifiedMessage(try Self.signed(one, network.domain), domain: network.domain)
    #expect(verified.signed.message == message)
    #expect(try network.block([verified]).block.results.outcomes.map(\.isDone) == [true])
    // Another's message, another lane, another sequence.
    for bend in 0..<3 {
      var bent = key
      switch bend {
      case 0: bent.head.from = Sample.address("bob")
      case 1: bent.head.lane = 1
      default: bent.head.sequence += 1
      }
      let thief = Self.transaction(network) {
        $0.nonce = 0
        $0.to = network.domain.verifyingContract
        $0.value = .zero
        $0.data = DoorContract.data(submitting: .publishKey(bent))
      }
      #expect(throws: Refusal.notTheTransaction) { try Self.signed(thief, network.domain) }
    }
  }

  @Test func everythingElseIsRefusedByName() throws {
    let network = try SampleNetwork()
    let token = DollarToken.address
    let cases: [(String, (inout EthereumTransaction) -> Void)] = [
      ("wrongChain", { $0.chainId = UInt256(1) }),
      ("wrongChain", { $0.chainId = .max }),
      ("contractCreation", { $0.to = nil }),
      ("noContract", { $0.data = [1] }),
      ("valueNotWhole", { $0.value = UInt256(Self.wei + 1) }),
      ("overflow", { $0.value = .max }),
      (
        "valueWithCall",
        {
          $0.to = token
          $0.data = Self.transferData(to: .zero, .zero)
        }
      ),
      (
        "unknownFunction",
        {
          ($0.to, $0.value, $0.data) = (token, .zero, [1, 2, 3, 4])
        }
      ),
      ("unknownFunction", { ($0.to, $0.value) = (token, .zero) }),
      (
        "onlyAView",
        {
          ($0.to, $0.value, $0.data) = (token, .zero, ABI.selector(of: "name()"))
        }
      ),
      (
        "malformed",
        {
          ($0.to, $0.value) = (token, .zero)
          $0.data = Self.transferData(to: .zero, .zero) + [0]
        }
      ),
      (
        "overflow",
        {
          ($0.to, $0.value) = (token, .zero)
          $0.data = Self.transferData(to: token, UInt256(Bytes32(words: 0, 0, 1, 0)))
        }
      ),
    ]
    for (code, change) in cases {
      let one = Self.transaction(network, change)
      do {
        _ = try Self.signed(one, network.domain)
        Issue.record("\(code) was taken")
      } catch { #expect(error.code == code) }
      #expect(RefusalTexts.text(of: code) != nil)
    }
  }

  /// A carrier who shows another message beside a transaction, or another's bytes beside his own.
  @Test func theMessageMustBeTheTransactions() throws {
    let network = try SampleNetwork()
    let one = try Self.signed(Self.transaction(network), network.domain)
    let more = Message.transfer(
      Transfer(network.head("alice"), to: Sample.address("bob"), Amount(6)))
    #expect(throws: Refusal.notTheTransaction) {
      try VerifiedMessage(SignedMessage(more, one.authorisation), domain: network.domain)
    }
    let stolen = Message.transfer(
      Transfer(network.head("bob"), to: Sample.address("alice"), Amount(5)))
    #expect(throws: Refusal.notTheTransaction) {
      try VerifiedMessage(SignedMessage(stolen, one.authorisation), domain: network.domain)
    }
    var longer = one.authorisation
    longer.signature.append(0)
    #expect(throws: Refusal.self) {
      try VerifiedMessage(SignedMessage(one.message, longer), domain: network.domain)
    }
    // The signature of a transaction is none of typed data.
    var typed = one.authorisation
    typed.kind = AuthorisationKind.typedData.rawValue
    #expect(throws: Refusal.self) {
      try VerifiedMessage(SignedMessage(one.message, typed), domain: network.domain)
    }
  }

  @Test func aNonceCountsOnce() throws {
    var network = try SampleNetwork()
    let one = try VerifiedMessage(
      try Self.signed(Self.transaction(network), network.domain), domain: network.domain)
    try network.block([one])
    let again = try network.block([one])
    #expect(again.refused.map(\.refusal.code) == ["staleSequence"])
    // The same message by other bytes is the same message.
    let dearer = Self.transaction(network) {
      $0.nonce = 0
      $0.gasLimit = 90_000
    }
    let twin = try Self.signed(dearer, network.domain)
    #expect(twin.id == one.signed.id)
    #expect(twin.transactionHash != one.signed.transactionHash)
    let ahead = Self.transaction(network) { $0.nonce += 20 }
    let early = try VerifiedMessage(try Self.signed(ahead, network.domain), domain: network.domain)
    #expect(throws: Refusal.futureSequence(got: 21, next: 1)) {
      try network.state.check(early, now: Sample.start, WaitingMessages())
    }
  }

  /// Nobody pays more than gas limit times price, whatever the message opens.
  @Test func gasBoundsWhatIsTaken() throws {
    var network = try SampleNetwork()
    func verified(_ change: (inout EthereumTransaction) -> Void) throws -> VerifiedMessage {
      try VerifiedMessage(
        try Self.signed(Self.transaction(network, change), network.domain),
        domain: network.domain)
    }
    let start = Sample.start
    let little = try verified { $0.gasLimit = 1 }
    #expect(throws: Refusal.feeTooLow(offered: Amount(0), needs: Amount(32))) {
      try network.state.check(little, now: start, WaitingMessages())
    }
    #expect(try network.block([little]).refused.map(\.refusal.code) == ["feeTooLow"])
    let free = try verified { $0.fees = .price(.zero) }
    #expect(try network.block([free]).refused.map(\.refusal.code) == ["feeTooLow"])
    // A newcomer's account costs ten thousand more than the toll.
    let opening = try verified { $0.to = Sample.address("newcomer") }
    #expect(try network.block([opening]).refused.map(\.refusal.code) == ["feeTooLow"])
    let enough = try verified {
      $0.to = Sample.address("newcomer")
      $0.gasLimit = 11_000_000
    }
    #expect(try network.block([enough]).block.results.outcomes.map(\.isDone) == [true])
  }

  @Test func gasAndWeiAreExact() throws {
    for units: UInt64 in [0, 1, 999, 1_000_000, .max] {
      #expect(try Gas.amount(ofWei: Gas.wei(Amount(units))) == Amount(units))
    }
    #expect(throws: Refusal.overflow) {
      try Gas.amount(ofWei: UInt256(Bytes32(words: 0, 0, Gas.weiPerUnit, 0)))
    }
    func most(_ gas: UInt64, _ price: UInt256) -> Amount {
      Gas.most(
        of: EthereumTransaction(
          chainId: .zero, nonce: 0, fees: .price(price), gasLimit: gas, to: nil))
    }
    #expect(most(1_999, UInt256(Gas.price)) == Amount(1))
    #expect(most(.max, UInt256(.max)) == Amount(.max))
    #expect(most(1, .max) == Amount(.max))
    #expect(most(0, .max) == .zero)
    #expect(Gas.used(for: Amount(.max)) == .max)
  }

  /// No two functions of a contract share a selector, nor two contracts an address.
  @Test func theTableIsWithoutTwins() throws {
    let all = Contracts.all(domain: try SampleNetwork().domain)
    #expect(Set(all.map(\.address)).count == all.count)
    for contract in all {
      #expect(Set(contract.functions.map(\.selector)).count == contract.functions.count)
    }
    let signatures = DollarContract.contract.functions.map(\.signature)
    #expect(signatures.contains("transfer(address,uint256)"))
    let transferWith = [0xe3, 0xee, 0x16, 0x0e] as [UInt8]
    #expect(DollarContract.contract.functions.contains { $0.selector == transferWith })
  }

  /// What x402's facilitator sends: the payer signed, alice carries and pays the gas.
  @Test func authorisationsAreCarried() throws {
    var network = try SampleNetwork()
    let token = DollarToken.domain(chainId: network.domain.chainId)
    let now = network.state.kernel.blockTime.milliseconds / 1_000
    let paid = TransferAuthorisation(
      payer: Sample.address("bob"), to: Sample.address("alice"), Amount(9),
      validBefore: now + 600, nonce: SHA256.hash([7])
    ).signed(by: Sample.key("bob"), token: token)
    let signature = try Signature(paid.signature)
    let head: [ABIValue] = [
      .address(paid.payer), .address(paid.to), .number(9), .number(0),
      .number(paid.validBefore), .word(paid.nonce),
    ]
    let types = "address,address,uint256,uint256,uint256,bytes32"
    let forms: [[UInt8]] = [
      ABI.selector(of: "transferWithAuthorization(\(types),bytes)")
        + ABI.encode(head + [.bytes(paid.signature)]),
      ABI.selector(of: "transferWithAuthorization(\(types),uint8,bytes32,bytes32)")
        + ABI.encode(
          head + [.number(UInt64(signature.v)), .word(signature.r), .word(signature.s)]),
    ]
    for data in forms {
      let one = Self.transaction(network) {
        ($0.to, $0.value, $0.data) = (DollarToken.address, .zero, data)
      }
      #expect(
        try Self.signed(one, network.domain).message
          == .payAuthorised(PayAuthorised(network.head("alice"), paid)))
    }
    let one = Self.transaction(network) {
      ($0.to, $0.value, $0.data) = (DollarToken.address, .zero, forms[1])
    }
    let verified = try VerifiedMessage(try Self.signed(one, network.domain), domain: network.domain)
    #expect(try network.block([verified]).block.results.outcomes.map(\.code) == [""])
    #expect(
      Contracts.logs(of: verified.signed.message, domain: network.domain).map(\.topics.count)
        == [3, 3])
  }
}
