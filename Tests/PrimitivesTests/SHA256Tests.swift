// SHA-256 against FIPS 180-4, and the fast path against the reference.

import Testing

@testable import Primitives

@Suite struct SHA256Tests {
  @Test func abc() {
    #expect(
      SHA256.hash(Array("abc".utf8)).description
        == "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
