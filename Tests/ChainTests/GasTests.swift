// Gas limit times price is the most that is taken, whatever kind of message a transaction brings.

import Inference
import Kernel
import Payments
import Primitives
import Testing

@testable import Chain

@Suite struct GasTests {
  static func refused(
    _ network: borrowing SampleNetwork, _ message: Message, gas: UInt64
  ) throws -> String {
    let one = RawTransactionTests.transaction(network) {
      $0.to = network.domain.verifyingContract
      $0.value = .zero
      $0.data = DoorContract.data(submitting: message)
      $0.fees = .price(UInt256(Gas.price))
      $0.gasLimit = gas
    }
    let verified = try VerifiedMessage(
      try RawTransactionTests.signed(one, network.domain), domain: network.domain)
    do throws(Refusal) {
      _ = try network.state.check(
        verified, now: network.state.kernel.blockTime, WaitingMessages())
      return ""
    } catch { return error.code }
  }

  /// A card stays for good and costs what an account costs: gas for the toll alone is too little.
  @Test func aModelsRowIsPaidInGas() throws {
    let network = try SampleNetwork()
    let message = Message.publishModel(PublishModel(network.head("alice"), manifest: [1]))
    #expect(try Self.refused(network, message, gas: 1_000_000) == "feeTooLow")
    #expect(try Self.refused(network, message, gas: 11_000_000) == "")
  }

  @Test func aSessionsRowIsPaidInGas() throws {
    let network = try SampleNetwork()
    let message = Message.grantSession(
      GrantSession(network.head("alice"), key: Sample.address("bob"), SampleNetwork.limits()))
    #expect(try Self.refused(network, message, gas: 1_000_000) == "feeTooLow")
    #expect(try Self.refused(network, message, gas: 13_000_000) == "")
  }

  /// What is taken with vouchers may open the accounts of those whom it pays, once each.
  @Test func vouchersOpenTheirReceivers() throws {
    let one = SHA256.hash([1])
    let two = SHA256.hash([2])
    let none = SHA256.hash([3])
    let claims = [one, two, one, none].map {
      VoucherClaim($0, most: Amount(1), total: Amount(1), signature: [])
    }
    let head = Head(from: Sample.address("alice"), lane: 0, sequence: 0, validUntil: .never)
    let shop = Sample.address("bob")
    func rows(_ message: Message, isOpen: Bool) -> Int {
      message.rowsLeft(isOpen: { _ in isOpen }, receiver: { $0 == none ? nil : shop })
    }
    let claim = Message.claimVouchers(ClaimVouchers(head, claims))
    #expect(rows(claim, isOpen: false) == 1)
    #expect(rows(claim, isOpen: true) == 0)
    let refund = Message.refundChannel(
      RefundChannel(head, one, Amount(1), nonce: 0, claims: claims))
    #expect(rows(refund, isOpen: false) == 1)
    #expect(rows(.refundChannel(RefundChannel(head, one, Amount(1), nonce: 0)), isOpen: false) == 0)
  }
}
