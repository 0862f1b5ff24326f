// Vectors from somebody's OpenAI-compatible server.

import Primitives

extension BackendSpeaker {
  public var embeds: Bool { true }

  /// Bytes of one answer: 100 vectors of 3,072 numbers as text, or five times as many as base64.
  private static let mostVectors = 8 << 20

  /// Only vectors and their number of tokens are read; an answer with another number of them, or
  /// with something else among them, is none.
  public func embed(_ asked: EmbeddingRequest) async throws -> Embedded {
    let json = try await ask(
      "/embeddings", BackendSpeaker.request(asked).bytes, most: BackendSpeaker.mostVectors)
    guard let data = json["data"]?.array, data.count == asked.texts.count else {
      throw SpeechProblem.backendUnread
    }
    var vectors = [JSONValue?](repeating: nil, count: data.count)
    for item in data {
      guard let index = item["index"]?.uint64, index < data.count, vectors[Int(index)] == nil,
        let vector = item["embedding"], BackendSpeaker.isVector(vector, asked)
      else { throw SpeechProblem.backendUnread }
      vectors[Int(index)] = vector
    }
    let tokens = json["usage"]?["prompt_tokens"]?.uint64 ?? 0
    return Embedded(
      vectors: vectors.compactMap(\.self), tokens: Int(clamping: min(tokens, 1 << 32)))
  }

  private static func isVector(_ value: JSONValue, _ asked: EmbeddingRequest) -> Bool {
    if asked.isBase64 {
      guard let text = value.string else { return false }
      return !text.isEmpty && text.utf8.allSatisfy(isBase64)
    }
    guard let numbers = value.array, !numbers.isEmpty else { return false }
    return numbers.allSatisfy { number in
      switch number {
      case .unsigned, .integer, .decimal: true
      default: false
      }
    }
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2b, 0x2f, 0x3d: true
    default: false
    }
  }

  private static func request(_ asked: EmbeddingRequest) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "model", value: .string(asked.model)),
      .init(name: "input", value: .array(asked.texts.map { .string($0) })),
      .init(name: "encoding_format", value: asked.isBase64 ? "base64" : "float"),
    ]
    if let dimensions = asked.dimensions {
      members.append(.init(name: "dimensions", value: .unsigned(dimensions)))
    }
    return .object(members)
  }
}
