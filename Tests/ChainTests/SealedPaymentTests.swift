// A sold run that one payment bought: judged offline step by step, and refused when anything of it
// was changed or is another's.

import Kernel
import Market
import Payments
import Primitives
import Testing

@testable import Chain

/// A seller, a payer, and who carries payments.
private struct Shop: ~Copyable {
  var network: SampleNetwork
  let seller = Sample.key("seller")
  let payer = Sample.key("payer")
  let key = SHA256.hash([7])
  let token: EIP712.Domain

  init() throws {
    let links = SampleLinks()
    let genesis = Sample.genesis(funding: ["seller", "payer", "carrier", "other"], links: links)
    network = try SampleNetwork(genesis, links: links)
    token = DollarToken.domain(chainId: UInt256(genesis.chainId))
  }

  /// A payment that the payer signed and `carrier` brings.
  func payment(
    _ nonce: UInt8, to: String = "seller", _ amount: UInt64 = 1_000, by carrier: String = "carrier",
    ahead: UInt64 = 0
  ) throws -> VerifiedMessage {
    let now = network.state.kernel.blockTime.milliseconds / 1_000
    let transfer = TransferAuthorisation(
      payer: payer.address, to: Sample.address(to), Amount(amount), validBefore: now + 600,
      nonce: SHA256.hash([nonce])
    ).signed(by: payer, token: token)
    let head = network.head(carrier, ahead: ahead)
    return try network.verified(.payAuthorised(PayAuthorised(head, transfer)), by: carrier)
  }

  /// Payments among other messages.
  mutating func block(_ payments: [VerifiedMessage]) throws -> Block {
    let others = try (0..<3).map {
      try network.transfer(10, from: "other", to: "payer", ahead: UInt64($0))
    }
    return try network.block(others + payments).block
  }

  /// The run that a payment bought.
  func run(
    _ paid: VerifiedMessage, _ change: (inout SoldRun) -> Void = { _ in }
  ) throws -> SignedRun {
    guard case .payAuthorised(let message) = paid.signed.message else { throw Refusal("kind") }
    var run = SoldRun()
    run.network = network.genesis.network
    run.provider = seller.address
    run.buyer = payer.address
    run.payment = SpentNonce.key(message.authorisation.payer, message.authorisation.nonce)
    run.transaction = paid.signed.id
    run.price = Amount(1_000)
    run.work = "text"
    run.units = 1
    run.commit(input: [1], output: [2], key: key)
    change(&run)
    return SignedRun(run, opening: key, chainId: network.genesis.chainId, signedBy: seller)
  }

  func sealed(_ paid: VerifiedMessage, in block: Block) throws -> SealedMessage {
    try #require(SealedMessage(paid.signed.id, in: block, genesis: network.genesis))
  }

  /// The good file of a payment.
  func file(
    _ paid: VerifiedMessage, in block: Block, _ change: (inout SoldRun) -> Void = { _ in }
  ) throws -> SealedPayment {
    SealedPayment(try run(paid, change), in: try sealed(paid, in: block))
  }
}

@Suite struct SealedPaymentTests {
  private func refusal(_ bytes: [UInt8]) -> Refusal? {
    do throws(Refusal) {
      _ = try VerifiedSeal.verify(bytes)
      return nil
    } catch {
      return error
    }
  }

  /// The step that fails, and what failed there.
  private func fault(_ file: SealedPayment) -> String? {
    guard let refusal = refusal(file.encoded) else { return nil }
    let step = refusal.sealStep.map { "\($0)" } ?? refusal.code
    return "\(step) \(refusal.numbers.last?.name ?? "")"
  }

  @Test func aPaidRunVerifiesOffline() throws {
    var shop = try Shop()
    let (first, second) = (try shop.payment(1), try shop.payment(2, 1_500, ahead: 1))
    let block = try shop.block([first, second])
    for (paid, amount) in [(first, 1_000), (second, 1_500)] as [(VerifiedMessage, UInt64)] {
      let file = try shop.file(paid, in: block)
      #expect(VerifiedSeal.isOne(file.encoded) && file.encoded.first == 0x83)
      guard case .payment(let verified) = try VerifiedSeal.verify(file.encoded) else {
        Issue.record("it is another form")
        return
      }
      #expect(verified.file == file && verified.paid == Amount(amount))
      #expect(verified.carrier == Sample.address("carrier"))
      let seal = VerifiedSeal.payment(verified)
      #expect(seal.header == block.header && seal.operator == Sample.address("operator"))
      #expect(seal.signed == file.signed)
      let known = KnownNetwork(network: seal.network, operator: seal.operator)
      #expect(seal.isKnown([known]) && !seal.isKnown([]))
    }
  }

