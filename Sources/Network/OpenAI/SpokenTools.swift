// Functions that a client lets a model call: what of them is read, and what of an answer is told.

import Primitives

/// A function that the client has.
public struct SpokenTool: Hashable, Sendable {
  public var name: String
  /// The whole `function` object, as text: description, parameters and all.
  public var function: String
}

/// A call of a function that a model asks for: the client makes it.
public struct SpokenCall: Hashable, Sendable {
  public var id: String
  public var name: String
  /// JSON, as far as the model writes any.
  public var arguments: String

  public init(id: String, name: String, arguments: String) {
    (self.id, self.name, self.arguments) = (id, name, arguments)
  }

  /// As messages of a chat have it.
  var json: JSONValue {
    [
      "id": .string(id), "type": "function",
      "function": ["name": .string(name), "arguments": .string(arguments)],
    ]
  }

  var bytes: Int { id.utf8.count + name.utf8.count + arguments.utf8.count }
}

/// What a client says of functions beside its messages.
public struct SpokenTools: Hashable, Sendable {
  public var list: [SpokenTool] = []
  /// `auto`, `none`, `required`, or `=` and the name of the one to call; nil where nothing is said.
  public var choice: String?
  public var parallel: Bool?

  public init() {}

  static let most = 128

  /// Bytes that stand for them in a prompt, at most.
  var bytes: Int { list.reduce(0) { $0 + $1.function.utf8.count + Utterance.around } }

  /// As a server reads it.
  var members: [JSONValue.Member] {
    guard !list.isEmpty else { return [] }
    let tools = list.map { tool -> JSONValue in
      ["type": "function", "function": (try? JSONValue(parsing: tool.function)) ?? .object([])]
    }
    var members: [JSONValue.Member] = [.init(name: "tools", value: .array(tools))]
    if let choice {
      let one: JSONValue = [
        "type": "function", "function": ["name": .string(String(choice.dropFirst()))],
      ]
      members.append(
        .init(name: "tool_choice", value: choice.hasPrefix("=") ? one : .string(choice)))
    }
    if let parallel { members.append(.init(name: "parallel_tool_calls", value: .bool(parallel))) }
    return members
  }
}

// MARK: - Reading

extension SpokenTools {
  init(_ json: JSONValue) throws(SpeechProblem) {
    if let tools = json["tools"], tools != .null {
      guard let tools = tools.array, tools.count <= SpokenTools.most else {
        throw .wrong("tools", "a list of at most \(SpokenTools.most) functions")
      }
      for tool in tools {
        guard tool["type"]?.string == "function", let function = tool["function"],
          let name = function["name"]?.string, SpokenTools.isName(name),
          !list.contains(where: { $0.name == name })
        else { throw .wrong("tools", "functions, each with a name of its own") }
        list.append(SpokenTool(name: name, function: function.text))
      }
    }
    choice = try SpokenTools.choice(json["tool_choice"], of: list)
    switch json["parallel_tool_calls"] {
    case nil, .null?: break
    case .bool(let isParallel)?: parallel = isParallel
    default: throw .wrong("parallel_tool_calls", "true or false")
    }
  }

  private static func choice(
    _ json: JSONValue?, of list: [SpokenTool]
  ) throws(SpeechProblem) -> String? {
    switch json {
    case nil, .null?: return nil
    case .string(let word)? where ["auto", "none", "required"].contains(word): return word
    case .object?:
      guard json?["type"]?.string == "function", let name = json?["function"]?["name"]?.string,
        list.contains(where: { $0.name == name })
      else { throw .wrong("tool_choice", "a function of 'tools'") }
      return "=" + name
    default: throw .wrong("tool_choice", "auto, none, required, or a function of 'tools'")
    }
  }

  /// The letters that the service has which clients expect.
  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
        default: false
        }
      }
  }

  /// Calls in a message of the model, as the client tells them back.
  static func calls(_ json: JSONValue?) throws(SpeechProblem) -> [SpokenCall] {
    guard let json, json != .null else { return [] }
    var calls: [SpokenCall] = []
    for call in json.array ?? [.null] {
      guard call["type"]?.string ?? "function" == "function", let id = call["id"]?.string,
        SellerBook.isName(id), let name = call["function"]?["name"]?.string, isName(name),
        let arguments = call["function"]?["arguments"]?.string, calls.count < most
      else { throw .wrong("messages", "tool_calls of functions, each with its id") }
      calls.append(SpokenCall(id: id, name: name, arguments: arguments))
    }
    return calls
  }
}

// MARK: - What was said

extension Spoken {
  /// What a receipt commits to: the text, and where functions were called, text and calls as the
  /// message has them.
  func output(_ text: String) -> [UInt8] {
    guard !calls.isEmpty else { return Array(text.utf8) }
    return JSONValue.object([
      .init(name: "content", value: .string(text)),
      .init(name: "tool_calls", value: .array(calls.map(\.json))),
    ]).bytes
  }
}

/// Puts calls together that a server tells in pieces.
struct CallPieces {
  private var calls: [SpokenCall?] = []

  /// Takes what one frame tells of calls.
  ///
  /// - Returns: how many bytes they were.
  mutating func take(_ pieces: JSONValue?) throws(SpeechProblem) -> Int {
    var bytes = 0
    for (place, piece) in (pieces?.array ?? []).enumerated() {
      let index = piece["index"]?.uint64 ?? UInt64(place)
      guard index < UInt64(SpokenTools.most), index <= UInt64(calls.count) else {
        throw .backendUnread
      }
      if index == UInt64(calls.count) { calls.append(nil) }
      var call = calls[Int(index)] ?? SpokenCall(id: "", name: "", arguments: "")
      let before = call.bytes
      if call.id.isEmpty { call.id = piece["id"]?.string ?? "" }
      call.name += piece["function"]?["name"]?.string ?? ""
      call.arguments += piece["function"]?["arguments"]?.string ?? ""
      bytes += call.bytes - before
      calls[Int(index)] = call
    }
    return bytes
  }

  /// All of them; a call without a plain name, or with an id that hides something, is none.
  func whole() throws(SpeechProblem) -> [SpokenCall] {
    let whole = calls.compactMap(\.self)
    guard whole.allSatisfy({ SpokenTools.isName($0.name) && SellerBook.isName($0.id) }) else {
      throw .backendUnread
    }
    return whole
  }
}
