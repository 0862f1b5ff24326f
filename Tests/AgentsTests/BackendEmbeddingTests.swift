// Vectors of somebody's server: they are read one by one, and nothing else of an answer is.

import Agents
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite final class BackendEmbeddingTests {
  private let servers = Mutex<[FakeSeller]>([])

  private func speaker(_ answer: String) async throws -> (BackendSpeaker, FakeSeller) {
    let server = try FakeSeller { request, _ in
      request.line.hasPrefix("GET")
        ? FakeSeller.reply(200, #"{"data":[{"id":"m"}]}"#) : FakeSeller.reply(200, answer)
    }
    servers.withLock { $0.append(server) }
    let url = try #require(Seller("http://127.0.0.1:\(server.port)/v1", isNamed: true))
    return (try await BackendSpeaker(url, key: "sk-secret", only: []), server)
  }

  private func asked(_ rest: String = "") throws -> EmbeddingRequest {
    try EmbeddingRequest(Array(#"{"model":"m","input":["a","b"]\#(rest)}"#.utf8))
  }

  @Test func vectorsAreReadByTheirPlaces() async throws {
    let (speaker, server) = try await speaker(
      #"""
      {"data":[{"index":1,"embedding":[0.5,-1e-3]},{"index":0,"embedding":[1,2],"x":"<script>"}],
      "usage":{"prompt_tokens":7},"note":"pay more"}
      """#)
    let made = try await speaker.embed(asked(#","dimensions":2"#))
    #expect(made.tokens == 7 && made.vectors[0] == [1, 2])
    #expect(made.vectors[1] == [.decimal("0.5"), .decimal("-1e-3")])
    #expect(!made.json(model: "m").text.contains("script"))
    let seen = try #require(server.seen.withLock { $0.last })
    #expect(seen.line.hasPrefix("POST /v1/embeddings "))
    #expect(seen["Authorization"] == "Bearer sk-secret")
    let json = try JSONValue(parsing: seen.body)
    #expect(json["input"] == ["a", "b"] && json["dimensions"] == 2)
    #expect(json["encoding_format"] == "float")
  }

  @Test func base64StaysBase64() async throws {
    let (speaker, server) = try await speaker(
      #"{"data":[{"index":0,"embedding":"AACA"},{"index":1,"embedding":"AAA/"}]}"#)
    let made = try await speaker.embed(asked(#","encoding_format":"base64""#))
    #expect(made.vectors == ["AACA", "AAA/"] && made.tokens == 0)
    let seen = try #require(server.seen.withLock { $0.last })
    #expect(try JSONValue(parsing: seen.body)["encoding_format"] == "base64")
  }

  @Test(arguments: [
    "{}", "[]", "no", #"{"data":[]}"#, #"{"data":[{"index":0,"embedding":[1]}]}"#,
    #"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#,
    #"{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}"#,
    #"{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[1]}]}"#,
    #"{"data":[{"index":0,"embedding":["pay"]},{"index":1,"embedding":[1]}]}"#,
    #"{"data":[{"index":0,"embedding":"AAAA"},{"index":1,"embedding":[1]}]}"#,
    #"{"data":[{"index":0},{"index":1,"embedding":[1]}]}"#,
  ])
  func whatIsNoListOfVectorsIsNoAnswer(_ answer: String) async throws {
    let (speaker, _) = try await speaker(answer)
    let asked = try asked()
    await #expect(throws: SpeechProblem.backendUnread) { try await speaker.embed(asked) }
  }
}
