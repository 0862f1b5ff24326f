// Which disputes a list asks a node for.

import Primitives
import Testing

@testable import tolsey

@Suite struct DisputeFiltersTests {
  private static let party = PrivateKey(seed: [7]).address

  @Test func whatIsTypedIsWhatIsAskedFor() throws {
    let none = try DisputeFilters.parse([])
    #expect(none.isNone && none.state == nil && none.run == nil)
    #expect(try none.account() == nil)
    let all = try DisputeFilters.parse([
      "--state", "open", "--run", "run_1dkgskfb", "--party", "\(Self.party)",
    ])
    #expect(!all.isNone && all.state == "open" && all.run == "run_1dkgskfb")
    #expect(try all.account() == Self.party)
  }

  @Test func aStateThatThereIsNotIsRefused() throws {
    #expect(throws: (any Error).self) { try DisputeFilters.parse(["--state", "finished"]) }
  }

  @Test func nothingThatIsTypedChangesTheQuery() throws {
    for run in ["run_1&state=open", "run 1", "run_1#", "../accounts", "run_1%26"] {
      let filters = try DisputeFilters.parse(["--run", run])
      #expect(throws: (any Error).self) { try filters.account() }
    }
  }
}
