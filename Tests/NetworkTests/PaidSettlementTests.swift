// What a client is told beside its answer is the same text, whichever way it is written.

import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct PaidSettlementTests {
  private func amount(_ source: inout SeededSource) -> Amount {
    Amount(source.next() >> UInt64(source.below(64)))
  }

  private func word(_ source: inout SeededSource) -> Bytes32 {
    SHA256.hash(CBOR.encode(source.next()))
  }

  @Test func itIsTheTextOfItsTree() throws {
    var source = SeededSource(seed: 7)
    let networks = [
      "eip155:7", "eip155:18446744073709551615", "a\"b", "eip155:x\\", "", "eip155:", "é",
    ]
    for round in 0..<300 {
      var channel = SoldChannel()
      channel.balance = amount(&source)
      channel.claimed = amount(&source)
      channel.requestedAt = source.next() >> UInt64(source.below(64))
      channel.refundNonce = UInt64(source.below(100))
      var told = PaidSettlement(
        payer: Address(lastBytesOf: word(&source)), network: networks[round % networks.count],
        id: word(&source), channel: channel, charged: amount(&source), told: amount(&source))
      if round % 2 == 1 { told.deposit = DepositAnswer(transaction: word(&source)) }
      if round % 4 == 3 { told.deposit?.amount = amount(&source) }
      #expect(told.header == X402.header(told.json), "\(round)")
    }
  }

  /// Fields of an answer keep their order, each is there once: those of paid answers, then others.
  @Test func anAnswersFieldsAreItsOwn() {
    let answer = GateAnswer(
      200,
      [
        "Content-Type": "text/event-stream", "Cache-Control": "private",
        "PAYMENT-RESPONSE": "abc", "Tolsey-Receipt": "/r", "Retry-After": "1",
        "not a name": "x",
      ])
    #expect(
      answer.fields.map { "\($0.name.rawName): \($0.value)" } == [
        "Content-Type: text/event-stream", "Cache-Control: private",
        "X-Content-Type-Options: nosniff", "PAYMENT-RESPONSE: abc", "Tolsey-Receipt: /r",
        "Retry-After: 1",
      ])
    #expect(
      GateAnswer.busy.fields.map { $0.value } == ["application/json", "no-store", "nosniff", "1"])
  }
}
