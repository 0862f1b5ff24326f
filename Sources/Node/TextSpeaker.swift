// Text models behind the door for OpenAI's clients.

import Models
public import NetworkRoom
import Primitives
public import Workers

/// Speaks with models of this machine.
public struct TextSpeaker: Speaker {
  public let models: [SpokenModel]
  private let texts: [String: TextModel]

  /// - Parameter created: seconds since 1970, which clients are told.
  public init(_ texts: [(name: String, model: TextModel)], created: UInt64) {
    models = texts.map { SpokenModel(name: $0.name, created: created, owner: "tolsey") }
    self.texts = Dictionary(texts.map { ($0.name, $0.model) }) { first, _ in first }
  }

  public func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    guard let text = texts[asked.model] else { throw SpeechProblem.unknownModel(asked.model) }
    var options = TextOptions()
    options.most = asked.most
    options.temperature = asked.temperature
    options.topP = asked.topP
    options.stops = asked.stops
    var source = SystemRandomNumberGenerator()
    options.seed = asked.seed ?? UInt64.random(in: .min ... .max, using: &source)
    let made = try await text.continue(asked.prompt, options, emit: emit)
    return Spoken(
      promptTokens: text.alphabet.encode(asked.prompt).count, completionTokens: made.symbols,
      stopped: made.end == .stop)
  }
}
