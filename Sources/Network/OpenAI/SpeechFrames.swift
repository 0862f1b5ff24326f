// A stream as its client reads it: in which frames a text is told, from its opening to its end.

import Primitives

/// Writes the frames of one answer, one after the other.
struct SpeechFrames {
  private let answer: ChatAnswer
  /// What was said so far, and the number of the next event: only the Responses API tells these.
  private var text = ""
  private var number: UInt64 = 0
  private var hasMessage = false

  init(_ answer: ChatAnswer) { self.answer = answer }

  /// What a stream begins with.
  mutating func opening() -> String {
    guard answer.isResponse else { return answer.opening }
    let begun = ResponseAnswer(answer).response("in_progress", [], nil)
    return event("response.created", [("response", begun)])
      + event("response.in_progress", [("response", begun)])
  }

  /// The message begins with its first piece: an answer that only calls functions has none.
  private mutating func message() -> String {
    guard !hasMessage else { return "" }
    hasMessage = true
    return event(
      "response.output_item.added",
      [("output_index", 0), ("item", ResponseAnswer(answer).item("in_progress", []))])
      + event("response.content_part.added", place + [("part", ResponseAnswer.part(""))])
  }

  mutating func piece(_ piece: String) -> String {
    guard answer.isResponse else { return answer.piece(piece) }
    guard !piece.isEmpty else { return "" }
    text += piece
    return message()
      + event(
        "response.output_text.delta",
        place + [("delta", .string(piece)), ("logprobs", .array([]))])
  }

  /// Why it ended, and what a stream ends with.
  mutating func closing(_ spoken: Spoken, usage: Bool) -> String {
    guard answer.isResponse else { return answer.closing(spoken, usage: usage) }
    let (whole, status) = (ResponseAnswer(answer), ResponseAnswer.status(spoken))
    var frames = ""
    if hasMessage || spoken.calls.isEmpty {
      let part = ResponseAnswer.part(text)
      frames +=
        message()
        + event(
          "response.output_text.done",
          place + [("text", .string(text)), ("logprobs", .array([]))])
        + event("response.content_part.done", place + [("part", part)])
        + event(
          "response.output_item.done", [("output_index", 0), ("item", whole.item(status, [part]))])
    }
    for place in spoken.calls.indices { frames += call(spoken, place) }
    return frames + event("response.\(status)", [("response", whole.whole(text, spoken))])
  }

  /// A function that is to be called, told at once.
  private mutating func call(_ spoken: Spoken, _ place: Int) -> String {
    let (call, id) = (spoken.calls[place], ResponseAnswer(answer).callID(place))
    let index = JSONValue.unsigned(UInt64(place + (hasMessage ? 1 : 0)))
    let begun = ResponseTools.item(call, id, "in_progress", arguments: "")
    let done = ResponseTools.item(
      call, id, ResponseAnswer.status(spoken), arguments: call.arguments)
    let at: [(String, JSONValue)] = [("item_id", .string(id)), ("output_index", index)]
    return event("response.output_item.added", [("output_index", index), ("item", begun)])
      + event("response.function_call_arguments.delta", at + [("delta", .string(call.arguments))])
      + event(
        "response.function_call_arguments.done",
        at + [("name", .string(call.name)), ("arguments", .string(call.arguments))])
      + event("response.output_item.done", [("output_index", index), ("item", done)])
  }

  /// Where in the answer the text stands: the first item, of one part.
  private var place: [(String, JSONValue)] {
    [
      ("item_id", .string(ResponseAnswer(answer).itemID)), ("output_index", 0),
      ("content_index", 0),
    ]
  }

  private mutating func event(_ type: String, _ members: [(String, JSONValue)]) -> String {
    defer { number += 1 }
    let head: [(String, JSONValue)] = [
      ("type", .string(type)), ("sequence_number", .unsigned(number)),
    ]
    let data = JSONValue.object((head + members).map { .init(name: $0.0, value: $0.1) })
    return "event: \(type)\n" + EventFrame(data: data.text).text
  }
}

/// Writes the answer of `/v1/responses`: one message of one text, and calls of functions after it.
struct ResponseAnswer {
  private let answer: ChatAnswer

  init(_ answer: ChatAnswer) { self.answer = answer }

  private var number: Substring { answer.id.drop { $0 != "_" }.dropFirst() }

  var itemID: String { "msg_" + number }

  func callID(_ place: Int) -> String { "fc_\(number)_\(place)" }

  static func status(_ spoken: Spoken) -> String { spoken.stopped ? "completed" : "incomplete" }

  static func part(_ text: String) -> JSONValue {
    [
      "type": "output_text", "text": .string(text), "annotations": .array([]),
      "logprobs": .array([]),
    ]
  }

  func item(_ status: String, _ content: [JSONValue]) -> JSONValue {
    [
      "id": .string(itemID), "type": "message", "status": .string(status), "role": "assistant",
      "content": .array(content),
    ]
  }

  func whole(_ text: String, _ spoken: Spoken) -> JSONValue {
    let status = ResponseAnswer.status(spoken)
    let isSilent = text.isEmpty && !spoken.calls.isEmpty
    let calls = spoken.calls.enumerated().map { place, call in
      ResponseTools.item(call, callID(place), status, arguments: call.arguments)
    }
    return response(
      status, (isSilent ? [] : [item(status, [ResponseAnswer.part(text)])]) + calls, spoken)
  }

  /// - Parameter spoken: nil while it is being said.
  func response(_ status: String, _ output: [JSONValue], _ spoken: Spoken?) -> JSONValue {
    let isCut = spoken?.stopped == false
    let details: JSONValue = isCut ? ["reason": "max_output_tokens"] : .null
    let usage: JSONValue = spoken.map(ResponseAnswer.usage) ?? .null
    let told: JSONValue = [
      "id": .string(answer.id), "object": "response", "created_at": .unsigned(answer.created),
      "status": .string(status), "error": .null, "incomplete_details": details,
      "model": .string(answer.model), "output": .array(output), "instructions": .null,
      "metadata": .object([]),
      "parallel_tool_calls": .bool(answer.tools.parallel ?? !answer.tools.list.isEmpty),
      "tool_choice": ResponseTools.choice(answer.tools), "tools": ResponseTools.echo(answer.tools),
      "usage": usage,
    ]
    guard let spoken, spoken.passed != nil else { return told }
    return .object((told.members ?? []) + ChatAnswer.passed(spoken))
  }

  private static func usage(_ spoken: Spoken) -> JSONValue {
    [
      "input_tokens": .unsigned(UInt64(spoken.promptTokens)),
      "input_tokens_details": ["cached_tokens": 0],
      "output_tokens": .unsigned(UInt64(spoken.completionTokens)),
      "output_tokens_details": ["reasoning_tokens": 0],
      "total_tokens": .unsigned(UInt64(spoken.promptTokens + spoken.completionTokens)),
    ]
  }
}
