// What a door for texts takes and says at most, whether it is paid or not.

import Logging
import Primitives
import Testing

@testable import NetworkRoom

/// Says as many words as it may.
private struct Talker: Speaker {
  var models: [SpokenModel] { [SpokenModel(name: "talker", created: 7, owner: "tests")] }

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    for _ in 0..<asked.most { try await emit("w ") }
    return Spoken(promptTokens: 1, completionTokens: asked.most, stopped: false)
  }
}

@Suite struct SpeechLimitTests {
  private let limits = SpeechLimits(prompt: 40, tokens: 3)

  private func refusal(_ json: String, isChat: Bool = false) -> SpeechProblem? {
    do throws(SpeechProblem) {
      _ = try ChatRequest(Array(json.utf8), isChat: isChat, limits: limits)
      return nil
    } catch { return error }
  }

  private func prompt(_ bytes: Int, _ rest: String = "") -> String {
    #"{"model":"talker","prompt":"\#(String(repeating: "x", count: bytes))"\#(rest)}"#
  }

  @Test func aPromptAboveTheLimitIsRefusedByName() {
    #expect(refusal(prompt(24)) == nil)
    let long = refusal(prompt(25))
    #expect(long?.code == "context_length_exceeded" && long?.status == 400)
    // Sixteen for each message: many empty ones are long as well.
    let empty = #"{"role":"user","content":""}"#
    #expect(refusal(#"{"model":"m","messages":[\#(empty),\#(empty)]}"#, isChat: true) == nil)
    let three = #"{"model":"m","messages":[\#(empty),\#(empty),\#(empty)]}"#
    #expect(refusal(three, isChat: true)?.code == "context_length_exceeded")
    // Letters of several bytes count by their bytes.
    let wide = String(repeating: "é", count: 13)
    #expect(refusal(#"{"model":"m","prompt":"\#(wide)"}"#)?.code == "context_length_exceeded")
  }

  @Test func anAnswerAboveTheLimitIsRefusedByName() {
    #expect(refusal(prompt(1, #","max_tokens":3"#)) == nil)
    for name in ["max_tokens", "max_completion_tokens"] {
      let wrong = refusal(prompt(1, #","\#(name)":4"#))
      #expect(wrong?.parameter == name && wrong?.message.contains("1 to 3") == true)
    }
  }

  @Test func whoNamesNoLengthGetsOneWithinTheLimit() throws {
    let asked = try ChatRequest(Array(prompt(1).utf8), isChat: false, limits: limits)
    #expect(asked.utterance.most == 3)
    #expect(ChatRequest(isChat: true, limits: limits).utterance.most == 3)
    let usual = try ChatRequest(Array(prompt(1).utf8), isChat: false)
    #expect(usual.utterance.most == 256)
  }

  @Test func noLimitIsAboveTheDoorsOwn() {
    let wild = SpeechLimits(prompt: 0, tokens: .max)
    #expect(wild.prompt == 1 && wild.tokens == ChatRequest.mostTokens)
  }

  @Test func anUnpaidDoorIsBoundedToo() async throws {
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = try await Server.start(
      Talker(), speech: limits, host: "127.0.0.1", port: 0, log: silent)
    let port = server.address.port
    let short = try await RawHTTP.ask(
      port, "POST", "/v1/completions", body: Array(prompt(4).utf8))
    let long = try await RawHTTP.ask(
      port, "POST", "/v1/completions", body: Array(prompt(25).utf8))
    await server.stop(grace: .milliseconds(200))
    #expect(short.status == 200 && short.text.contains(#""completion_tokens":3"#))
    #expect(long.status == 400 && long.text.contains("context_length_exceeded"))
  }
}
