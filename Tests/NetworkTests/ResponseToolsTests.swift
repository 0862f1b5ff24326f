// Functions by the Responses API: what reaches the server behind, what the client reads.

import Primitives
import Testing

@testable import NetworkRoom

struct ResponseToolsTests {
  private static let weather =
    #"{"type":"function","name":"weather","description":"of a city","#
    + #""parameters":{"type":"object"}}"#

  private func asked(_ input: String, _ more: String = "") throws -> ChatRequest {
    let body = #"{"model":"m","input":\#(input),"tools":[\#(Self.weather)]\#(more)}"#
    let talk = try ChatRequest.chat(ofResponse: Array(body.utf8))
    var asked = try ChatRequest(talk, isChat: true)
    asked.isResponse = true
    return asked
  }

  private static let calls = [
    SpokenCall(id: "call_1", name: "weather", arguments: #"{"city":"Rome"}"#),
    SpokenCall(id: "call_2", name: "weather", arguments: "{}"),
  ]

  private func spoken(stopped: Bool = true) -> Spoken {
    Spoken(promptTokens: 2, completionTokens: 5, stopped: stopped, calls: Self.calls)
  }

  private func events(_ text: String) throws -> [JSONValue] {
    var reader = EventFrameReader()
    return try reader.read(Array(text.utf8)).map { try JSONValue(parsing: $0.data) }
  }

  @Test func functionsReachTheServerAsAChatHasThem() throws {
    let asked = try asked(
      #"""
      [{"role":"user","content":"in Oslo?"},
      {"type":"message","role":"assistant","id":"msg_1","content":[{"type":"output_text",
      "text":"I look"}]},
      {"type":"function_call","id":"fc_1","call_id":"call_0","name":"weather","arguments":"{}"},
      {"type":"function_call","call_id":"call_00","name":"weather","arguments":"{ }"},
      {"type":"function_call_output","call_id":"call_0","output":"rain"},
      {"type":"function_call_output","call_id":"call_00","output":[{"type":"input_text",
      "text":"snow"}]},
      {"type":"function_call","call_id":"call_000","name":"weather","arguments":"[]"},
      {"type":"function_call_output","call_id":"call_000","output":""}]
      """#,
      #","tool_choice":{"type":"function","name":"weather"},"parallel_tool_calls":false"#)
    let seen = BackendSpeaker.request(asked.utterance)
    #expect(
      seen["tools"]?[0]
        == [
          "type": "function",
          "function": [
            "name": "weather", "description": "of a city", "parameters": ["type": "object"],
          ],
        ])
    #expect(seen["tool_choice"]?["function"]?["name"] == "weather")
    #expect(seen["parallel_tool_calls"] == false)
    let roles = seen["messages"]?.array?.compactMap { $0["role"]?.string }
    #expect(roles == ["user", "assistant", "tool", "tool", "assistant", "tool"])
    #expect(seen["messages"]?[1]?["content"] == "I look")
    #expect(seen["messages"]?[1]?["tool_calls"]?[1]?["id"] == "call_00")
    #expect(seen["messages"]?[3]?["tool_call_id"] == "call_00")
    #expect(seen["messages"]?[3]?["content"] == "snow")
    #expect(seen["messages"]?[4]?["content"] == .null)
    #expect(seen["messages"]?[4]?["tool_calls"]?.array?.count == 1)
    #expect(seen["messages"]?[5]?["content"] == "")
  }

  @Test func aWholeAnswerHasCallsAsItems() throws {
    let answer = ChatAnswer(try asked(#""x""#), number: 0xab, created: 0, model: "m")
    let silent = answer.whole("", spoken())
    #expect(silent["status"] == "completed" && silent["output"]?.array?.count == 2)
    #expect(
      silent["output"]?[0]
        == [
          "id": "fc_ab_0", "type": "function_call", "status": "completed", "call_id": "call_1",
          "name": "weather", "arguments": #"{"city":"Rome"}"#,
        ])
    #expect(silent["tool_choice"] == "auto" && silent["parallel_tool_calls"] == true)
    #expect(silent["tools"]?[0]?["name"] == "weather" && silent["tools"]?[0]?["strict"] == .null)
    let told = answer.whole("well", spoken(stopped: false))
    #expect(told["output"]?[0]?["content"]?[0]?["text"] == "well")
    #expect(told["output"]?[2]?["call_id"] == "call_2" && told["status"] == "incomplete")
  }

  @Test func aStreamTellsEachCallWhole() throws {
    var frames = SpeechFrames(
      ChatAnswer(try asked(#""x""#), number: 1, created: 0, model: "m"))
    // A server that only calls functions says an empty text besides.
    let text = frames.opening() + frames.piece("") + frames.closing(spoken(), usage: false)
    let events = try events(text)
    #expect(
      events.compactMap { $0["type"]?.string?.dropFirst("response.".count) } == [
        "created", "in_progress", "output_item.added", "function_call_arguments.delta",
        "function_call_arguments.done", "output_item.done", "output_item.added",
        "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "completed",
      ])
    #expect(events.map { $0["sequence_number"]?.uint64 } == (0..<11).map { UInt64($0) })
    #expect(events[2]["item"]?["arguments"] == "" && events[2]["output_index"]?.uint64 == 0)
    #expect(events[3]["delta"] == #"{"city":"Rome"}"# && events[3]["item_id"] == "fc_1_0")
    #expect(events[6]["output_index"]?.uint64 == 1 && events[9]["item"]?["call_id"] == "call_2")
    #expect(events[10]["response"]?["output"]?.array?.count == 2)
  }

  @Test func callsComeAfterTheText() throws {
    var frames = SpeechFrames(
      ChatAnswer(try asked(#""x""#), number: 1, created: 0, model: "m"))
    var text = frames.opening() + frames.piece("we") + frames.piece("ll")
    text += frames.closing(spoken(), usage: false)
    let events = try events(text)
    let added = events.filter { $0["type"] == "response.output_item.added" }
    #expect(
      added.map { $0["item"]?["type"]?.string } == ["message"]
        + Array(
          repeating: "function_call", count: 2))
    #expect(added.map { $0["output_index"]?.uint64 } == [0, 1, 2])
    #expect(events.last?["response"]?["output"]?[0]?["content"]?[0]?["text"] == "well")
  }

  @Test(arguments: [
    (#""x""#, #","tool_choice":"some""#, "tool_choice"),
    (#""x""#, #","tool_choice":{"type":"function","name":"g"}"#, "tool_choice"),
    (#""x""#, #","tool_choice":{"type":"web_search"}"#, "tool_choice"),
    (#""x""#, #","parallel_tool_calls":1"#, "parallel_tool_calls"),
    (#"[{"type":"function_call","call_id":"a b","name":"f","arguments":""}]"#, "", "input"),
    (#"[{"type":"function_call","call_id":"a","name":"rm -rf","arguments":""}]"#, "", "input"),
    (#"[{"type":"function_call","call_id":"a","name":"f","arguments":{}}]"#, "", "input"),
    (#"[{"type":"function_call_output","call_id":"","output":"x"}]"#, "", "input"),
    (
      #"[{"type":"function_call_output","call_id":"a","output":[{"type":"input_image"}]}]"#, "",
      "input"
    ),
    (#"[{"type":"reasoning","summary":[]}]"#, "", "input"),
    (#"[{"type":"computer_call_output","call_id":"a"}]"#, "", "input"),
  ])
  func whatIsNoFunctionIsRefused(_ input: String, _ more: String, _ name: String) {
    do {
      _ = try asked(input, more)
      Issue.record("it was taken")
    } catch {
      let problem = error as? SpeechProblem
      #expect(problem?.status == 400 && problem?.parameter == name)
    }
  }

  @Test(arguments: [
    #"5"#, #"[5]"#, #"[{"type":"web_search"}]"#, #"[{"type":"function"}]"#,
    #"[{"type":"function","function":{"name":"f"}}]"#, #"[{"type":"function","name":"a b"}]"#,
    #"[{"type":"function","name":"f"},{"type":"function","name":"f"}]"#,
  ])
  func toolsThatAreNoneAreRefused(_ tools: String) {
    do throws(SpeechProblem) {
      let talk = try ChatRequest.chat(
        ofResponse: Array(#"{"model":"m","input":"x","tools":\#(tools)}"#.utf8))
      _ = try ChatRequest(talk, isChat: true)
      Issue.record("it was taken")
    } catch { #expect(error.parameter == "tools") }
  }

  /// Functions of an earlier turn are paid with the prompt, as those of a chat are.
  @Test func callsCountAsPrompt() throws {
    let long = String(repeating: "x", count: 4_000)
    let call = #"{"type":"function_call","call_id":"a","name":"f","arguments":"\#(long)"}"#
    #expect(try asked("[\(call)]").utterance.promptBound > 4_000)
    #expect(try asked("[\(call)]").utterance.usesTools)
  }
}
