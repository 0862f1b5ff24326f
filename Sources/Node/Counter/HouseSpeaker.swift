// The text model that a test node sells, so that who comes with an OpenAI client finds an answer.

import CDocs
import Models
public import NetworkRoom
public import Primitives
import Workers

/// Speaks with the character GPT that the program carries. It is unpacked when somebody asks first.
public actor HouseSpeaker: Speaker {
  public static let name = "gpt"
  /// What an answer costs.
  public static let price = Amount(1_000)

  public nonisolated let models: [SpokenModel]
  private var text: TextSpeaker?

  /// - Parameter created: seconds since 1970, which clients are told.
  public init(created: UInt64) {
    models = [SpokenModel(name: HouseSpeaker.name, created: created, owner: "tolsey")]
  }

  public nonisolated func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    try await unpacked().speak(asked, emit: emit)
  }

  private func unpacked() throws -> TextSpeaker {
    if let text { return text }
    let model = try HouseSpeaker.model()
    let made = TextSpeaker([(HouseSpeaker.name, model)], created: models[0].created)
    text = made
    return made
  }

  static func model() throws(Refusal) -> TextModel {
    let model = UnsafeBufferPointer(start: cdocs_text_model(), count: cdocs_text_model_size)
    let alphabet = UnsafeBufferPointer(start: cdocs_alphabet(), count: cdocs_alphabet_size)
    return try TextModel(try Model.load(Array(model)), try Alphabet(json: Array(alphabet)))
  }
}
