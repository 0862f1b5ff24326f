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

/// What a client wants said.
public struct Utterance: Hashable, Sendable {
  public var model = ""
  /// The text to go on with.
  public var prompt = ""
  public var most = 256
  public var temperature = 1.0
  public var topP = 1.0
  public var seed: UInt64?
  public var stops: [String] = []

  public init() {}
}

/// What was said in the end.
public struct Spoken: Hashable, Sendable {
  public var promptTokens: Int
  public var completionTokens: Int
  /// Whether it ended by itself; otherwise it was cut off at the greatest length.
  public var stopped: Bool

  public init(promptTokens: Int, completionTokens: Int, stopped: Bool) {
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
}
