// What clients ask of `/v1/embeddings`, and what comes back.

public import Primitives

/// Texts whose vectors are wanted.
public struct EmbeddingRequest: Hashable, Sendable {
  public var model = ""
  public var texts: [String] = []
  public var dimensions: UInt64?
  /// Whether vectors are told as base64 of their 32-bit numbers, or as a list.
  public var isBase64 = false

  /// Texts of one request.
  public static let mostTexts = 256

  /// A request that asks for nothing: what a usual one would be.
  init(model: String) { self.model = model }

  public init(_ bytes: [UInt8]) throws(SpeechProblem) {
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes, limit: ChatRequest.mostBytes) } catch {
      throw SpeechProblem(400, "invalid_json", "the body is no JSON")
    }
    guard let model = json["model"]?.string else { throw .wrong("model", "a name") }
    self.model = model
    if let text = json["input"]?.string {
      texts = [text]
    } else {
      let list = json["input"]?.array ?? []
      texts = list.compactMap(\.string)
      guard texts.count == list.count else {
        throw .unsupported("input", "tokens are the server's own; send texts")
      }
    }
    guard (1...EmbeddingRequest.mostTexts).contains(texts.count),
      texts.allSatisfy({ !$0.isEmpty })
    else { throw .wrong("input", "1 to \(EmbeddingRequest.mostTexts) texts that say something") }
    switch json["dimensions"] {
    case nil, .null?: break
    case let value?:
      guard let number = value.uint64, (1...65_536).contains(number) else {
        throw .wrong("dimensions", "1 to 65536")
      }
      dimensions = number
    }
    switch json["encoding_format"]?.string {
    case nil, "float"?: break
    case "base64"?: isBase64 = true
    default: throw .wrong("encoding_format", "float or base64")
    }
  }

  /// More tokens than this the texts cannot have.
  var promptBound: Int { texts.reduce(0) { $0 + $1.utf8.count + Utterance.around } }
}

/// A vector for each text, in their order: as a list of numbers, or as base64.
public struct Embedded: Equatable, Sendable {
  public var vectors: [JSONValue]
  public var tokens: Int

  public init(vectors: [JSONValue], tokens: Int) { (self.vectors, self.tokens) = (vectors, tokens) }

  func json(model: String) -> JSONValue {
    let list = vectors.enumerated().map { index, vector -> JSONValue in
      ["object": "embedding", "index": .unsigned(UInt64(index)), "embedding": vector]
    }
    return [
      "object": "list", "data": .array(list), "model": .string(model),
      "usage": [
        "prompt_tokens": .unsigned(UInt64(clamping: tokens)),
        "total_tokens": .unsigned(UInt64(clamping: tokens)),
      ],
    ]
  }
}
