// Limits as the command line names them.

import NetworkRoom
import Testing

@testable import tolsey

@Suite struct RateOptionsTests {
  private func limits(_ words: String...) throws -> RequestLimits {
    try RateOptions.parse(words).limits
  }

  @Test func withoutAWordTheyAreTheUsualOnes() throws {
    #expect(try limits() == RequestLimits.standard)
  }

  @Test func namingOneLimitsThisMachineToo() throws {
    let few = try limits("--requests", "20")
    #expect(few.requests == .init(perSecond: 20, atOnce: 200))
    #expect(few.bytes == RequestLimits.standard.bytes)
    #expect(few.limitsLocal)
    #expect(try limits("--bytes", "100").bytes == .init(perSecond: 100, atOnce: 3_200))
    #expect(try limits("--connections", "2").connections == 2)
  }

  @Test func zeroIsNoLimitAndTooMuchIsRefused() throws {
    #expect(try limits("--requests", "0").requests == .none)
    #expect(throws: (any Error).self) { try limits("--requests", "18446744073709551615") }
    #expect(throws: (any Error).self) { try limits("--bytes", "18446744073709551615") }
    #expect(throws: (any Error).self) { try limits("--connections", "-1") }
  }
}
