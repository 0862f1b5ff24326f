// x402 as bytes: what was recorded between its own client and server is read and written again.

import Foundation
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct X402Tests {
  static func captured() throws -> JSONValue {
    let file = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Vectors/x402/captured.json")
    return try JSONValue(parsing: Array(try Data(contentsOf: file)), limit: 1 << 20)
  }

  private func document(_ name: String) throws -> JSONValue {
    let captured = try Self.captured()
    return try #require((captured[name]?.string).flatMap { X402.document($0) })
  }

  @Test func readsWhatItsOwnServerAsksFor() throws {
    let challenge = try document("challenge")
    let offer = try #require(challenge["accepts"]?[0])
    let read = try #require(PaymentRequirements(offer))
    #expect(read.scheme == "exact" && read.network == "eip155:84532")
    #expect(read.amount == UInt256(10_000) && read.timeout == 300)
    #expect(read.name == "USDC" && read.version == "2")
    #expect(PaymentRequirements(read.json) == read)
    #expect(read.json["payTo"]?.string == offer["payTo"]?.string)
  }

  @Test func readsWhatItsOwnClientPays() throws {
    let challenge = try document("challenge")
    let offer = try #require(challenge["accepts"]?[0].flatMap { PaymentRequirements($0) })
    let payment = try #require(ExactPayment(try document("payment")))
    #expect(offer.matches(payment.accepted))
    #expect(payment.value == offer.amount && payment.to == offer.payTo)
    #expect(payment.signature.count == 65 && payment.validAfter == .zero)
    #expect(payment.resource == "http://127.0.0.1:4030/exact")
    let usdc = EIP712.Domain(
      name: "USDC", version: "2", chainId: UInt64(84_532), verifyingContract: offer.asset)
    let digest = try #require(payment.authorisation).digest(token: usdc)
    #expect(try Signature(payment.signature).recover(digest: digest) == payment.payer)
  }

  @Test func readsWhatItsOwnServerSendsToAFacilitator() throws {
    let text = try #require(try Self.captured()["verify"]?.string)
    let body = try JSONValue(parsing: text)
    guard case .success(let request) = FacilitatorRequest.read(body) else {
      Issue.record("the body was not read")
      return
    }
    #expect(request.payment.accepted == request.requirements)
  }

  @Test func outcomesHaveTheMembersOfTheirs() throws {
    let theirs = try document("response")
    let outcome = PaymentOutcome(
      payer: try #require(theirs["payer"].flatMap { X402.address($0) }), network: "eip155:84532",
      transaction: try #require((theirs["transaction"]?.string).flatMap { Bytes32(hex: $0) }),
      amount: UInt256(10_000))
    #expect(outcome.json == theirs)
  }

  @Test func nothingIsNull() {
    let no = PaymentVerdict(.signature, payer: nil).json
    #expect(no.text == #"{"isValid":false,"invalidReason":"invalid_exact_evm_payload_signature"}"#)
    let lost = PaymentOutcome(.pending, payer: nil, network: "eip155:7").json
    #expect(lost.text.contains("null") == false)
    #expect(lost["transaction"]?.string == "")
  }

  @Test func saysWhichPartCannotBeRead() throws {
    let text = try #require(try Self.captured()["verify"]?.string)
    func reason(_ change: (String) -> String) throws -> X402Reason? {
      guard case .failure(let bad) = FacilitatorRequest.read(try JSONValue(parsing: change(text)))
      else { return nil }
      return bad.reason
    }
    func changed(_ old: String, _ new: String) throws -> X402Reason? {
      try reason { $0.replacingOccurrences(of: old, with: new) }
    }
    #expect(try changed("\"x402Version\":2", "\"x\":2") == .badVersion)
    #expect(try changed("\"exact\"", "\"upto\"") == .scheme)
    #expect(try changed("\"nonce\"", "\"once\"") == .badPayload)
    #expect(try changed("\"10000\"", "\"-1\"") == .badPayload)
    #expect(try changed("\"10000\"", "\"1e4\"") == .badPayload)
    let cut = try #require(text.range(of: ",\"paymentRequirements\""))
    let half = try JSONValue(parsing: String(text[..<cut.lowerBound]) + "}")
    guard case .failure(let bad) = FacilitatorRequest.read(half) else {
      Issue.record("half a body was read")
      return
    }
    #expect(bad.reason == .badRequirements && bad.payer != nil)
  }

  @Test func headersHaveALimitAndAForm() throws {
    #expect(X402.document("e30=")?.members?.isEmpty == true)
    #expect(X402.document("e30") == nil)
    #expect(X402.document("not base64!") == nil)
    #expect(X402.document(String(repeating: "A", count: 20_000)) == nil)
    #expect(X402.header(.object([])) == "e30=")
  }

  @Test func theEchoIsMatchedInFivePlaces() {
    let seller = PrivateKey(seed: [1]).address
    let offer = PaymentRequirements(chainID: 7, Amount(100), payTo: seller)
    var echo = offer
    echo.timeout = 9
    echo.name = "Other"
    #expect(offer.matches(echo))
    for change in [
      { $0.scheme = "upto" }, { $0.network = "eip155:8" }, { $0.amount = UInt256(99) },
      { $0.asset = DollarToken.canonical(2) }, { $0.payTo = PrivateKey(seed: [2]).address },
    ] as [(inout PaymentRequirements) -> Void] {
      var other = offer
      change(&other)
      #expect(!offer.matches(other))
    }
  }
}
