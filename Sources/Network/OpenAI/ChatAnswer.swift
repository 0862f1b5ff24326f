// What the door answers: one object, or frames of a stream.

import Primitives

/// Writes answers of one request, all under one id.
struct ChatAnswer {
  let id: String
  let created: UInt64
  let model: String
  let isChat: Bool
  let isResponse: Bool
  /// The functions that were sent, which the Responses API tells back.
  let tools: SpokenTools

  static let streamType = "text/event-stream"

  /// - Parameter number: tells answers apart.
  init(_ asked: ChatRequest, number: UInt64, created: UInt64, model: String) {
    let kind = asked.isResponse ? "resp_" : asked.isChat ? "chatcmpl-" : "cmpl-"
    id = kind + String(number, radix: 16)
    self.created = created
    self.model = model
    isChat = asked.isChat
    isResponse = asked.isResponse
    tools = asked.utterance.tools
  }

  private var prefix: [JSONValue.Member] {
    [
      .init(name: "id", value: .string(id)), .init(name: "created", value: .unsigned(created)),
      .init(name: "model", value: .string(model)),
    ]
  }

  private static func usage(_ spoken: Spoken) -> JSONValue {
    [
      "prompt_tokens": .unsigned(UInt64(spoken.promptTokens)),
      "completion_tokens": .unsigned(UInt64(spoken.completionTokens)),
      "total_tokens": .unsigned(UInt64(spoken.promptTokens + spoken.completionTokens)),
    ]
  }

  private static func reason(_ spoken: Spoken) -> JSONValue {
    .string(!spoken.stopped ? "length" : spoken.calls.isEmpty ? "stop" : "tool_calls")
  }

  /// The whole answer at once.
  func whole(_ text: String, _ spoken: Spoken) -> JSONValue {
    if isResponse { return ResponseAnswer(self).whole(text, spoken) }
    let content: JSONValue.Member =
      isChat
      ? .init(name: "message", value: ChatAnswer.message(text, spoken))
      : .init(name: "text", value: .string(text))
    let choice: [JSONValue.Member] = [
      .init(name: "index", value: .unsigned(0)), content,
      .init(name: "finish_reason", value: ChatAnswer.reason(spoken)),
      .init(name: "logprobs", value: .null),
    ]
    return .object(
      prefix + [
        .init(name: "object", value: .string(isChat ? "chat.completion" : "text_completion")),
        .init(name: "choices", value: .array([.object(choice)])),
        .init(name: "usage", value: ChatAnswer.usage(spoken)),
      ] + ChatAnswer.passed(spoken))
  }

  /// Which check it has passed, and by which runs; clients that do not know the member leave it.
  static func passed(_ spoken: Spoken) -> [JSONValue.Member] {
    spoken.passed.map { [.init(name: "tolsey", value: $0.json)] } ?? []
  }

  private static func message(_ text: String, _ spoken: Spoken) -> JSONValue {
    let isSilent = text.isEmpty && !spoken.calls.isEmpty
    var members: [JSONValue.Member] = [
      .init(name: "role", value: "assistant"),
      .init(name: "content", value: isSilent ? .null : .string(text)),
      .init(name: "refusal", value: .null),
    ]
    if !spoken.calls.isEmpty {
      members.append(.init(name: "tool_calls", value: .array(spoken.calls.map(\.json))))
    }
    return .object(members)
  }

  // MARK: - Frames

  private func frame(
    _ choices: [JSONValue], _ usage: JSONValue? = nil, _ more: [JSONValue.Member] = []
  ) -> String {
    var members = prefix
    members.append(
      .init(name: "object", value: .string(isChat ? "chat.completion.chunk" : "text_completion")))
    members.append(.init(name: "choices", value: .array(choices)))
    if let usage { members.append(.init(name: "usage", value: usage)) }
    members += more
    return EventFrame(data: JSONValue.object(members).text).text
  }

  private func choice(_ content: JSONValue.Member, _ reason: JSONValue = .null) -> JSONValue {
    .object([
      .init(name: "index", value: .unsigned(0)), content,
      .init(name: "finish_reason", value: reason), .init(name: "logprobs", value: .null),
    ])
  }

  /// What a stream of messages begins with.
  var opening: String {
    guard isChat else { return "" }
    return frame([choice(.init(name: "delta", value: ["role": "assistant", "content": ""]))])
  }

  func piece(_ text: String) -> String {
    frame([
      choice(
        isChat
          ? .init(name: "delta", value: ["content": .string(text)])
          : .init(name: "text", value: .string(text)))
    ])
  }

  /// Functions that are to be called, each whole in a frame of its own.
  private func calls(_ spoken: Spoken) -> String {
    spoken.calls.enumerated().map { index, call in
      let place = JSONValue.Member(name: "index", value: .unsigned(UInt64(index)))
      let told: JSONValue = .object([place] + (call.json.members ?? []))
      return frame([choice(.init(name: "delta", value: ["tool_calls": [told]]))])
    }.joined()
  }

  /// Why it ended, and what a stream ends with.
  func closing(_ spoken: Spoken, usage: Bool) -> String {
    let nothing: JSONValue.Member =
      isChat
      ? .init(name: "delta", value: .object([])) : .init(name: "text", value: .string(""))
    let passed = ChatAnswer.passed(spoken)
    return calls(spoken) + frame([choice(nothing, ChatAnswer.reason(spoken))], nil, passed)
      + (usage ? frame([], ChatAnswer.usage(spoken)) : "")
      + EventFrame(data: "[DONE]").text
  }
}
