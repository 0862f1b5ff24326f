// What clients ask of `/v1/chat/completions` and `/v1/completions`.

public import Primitives

/// What a door for texts takes and says at most, also where nothing is paid.
public struct SpeechLimits: Hashable, Sendable {
  /// Bytes of a prompt, 16 for each message among them.
  public var prompt: Int
  /// Tokens of an answer.
  public var tokens: Int

  public init(prompt: Int = ChatRequest.mostBytes, tokens: Int = ChatRequest.mostTokens) {
    self.prompt = max(1, prompt)
    self.tokens = min(max(1, tokens), ChatRequest.mostTokens)
  }
}

/// A request as it was asked: what is to be said, and how the answer is to come.
public struct ChatRequest: Hashable, Sendable {
  public var utterance = Utterance()
  public var streams = false
  /// Whether the last frame of a stream says how many tokens there were.
  public var includesUsage = false
  /// Whether the answer is a message, or bare text.
  public var isChat: Bool
  /// Whether the message is told as the Responses API tells it.
  var isResponse = false
  /// Whether the client says how long the answer may be.
  private(set) var namesLength = false
  /// What the answer has to pass before it is sold; nil where nobody checks it.
  var check: SpokenCheck?

  /// Symbols that one answer may have at most.
  public static let mostTokens = 4_096
  /// Bytes of a body: more than any window here, and little to hold.
  public static let mostBytes = 1 << 20

  /// A request that says nothing: what a usual answer would be.
  init(isChat: Bool, limits: SpeechLimits = SpeechLimits()) {
    self.isChat = isChat
    utterance.most = min(utterance.most, limits.tokens)
  }

