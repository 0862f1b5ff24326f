// Functions as the Responses API writes them: flat, and calls as items of their own.

import Primitives

/// Between the two ways in which clients write the same functions.
enum ResponseTools {
  // MARK: - Asked

  /// What a request says of functions, as a chat says it.
  static func members(_ json: JSONValue) throws(SpeechProblem) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    switch json["tools"] {
    case nil, .null?: break
    case .array(let tools)?:
      var list: [JSONValue] = []
      for tool in tools {
        guard tool["type"]?.string == "function" else {
          throw .unsupported("tools", "only functions of the client are called")
        }
        let function = (tool.members ?? []).filter { $0.name != "type" }
        list.append(["type": "function", "function": .object(function)])
      }
      members.append(.init(name: "tools", value: .array(list)))
    default: throw .wrong("tools", "a list of functions")
    }
    if let choice = json["tool_choice"] {
      var choice = choice
      if choice.members != nil {
        guard choice["type"]?.string == "function", let name = choice["name"] else {
          throw .wrong("tool_choice", "auto, none, required, or a function of 'tools'")
        }
        choice = ["type": "function", "function": ["name": name]]
      }
      members.append(.init(name: "tool_choice", value: choice))
    }
    return members
  }

  /// Puts a call that the model made before into the message that it belongs to: calls that follow
  /// one another, and the text before them, are one message of a chat.
  static func add(call item: JSONValue, to talk: inout [JSONValue]) throws(SpeechProblem) {
    guard let id = item["call_id"]?.string, SellerBook.isName(id),
      let name = item["name"]?.string, SpokenTools.isName(name),
      let arguments = item["arguments"]?.string
    else { throw .wrong("input", "function calls with call_id, name and arguments") }
    let call = SpokenCall(id: id, name: name, arguments: arguments).json
    guard let last = talk.last, last["role"]?.string == "assistant" else {
      talk.append(["role": "assistant", "content": .null, "tool_calls": [call]])
      return
    }
    let others = (last.members ?? []).filter { $0.name != "tool_calls" }
    let calls = (last["tool_calls"]?.array ?? []) + [call]
    talk[talk.count - 1] = .object(others + [.init(name: "tool_calls", value: .array(calls))])
  }

  // MARK: - Told

  /// The functions as they were sent, with what every reader looks for.
  static func echo(_ tools: SpokenTools) -> JSONValue {
    .array(
      tools.list.map { tool in
        let function = (try? JSONValue(parsing: tool.function))?.members ?? []
        let missing = ["parameters", "strict"].filter { name in
          !function.contains { $0.name == name }
        }
        return .object(
          [.init(name: "type", value: "function")] + function
            + missing.map { .init(name: $0, value: .null) })
      })
  }

  /// Who says nothing of it leaves it to the model, where there is something to choose.
  static func choice(_ tools: SpokenTools) -> JSONValue {
    guard !tools.list.isEmpty else { return "none" }
    guard let choice = tools.choice else { return "auto" }
    guard choice.hasPrefix("=") else { return .string(choice) }
    return ["type": "function", "name": .string(String(choice.dropFirst()))]
  }

  /// A call as an item of the answer.
  static func item(
    _ call: SpokenCall, _ id: String, _ status: String, arguments: String
  ) -> JSONValue {
    [
      "id": .string(id), "type": "function_call", "status": .string(status),
      "call_id": .string(call.id), "name": .string(call.name), "arguments": .string(arguments),
    ]
  }
}
