// A stream as its client reads it: in which frames a text is told, from its opening to its end.

import Primitives

/// Writes the frames of one answer, one after the other.
struct SpeechFrames {
  private let answer: ChatAnswer
  /// What was said so far, and the number of the next event: only the Responses API tells these.
  private var text = ""
  private var number: UInt64 = 0

  init(_ answer: ChatAnswer) { self.answer = answer }

  /// What a stream begins with.
  mutating func opening() -> String {
    guard answer.isResponse else { return answer.opening }
    let begun = ResponseAnswer(answer).response("in_progress", [], nil)
    return event("response.created", [("response", begun)])
      + event("response.in_progress", [("response", begun)])
      + event(
        "response.output_item.added",
        [("output_index", 0), ("item", ResponseAnswer(answer).item("in_progress", []))])
      + event(
        "response.content_part.added", place + [("part", ResponseAnswer.part(""))])
  }

  mutating func piece(_ piece: String) -> String {
    guard answer.isResponse else { return answer.piece(piece) }
    text += piece
    return event(
      "response.output_text.delta",
      place + [("delta", .string(piece)), ("logprobs", .array([]))])
  }

  /// Why it ended, and what a stream ends with.
  mutating func closing(_ spoken: Spoken, usage: Bool) -> String {
    guard answer.isResponse else { return answer.closing(spoken, usage: usage) }
    let (part, whole) = (ResponseAnswer.part(text), ResponseAnswer(answer))
    let status = ResponseAnswer.status(spoken)
    return event(
      "response.output_text.done",
      place + [("text", .string(text)), ("logprobs", .array([]))])
      + event("response.content_part.done", place + [("part", part)])
      + event(
        "response.output_item.done", [("output_index", 0), ("item", whole.item(status, [part]))])
      + event("response.\(status)", [("response", whole.whole(text, spoken))])
  }

  /// Where in the answer the text stands: there is one item of one part.
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

/// Writes the answer of `/v1/responses`: one message of one text.
struct ResponseAnswer {
  private let answer: ChatAnswer

  init(_ answer: ChatAnswer) { self.answer = answer }

  var itemID: String { "msg_" + answer.id.drop { $0 != "_" }.dropFirst() }

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
    return response(status, [item(status, [ResponseAnswer.part(text)])], spoken)
  }

  /// - Parameter spoken: nil while it is being said.
  func response(_ status: String, _ output: [JSONValue], _ spoken: Spoken?) -> JSONValue {
    let isCut = spoken?.stopped == false
    let details: JSONValue = isCut ? ["reason": "max_output_tokens"] : .null
    let usage: JSONValue = spoken.map(ResponseAnswer.usage) ?? .null
    return [
      "id": .string(answer.id), "object": "response", "created_at": .unsigned(answer.created),
      "status": .string(status), "error": .null, "incomplete_details": details,
      "model": .string(answer.model), "output": .array(output), "instructions": .null,
      "metadata": .object([]), "parallel_tool_calls": false, "tool_choice": "none",
      "tools": .array([]), "usage": usage,
    ]
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
