// The dollar as a token: its address and its domain, against what eth-account computes.

import Payments
import Primitives
import Testing

@Suite struct DollarTokenTests {
  @Test func itStandsAtItsCanonicalAddress() {
    #expect(DollarToken.address.description == "0x7015e90000000000000000000000000000000001")
    #expect(DollarToken.canonical(2).description == "0x7015e90000000000000000000000000000000002")
  }

  @Test func itsDomainIsThatOfAToken() {
    let domain = DollarToken.domain(chainId: 84_532)
    let same = EIP712.Domain(
      name: "Tolsey Dollar", version: "1", chainId: 84_532,
      verifyingContract: DollarToken.address)
    #expect(domain.separator == same.separator)
    #expect(domain.separator != DollarToken.domain(chainId: 84_533).separator)
  }
}
