// Which disputes a list shows.

import Kernel
import Market
import NetworkRoom
import Primitives
import Testing

@testable import NetworkRoom
@testable import tolsey

@Suite struct DisputeFiltersTests {
  static let parties = (0..<3 as Range<UInt8>).map { PrivateKey(seed: [$0]).address }

  static func dispute(_ number: UInt8, _ state: String) -> DisputeStatus {
    DisputeStatus(
      height: 9, id: GameID(SHA256.hash([number])), run: RunID(SHA256.hash([1, number])),
      challenger: parties[0], providers: [parties[1]], bond: .zero, began: 1, ended: nil,
      state: state, reason: "", dispute: nil, root: .zero, opening: nil)
  }

  private func kept(_ words: String...) throws -> [Int] {
    let all = [Self.dispute(0, "open"), Self.dispute(1, "won"), Self.dispute(2, "open")]
    let keeps = try DisputeFilters.parse(words).test()
    return all.indices.filter { keeps(all[$0]) }
  }

  @Test func eachFilterKeepsItsOwnAndTogetherTheyKeepLess() throws {
    #expect(try kept() == [0, 1, 2])
    #expect(try kept("--state", "open") == [0, 2])
    let run = "\(Self.dispute(1, "won").run)"
    #expect(try kept("--run", String(run.prefix(16))) == [1])
    #expect(try kept("--run", run, "--state", "open") == [])
    #expect(try kept("--party", "\(Self.parties[0])") == [0, 1, 2])
    #expect(try kept("--party", "\(Self.parties[1])") == [0, 1, 2])
    #expect(try kept("--party", "\(Self.parties[2])") == [])
  }

  @Test func aStateThatThereIsNotIsRefused() throws {
    #expect(throws: (any Error).self) { try DisputeFilters.parse(["--state", "finished"]) }
  }
}
