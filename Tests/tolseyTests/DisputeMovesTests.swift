// Which answer a challenge by hand is about.

import Market
import Primitives
import Testing

@testable import tolsey

@Suite struct DisputeMovesTests {
  private func code(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return (error as? Failure)?.code }
    return nil
  }

  @Test func aWholeCommitmentIsRead() throws {
    let answer = SHA256.hash(Array("answer".utf8))
    #expect(try ChallengedAnswer.parse("\(answer)") == answer)
    for text in ["0x12", "", "run_7k3q", "\(answer)0"] {
      #expect(code { _ = try ChallengedAnswer.parse(text) } == "badAnswer")
    }
  }

  @Test func whatNobodyStandsByIsNotDisputed() {
    // Settled and gone, or under a check that has no court.
    for run in [nil, Run()] {
      #expect(
        code { _ = try ChallengedAnswer.only(of: run, named: "run_1") } == "nothingToDispute")
    }
  }
}
