// A test node's own text model, and six providers: an answer that three of them did again.

import Foundation
import NetworkRoom
import Testing

@testable import Node

@Suite(.serialized) struct CheckedHouseTests {
  private func asked(_ prompt: String, most: Int) -> Utterance {
    var asked = Utterance()
    asked.model = HouseSpeaker.name
    asked.prompt = prompt
    asked.most = most
    asked.seed = 5
    asked.check = "replicated(3)"
    return asked
  }

  /// Two at once, by one account: neither is called over before it has begun.
  @Test func threeProvidersDoEveryTokenAgain() async throws {
    let test = try TestNode()
    let clock = PatientClock()
    let folder = NSTemporaryDirectory() + "tolsey-checked-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await test.run(.clock(clock)) { node, client in
      let house = TestHouse(accounts: [TestNode.alice], sells: true, clock: clock)
      try await house.open(node)
      let speaker = try await house.speaker(
        at: node, created: 7, in: folder, patience: .seconds(3_600))
      #expect(speaker.checks(of: HouseSpeaker.name).map(\.name) == ["replicated(3)"])
      let (one, other) = try await Hands(node: node, client: client, clock: clock).turning {
        async let first = speaker.speak(asked("The hacker", most: 1)) { _ in }
        async let second = speaker.speak(asked("A market", most: 2)) { _ in }
        return try await (first, second)
      }
      let runs = (one.passed?.runs ?? []) + (other.passed?.runs ?? [])
      #expect(Set(runs).count == 3 && one.passed?.name == "replicated(3)")
      for run in runs {
        let text = try await client.get("/api/runs/\(run)")
        #expect(text["settled"] != nil, "\(run)")
      }
      await house.close()
    }
  }

  @Test func withoutAMarketNothingIsChecked() async throws {
    let test = try TestNode()
    try await test.run { node, _ in
      let house = TestHouse(accounts: [TestNode.alice], sells: false)
      let speaker = try await house.speaker(at: node, created: 7, in: "/nowhere")
      #expect(speaker.checks(of: HouseSpeaker.name).isEmpty)
    }
  }
}