  @Test func anotherProvidersWord() throws {
    var shop = try Shop()
    let paid = try shop.payment(1)
    let block = try shop.block([paid])
    let good = try shop.file(paid, in: block)
    var file = good
    file.signed.run.units = 9
    #expect(fault(file) == "run notTheProvider")
    file = good
    file.signed.key = SHA256.hash([8])
    #expect(fault(file) == "run otherSalt")
    // Well signed, for another chain and for another network.
    file.signed = SignedRun(good.signed.run, opening: shop.key, chainId: 1, signedBy: shop.seller)
    #expect(fault(file) == "run network")
    file = try shop.file(paid, in: block) { $0.network = SHA256.hash([9]) }
    #expect(fault(file) == "run network")
  }

  @Test func aBlockOfSomebodyElse() throws {
    var shop = try Shop()
    let paid = try shop.payment(1)
    var file = try shop.file(paid, in: try shop.block([paid]))
    file.sealed.signature = shop.seller.sign(digest: file.sealed.header.id).bytes
    #expect(fault(file) == "block signature")
    // A network of his own, whose operator signs what he likes.
    file.sealed.genesis.operator = shop.seller.address
    #expect(fault(file) == "block network")
    file.sealed.header.network = file.sealed.genesis.network
    file.sealed.signature = shop.seller.sign(digest: file.sealed.header.id).bytes
    #expect(fault(file) == "run network")
  }

  @Test func aPaymentThatDidNotHappen() throws {
    var shop = try Shop()
    let paid = try shop.payment(1)
    let block = try shop.block([paid])
    let good = try shop.file(paid, in: block)
    // Signed, and in no block.
    let never = try shop.payment(2)
    var file = SealedPayment(try shop.run(never), in: good.sealed)
    file.sealed.message = never.signed
    #expect(fault(file) == "payment outcome")
    file.sealed.outcome.id = never.signed.id
    #expect(fault(file) == "payment path")
    file = good
    file.sealed.path.sides ^= 1
    #expect(fault(file) == "payment path")
    file = good
    file.sealed.outcome.toll = .zero
    #expect(fault(file) == "payment path")
    // Who carries it did not sign it.
    file = good
    file.sealed.message.authorisation = try shop.payment(1, by: "other").signed.authorisation
    #expect(fault(file) == "payment signature")
  }

  /// The second message with one nonce is refused: its block holds it, and it moved nothing.
  @Test func aRefusedPayment() throws {
    var shop = try Shop()
    let (first, second) = (try shop.payment(1), try shop.payment(1, by: "other", ahead: 3))
    let block = try shop.block([first, second])
    #expect(block.results.outcomes.last?.code == "authorisationUsed")
    #expect(fault(try shop.file(first, in: block)) == nil)
    var file = try shop.file(second, in: block)
    #expect(fault(file) == "payment outcome")
    // It says that it was carried out; the block does not.
    file.sealed.outcome.code = ""
    #expect(fault(file) == "payment path")
  }

  @Test func anotherPayment() throws {
    var shop = try Shop()
    let (first, second) = (try shop.payment(1), try shop.payment(2, ahead: 1))
    let block = try shop.block([first, second])
    var file = SealedPayment(try shop.run(first), in: try shop.sealed(second, in: block))
    #expect(fault(file) == "payment transaction")
    file.signed = try shop.run(first) { $0.transaction = second.signed.id }
    #expect(fault(file) == "payment nonce")
    // A message of the block that pays by no authorisation.
    let other = block.body[0].id
    file.signed = try shop.run(first) { $0.transaction = other }
    file.sealed = try #require(SealedMessage(other, in: block, genesis: shop.network.genesis))
    #expect(fault(file) == "payment kind")
    #expect(SealedMessage(.zero, in: block, genesis: shop.network.genesis) == nil)
  }

  @Test func whatThePaymentDoesNotCover() throws {
    var shop = try Shop()
    let (paid, strange) = (try shop.payment(1), try shop.payment(2, to: "other", ahead: 1))
    let little = try shop.payment(3, 999, ahead: 2)
    let block = try shop.block([paid, strange, little])
    #expect(fault(try shop.file(strange, in: block)) == "value provider")
    #expect(fault(try shop.file(little, in: block)) == "value amount")
    #expect(fault(try shop.file(little, in: block) { $0.price = Amount(999) }) == nil)
    #expect(fault(try shop.file(paid, in: block) { $0.price = Amount(1_001) }) == "value amount")
    #expect(
      fault(try shop.file(paid, in: block) { $0.buyer = Sample.address("other") }) == "value buyer")
    #expect(fault(try shop.file(paid, in: block) { $0.index = 1 }) == "value place")
    #expect(fault(try shop.file(paid, in: block) { $0.before = Amount(1) }) == "value place")
  }

  @Test func everyChangedBitIsRefused() throws {
    var shop = try Shop()
    let paid = try shop.payment(1)
    var bytes = try shop.file(paid, in: try shop.block([paid])).encoded
    #expect(refusal(bytes) == nil)
    for place in stride(from: 0, to: bytes.count, by: 7) {
      let bit = UInt8(1) << UInt8(place % 8)
      bytes[place] ^= bit
      #expect(refusal(bytes) != nil, "byte \(place)")
      bytes[place] ^= bit
    }
    bytes[1] = 2
    #expect(refusal(bytes)?.code == "newerFormat")
  }
}