  /// Members that are not known are left aside, as the service that clients expect does: they
  /// send many that only shape what other models say. What would change the meaning of the answer
  /// and cannot be done is refused.
  ///
  /// - Parameter limits: what the door takes and says at most; who names no length gets a usual one
  ///   within it.
  public init(
    _ bytes: [UInt8], isChat: Bool, limits: SpeechLimits = SpeechLimits()
  ) throws(SpeechProblem) {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: bytes, limit: ChatRequest.mostBytes)
    } catch {
      throw SpeechProblem(400, "invalid_json", "the body is no JSON")
    }
    guard json.members != nil else { throw SpeechProblem(400, "invalid_json", "send an object") }
    self.isChat = isChat
    guard let model = json["model"]?.string else { throw .wrong("model", "a name") }
    utterance.model = model
    if isChat {
      utterance.messages = try ChatRequest.talk(json)
      utterance.tools = try SpokenTools(json)
      utterance.prompt = utterance.messages.map(\.content).joined(separator: "\n")
    } else {
      utterance.prompt = try ChatRequest.prompt(json)
    }
    try ChatRequest.refuse(json, isChat: isChat)
    streams = json["stream"]?.bool ?? false
    includesUsage = json["stream_options"]?["include_usage"]?.bool ?? false
    let prompt = utterance.promptBound
    guard prompt <= limits.prompt else { throw .longPrompt(prompt, limits.prompt) }
    try shape(json, most: limits.tokens)
  }

  private mutating func shape(_ json: JSONValue, most limit: Int) throws(SpeechProblem) {
    utterance.most = min(utterance.most, limit)
    for name in ["max_completion_tokens", "max_tokens"] {
      guard let given = ChatRequest.given(json, name) else { continue }
      guard let most = given.uint64, (1...UInt64(limit)).contains(most) else {
        throw .wrong(name, "1 to \(limit)")
      }
      utterance.most = Int(most)
      namesLength = true
      break
    }
    utterance.temperature = try ChatRequest.number(json, "temperature", 0...2) ?? 1
    utterance.topP = try ChatRequest.number(json, "top_p", 0...1) ?? 1
    if let seed = ChatRequest.given(json, "seed") {
      guard let value = seed.int64 else { throw .wrong("seed", "a whole number") }
      utterance.seed = UInt64(bitPattern: value)
    }
    switch ChatRequest.given(json, "stop") {
    case nil: break
    case .string(let stop)?: utterance.stops = [stop]
    case .array(let list)?:
      utterance.stops = list.compactMap(\.string)
      guard utterance.stops.count == list.count else { throw .wrong("stop", "text, or a list") }
    default: throw .wrong("stop", "text, or a list of texts")
    }
    guard utterance.stops.count <= 4, utterance.stops.allSatisfy({ $0.count <= 256 }) else {
      throw .wrong("stop", "at most 4 texts of at most 256 characters")
    }
  }

  /// `null` is as good as nothing.
  private static func given(_ json: JSONValue, _ name: String) -> JSONValue? {
    if case .null? = json[name] { return nil }
    return json[name]
  }

  private static func number(
    _ json: JSONValue, _ name: String, _ range: ClosedRange<Double>
  ) throws(SpeechProblem) -> Double? {
    let value: Double?
    switch given(json, name) {
    case nil: return nil
    case .unsigned(let n)?: value = Double(n)
    case .integer(let n)?: value = Double(n)
    case .decimal(let digits)?: value = Double(digits)
    default: value = nil
    }
    guard let value, range.contains(value) else {
      throw .wrong(name, "a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))")
    }
    return value
  }

  private static func refuse(_ json: JSONValue, isChat: Bool) throws(SpeechProblem) {
    if !isChat, given(json, "tools")?.array?.isEmpty == false {
      throw .unsupported("tools", "send them to /v1/chat/completions")
    }
    if let n = given(json, "n"), n.uint64 != 1 {
      throw .unsupported("n", "one answer is given a request")
    }
    if given(json, "functions")?.array?.isEmpty == false {
      throw .unsupported("functions", "send them as 'tools'")
    }
    if let format = given(json, "response_format")?["type"]?.string, format != "text" {
      throw .unsupported("response_format", "this model answers in text")
    }
    if given(json, "logprobs")?.bool == true {
      throw .unsupported("logprobs", "they are not told")
    }
  }

  /// The messages; for a model that goes on with text they are their contents, a line each.
  private static func talk(_ json: JSONValue) throws(SpeechProblem) -> [SpokenMessage] {
    guard let messages = json["messages"]?.array, !messages.isEmpty else {
      throw .wrong("messages", "a list of at least one message")
    }
    var talk: [SpokenMessage] = []
    for message in messages {
      guard let role = message["role"]?.string else {
        throw .wrong("messages", "objects with a role")
      }
      guard SpokenMessage.roles.contains(role) else {
        throw .unsupported(
          "messages", "roles are " + SpokenMessage.roles.sorted().joined(separator: ", "))
      }
      var spoken = SpokenMessage(role: role, content: "")
      if role == "assistant" { spoken.calls = try SpokenTools.calls(message["tool_calls"]) }
      if role == "tool" {
        guard let id = message["tool_call_id"]?.string, SellerBook.isName(id) else {
          throw .wrong("messages", "those of a tool with the tool_call_id that they answer")
        }
        spoken.answers = id
      }
      // A message that only calls functions has no text.
      if given(message, "content") != nil || spoken.calls.isEmpty {
        spoken.content = try text(message["content"])
      }
      talk.append(spoken)
    }
    return talk
  }

  private static func text(_ content: JSONValue?) throws(SpeechProblem) -> String {
    switch content {
    case .string(let text)?: return text
    case .array(let parts)?:
      var lines: [String] = []
      for part in parts {
        guard part["type"]?.string == "text", let text = part["text"]?.string else {
          throw .unsupported("messages", "only parts of type text can be read")
        }
        lines.append(text)
      }
      return lines.joined(separator: "\n")
    default: throw .wrong("messages", "objects with a content of text")
    }
  }

  private static func prompt(_ json: JSONValue) throws(SpeechProblem) -> String {
    if let text = json["prompt"]?.string { return text }
    if let list = json["prompt"]?.array, list.count == 1, let text = list[0].string { return text }
    throw .wrong("prompt", "one text")
  }
}
