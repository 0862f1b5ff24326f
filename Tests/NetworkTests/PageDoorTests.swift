// Forms that are posted to pages, under the limits of every other body.

import Foundation
import NetworkRoom
import Testing

@Suite struct PageDoorTests {
  /// Takes a form at one path and says how many bytes came.
  struct Till: Pages {
    func bodyLimit(of path: String) -> Int? { path == "/form" ? 1_000 : nil }

    func page(_ request: PageRequest) async -> Page? {
      guard request.path == "/form" else { return nil }
      let words = "\(request.method) \(request.body.count)"
      return Page(headers: [("content-type", "text/plain")], body: Array(words.utf8))
    }

    func missing(_ request: PageRequest) -> Page? {
      Page(status: 404, headers: [("content-type", "text/html")], body: Array("no page".utf8))
    }
  }

  @Test func formsUpToTheirLimit() async throws {
    try await FakeNode().run(pages: Till()) { port async throws in
      let taken = try await RawHTTP.ask(
        port, "POST", "/form", body: [UInt8](repeating: 65, count: 1_000))
      #expect(taken.status == 200 && String(decoding: taken.body, as: UTF8.self) == "POST 1000")
      let much = try await RawHTTP.ask(
        port, "POST", "/form", body: [UInt8](repeating: 65, count: 1_001))
      #expect(much.status == 413)
      // Refused by what it announces: nothing is waited for.
      let huge = try await RawHTTP.exchange(
        port, "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
      #expect(huge.status == 413)
      let elsewhere = try await RawHTTP.ask(port, "POST", "/none", body: [65])
      #expect(elsewhere.status == 404)
    }
  }

  @Test func whatAPageDoesNotDo() async throws {
    try await FakeNode().run(pages: Till()) { port async throws in
      for method in ["DELETE", "PUT", "PATCH"] {
        let reply = try await RawHTTP.ask(port, method, "/form")
        #expect(reply.status == 405 && reply.code == "methodNotAllowed", "\(method)")
        #expect(reply["allow"] == "GET, HEAD, POST")
      }
      let options = try await RawHTTP.ask(port, "OPTIONS", "/form")
      #expect(options.status == 204 && options["allow"] == "GET, HEAD, POST")
      #expect(try await RawHTTP.ask(port, "DELETE", "/none").status == 404)
    }
  }

  @Test func aBrowserIsToldOnAPageThatThereIsNone() async throws {
    try await FakeNode().run(pages: Till()) { port async throws in
      func ask(_ path: String, _ accept: String) async throws -> String {
        let reply = try await RawHTTP.exchange(
          port, "GET \(path) HTTP/1.1\r\nHost: a\r\nAccept: \(accept)\r\n\r\n")
        #expect(reply.status == 404)
        return String(decoding: reply.body, as: UTF8.self)
      }
      #expect(try await ask("/none", "text/html,*/*;q=0.8") == "no page")
      #expect(try await ask("/none", "*/*").contains("noSuchRoute"))
      #expect(try await ask("/api/none", "text/html").contains("noSuchRoute"))
    }
  }

  /// Whoever holds a form back, or sends many, is stopped as at any route of the API.
  @Test func formsThatTrickle() async throws {
    let node = FakeNode { $0.limits.bodyMilliseconds = 20 }
    try await node.run(pages: Till()) { port async throws in
      let reply = try await RawHTTP.apart {
        let connection = try RawHTTP(port)
        connection.send("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n")
        // A starved server may find many parts at once, and judges them when the next one comes.
        var parts = 0
        while parts < 900, !connection.hasBytes(withinMilliseconds: 30) {
          connection.send(" ")
          parts += 1
        }
        return try connection.reply()
      }
      #expect(reply.status == 408 && reply.code == "tooSlow")
    }
  }
}
