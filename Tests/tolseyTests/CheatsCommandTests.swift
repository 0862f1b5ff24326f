// `tolsey cheats` judges every row; `tolsey terms check` reads an order beside the terms.

import Foundation
import Kernel
import Primitives
import Testing

@testable import tolsey

@Suite struct CheatsCommandTests {
  private func json(_ recorder: Recorder) throws -> JSONValue {
    try JSONValue(parsing: recorder.out)
  }

  @Test func everyCheatIsJudgedAndNonePays() async throws {
    let recorder = Recorder()
    #expect(await recorder.run("cheats", "--runs", "100", "--json") == .done)
    let cheats = try json(recorder)["data"]?["cheats"]?.array ?? []
    #expect(cheats.count > 70)
    for cheat in cheats {
      #expect(["loses", "bounded"].contains(cheat["verdict"]?.string ?? ""))
      #expect(cheat["strategy"]?.string?.isEmpty == false)
      let isBounded = cheat["verdict"] == "bounded"
      #expect(isBounded == (cheat["bound"] != nil))
    }
    #expect(cheats.contains { $0["simulated"]?["isWide"] == true })
  }

  @Test func theTableTellsWideIntervalsAndBounds() async throws {
    let recorder = Recorder()
    #expect(await recorder.run("cheats", "--runs", "100") == .done)
    let text = recorder.out
    #expect(text.contains("~ marks intervals") && text.contains("Bounded: not below zero"))
    #expect(text.contains("predator.sure: +30.0 $, half of the bond"))
  }

  @Test func thePageHasEveryFamily() async throws {
    let recorder = Recorder()
    #expect(await recorder.run("cheats", "--runs", "0", "--markdown") == .done)
    let text = recorder.out
    #expect(text.hasPrefix("# Cheats\n"))
    for family in ["Provider", "Buyer", "Checker", "Challenger", "Operator", "Coalition"] {
      #expect(text.contains("\n## \(family)\n"))
    }
  }

  @Test func strangeCountsAreUsageErrors() async {
    for runs in ["1", "1000001", "x"] {
      #expect(await Recorder().run("cheats", "--runs", runs) == .usage)
    }
  }

  @Test func termsAreCheckedAgainstAnOrder() async throws {
    let path = NSTemporaryDirectory() + "tolsey-example-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    func check(_ example: JSONValue) async throws -> (tolsey.ExitStatus, JSONValue) {
      let file: JSONValue = ["terms": Terms.standard.json, "example": example]
      try LocalFile.write(file.bytes, to: path)
      let recorder = Recorder()
      let status = await recorder.run("terms", "check", path, "--json")
      return (status, try json(recorder))
    }
    #expect(try await check([:]).0 == .done)
    let (status, answer) = try await check([
      "order": ["price": 10_000, "cost": 8_000, "audit": 1_000_000]
    ])
    #expect(status == .refused)
    let broken = answer["data"]?["conditions"]?.array?.filter { $0["holds"] == false } ?? []
    #expect(broken.map { $0["name"] } == ["courtRepays"])
    #expect(broken.first?["left"] == 8_015 && broken.first?["right"] == 10_000)
    #expect(try await check(["order": ["prise": 1]]).0 == .refused)
  }
}
