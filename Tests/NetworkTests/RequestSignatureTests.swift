// Signed requests: what they bind, and for how long.

import NetworkRoom
import Primitives
import Testing

@Suite struct RequestSignatureTests {
  let key = PrivateKey(seed: [1])
  let network = Bytes32(words: 1, 2, 3, 4)
  let time = Time(1_800_000_000_000)
  let body: [UInt8] = [1, 2, 3]

  var signature: RequestSignature {
    RequestSignature(
      method: "PUT", path: "/api/blobs?readers=0x00", body: body, network: network, time: time,
      key: key)
  }

  private func verify(
    _ signature: RequestSignature, method: String = "PUT",
    path: String = "/api/blobs?readers=0x00", body: [UInt8] = [1, 2, 3],
    network: Bytes32? = nil, now: Time? = nil
  ) throws(Problem) -> Address {
    try signature.verified(
      method: method, path: path, body: body, network: network ?? self.network,
      now: now ?? time)
  }

  @Test func aHeaderComesBack() throws {
    let read = try #require(RequestSignature(header: signature.header))
    #expect(read == signature)
    #expect(try verify(read) == key.address)
  }

  @Test func everyPartIsBound() {
    #expect(throws: Problem.self) { try verify(signature, method: "POST") }
    #expect(throws: Problem.self) { try verify(signature, path: "/api/blobs?readers=0x01") }
    #expect(throws: Problem.self) { try verify(signature, body: [1, 2]) }
    #expect(throws: Problem.self) { try verify(signature, network: .zero) }
    var later = signature
    later.time = Time(time.milliseconds + 1)
    #expect(throws: Problem.self) { try verify(later) }
    var another = signature
    another.signer = PrivateKey(seed: [2]).address
    #expect(throws: Problem.self) { try verify(another) }
  }

  @Test func itHoldsForFiveMinutesEitherWay() throws {
    let span = RequestSignature.tolerance
    for now in [time.milliseconds - span, time.milliseconds + span] {
      #expect(try verify(signature, now: Time(now)) == key.address)
    }
    for now in [time.milliseconds - span - 1, time.milliseconds + span + 1] {
      #expect(throws: Problem.self) { try verify(signature, now: Time(now)) }
    }
  }

  @Test func otherHeadersAreNone() {
    let header = signature.header
    for bad in [
      "", "Tolsey", "Bearer x", header + ":1", String(header.dropLast()),
      header.replacingFirst("0x", by: ""),
    ] {
      #expect(RequestSignature(header: bad) == nil)
    }
  }
}

extension String {
  func replacingFirst(_ part: String, by other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(range, other)
  }

  private func replacingCharacters(_ range: Range<Index>, _ other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
