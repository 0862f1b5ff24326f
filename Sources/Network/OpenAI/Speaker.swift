// What stands behind the door for OpenAI's clients: something that goes on with a text.

/// A model that can be talked to, as clients list it.
public struct SpokenModel: Hashable, Sendable {
  public var name: String
  /// Seconds since 1970.
  public var created: UInt64
  public var owner: String

  public init(name: String, created: UInt64, owner: String) {
    self.name = name
    self.created = created
    self.owner = owner
  }
}

/// One message of a talk.
public struct SpokenMessage: Hashable, Sendable {
  public var role: String
  public var content: String
  /// Functions that the model called in it.
  public var calls: [SpokenCall] = []
  /// Which call it answers, where a function speaks.
  public var answers: String?

  public init(role: String, content: String) { (self.role, self.content) = (role, content) }

  /// Who may speak: another word in this place would be the client's text in the server's hands.
  static let roles: Set = ["system", "developer", "user", "assistant", "tool"]

  /// More bytes than what stands around it has.
  var bound: Int {
    content.utf8.count + (answers?.utf8.count ?? 0) + Utterance.around
      + calls.reduce(0) { $0 + $1.bytes + Utterance.around }
  }
}

/// What a client wants said.
public struct Utterance: Hashable, Sendable {
  public var model = ""
  /// The text to go on with.
  public var prompt = ""
  /// The same as messages, where it came so, for who knows what roles are.
  public var messages: [SpokenMessage] = []
  public var most = 256
  public var temperature = 1.0
  public var topP = 1.0
  public var seed: UInt64?
  public var stops: [String] = []
  public var tools = SpokenTools()
  /// The check that the answer has to pass; nil where nobody checks it.
  public var check: String?
  /// A number of the sale for which it is said: the same sale, begun again, has the same.
  public var sale: UInt64?

  public init() {}

  /// Whether it speaks of functions at all.
  var usesTools: Bool {
    !tools.list.isEmpty || messages.contains { !$0.calls.isEmpty || $0.answers != nil }
  }

  /// More tokens than this the prompt cannot have: a token is a byte at least, and a few stand
  /// around each message.
  var promptBound: Int {
    messages.isEmpty
      ? prompt.utf8.count + Utterance.around
      : messages.reduce(tools.bytes) { $0 + $1.bound }
  }

  static let around = 16
}

/// What was said in the end.
public struct Spoken: Hashable, Sendable {
  public var promptTokens: Int
  public var completionTokens: Int
  /// Whether it ended by itself; otherwise it was cut off at the greatest length.
  public var stopped: Bool
  /// Functions that the client is to call.
  public var calls: [SpokenCall] = []
  /// The check that it has passed; nil where nobody checked it.
  public var passed: PassedCheck?

  public init(
    promptTokens: Int, completionTokens: Int, stopped: Bool, calls: [SpokenCall] = [],
    passed: PassedCheck? = nil
  ) {
    self.calls = calls
    self.passed = passed
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.stopped = stopped
  }
}

/// Whoever opens the door gives it something that speaks.
public protocol Speaker: Sendable {
  var models: [SpokenModel] { get }
  /// - Parameter emit: takes the text piece by piece; what it throws ends the talk.
  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken
  /// Under which checks answers of a model can be had beside `open`.
  func checks(of model: String) -> [SpokenCheck]
  /// Whether its models call functions of the client's.
  var callsTools: Bool { get }
  /// Whether it makes vectors of texts.
  var embeds: Bool { get }
  func embed(_ asked: EmbeddingRequest) async throws -> Embedded
}

extension Speaker {
  public func checks(of model: String) -> [SpokenCheck] { [] }

  public var callsTools: Bool { false }

  public var embeds: Bool { false }

  public func embed(_ asked: EmbeddingRequest) async throws -> Embedded {
    throw SpeechProblem.noRoute
  }
}
