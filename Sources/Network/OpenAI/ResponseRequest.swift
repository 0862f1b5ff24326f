// What clients ask of `/v1/responses`, read as the talk that it is.

import Primitives

extension ChatRequest {
  /// The body of a request of the Responses API as that of a chat. Nothing of a talk is kept here,
  /// so who refers to an earlier answer by its id is told to send the whole talk.
  static func chat(ofResponse bytes: [UInt8]) throws(SpeechProblem) -> [UInt8] {
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes, limit: ChatRequest.mostBytes) } catch {
      throw SpeechProblem(400, "invalid_json", "the body is no JSON")
    }
    guard json.members != nil else { throw SpeechProblem(400, "invalid_json", "send an object") }
    for name in ["previous_response_id", "conversation", "prompt"]
    where ChatRequest.isGiven(json, name) {
      throw .unsupported(name, "nothing is kept here; send the whole talk as 'input'")
    }
    if json["background"]?.bool == true {
      throw .unsupported("background", "an answer is given to who waits for it")
    }
    if let format = json["text"]?["format"]?["type"]?.string, format != "text" {
      throw .unsupported("text", "this model answers in text")
    }
    var talk = try ChatRequest.input(json["input"])
    if ChatRequest.isGiven(json, "instructions") {
      guard let text = json["instructions"]?.string else { throw .wrong("instructions", "a text") }
      talk.insert(ChatRequest.message("system", .string(text)), at: 0)
    }
    var members: [JSONValue.Member] = [.init(name: "messages", value: .array(talk))]
    for (name, own) in ChatRequest.sameMembers {
      if let value = json[name] { members.append(.init(name: own, value: value)) }
    }
    members += try ResponseTools.members(json)
    return JSONValue.object(members).bytes
  }

  /// Members that mean the same in both, and their names in a chat.
  private static let sameMembers = [
    ("model", "model"), ("temperature", "temperature"), ("top_p", "top_p"), ("stream", "stream"),
    ("max_output_tokens", "max_completion_tokens"), ("seed", "seed"),
    ("parallel_tool_calls", "parallel_tool_calls"),
  ]

  private static func isGiven(_ json: JSONValue, _ name: String) -> Bool {
    switch json[name] {
    case nil, .null?: false
    default: true
    }
  }

  private static func message(_ role: String, _ content: JSONValue) -> JSONValue {
    ["role": .string(role), "content": content]
  }

  private static func input(_ input: JSONValue?) throws(SpeechProblem) -> [JSONValue] {
    if let text = input?.string { return [message("user", .string(text))] }
    guard let items = input?.array, !items.isEmpty else {
      throw .wrong("input", "a text, or a list of messages")
    }
    var talk: [JSONValue] = []
    for item in items {
      switch item["type"]?.string ?? "message" {
      case "message":
        guard let role = item["role"]?.string else {
          throw .wrong("input", "messages with a role")
        }
        talk.append(message(role, try content(item["content"])))
      case "function_call": try ResponseTools.add(call: item, to: &talk)
      case "function_call_output":
        guard let id = item["call_id"]?.string, SellerBook.isName(id) else {
          throw .wrong("input", "outputs of functions, each with the call_id that it answers")
        }
        talk.append([
          "role": "tool", "tool_call_id": .string(id), "content": try content(item["output"]),
        ])
      default:
        throw .unsupported("input", "only messages, function calls and their outputs can be read")
      }
    }
    return talk
  }

  private static func content(_ content: JSONValue?) throws(SpeechProblem) -> JSONValue {
    guard let parts = content?.array else { return content ?? .null }
    var lines: [JSONValue] = []
    for part in parts {
      guard let type = part["type"]?.string, textTypes.contains(type), let text = part["text"]
      else { throw .unsupported("input", "only parts of text can be read") }
      lines.append(["type": "text", "text": text])
    }
    return .array(lines)
  }

  private static let textTypes = ["input_text", "output_text", "text"]
}
