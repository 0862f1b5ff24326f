// The text model that a test node carries, and the place at which it is sold.

import Foundation
import Logging
import Models
import NetworkRoom
import Primitives
import Testing

@testable import Node

@Suite struct HouseSpeakerTests {
  private static func file(_ path: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
  }

  /// The one that the proofs are tested with, and that the pages speak of.
  @Test func theCarriedModelIsTheExample() throws {
    let carried = try HouseSpeaker.model()
    let known = try Self.file("Tests/Vectors/models/gpt.tolsey-model")
    #expect(try Self.file("Examples/gpt/gpt.tolsey-model") == known)
    #expect(carried.model.id == (try Model.load(known)).id)
    #expect(carried.window == 64 && carried.alphabet.symbols.count == 96)
  }

  @Test func itSpeaks() async throws {
    let speaker = HouseSpeaker(created: 7)
    var asked = Utterance()
    asked.model = HouseSpeaker.name
    asked.prompt = "The hacker"
    asked.most = 3
    asked.temperature = 0
    var said = ""
    let spoken = try await speaker.speak(asked) { said += $0 }
    #expect(said.count == 3 && spoken.completionTokens == 3 && spoken.promptTokens == 10)
    asked.model = "other"
    await #expect(throws: SpeechProblem.self) { try await speaker.speak(asked) { _ in } }
  }
}
