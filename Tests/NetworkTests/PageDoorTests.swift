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

  /// Whoever holds a form back, or sends many, is stopped as at any route of the API.
  @Test func formsThatTrickle() async throws {
    let node = FakeNode { $0.limits.bodyMilliseconds = 20 }
    try await node.run(pages: Till()) { port async throws in
      let reply = try await RawHTTP.apart {
        let connection = try RawHTTP(port)
        connection.send("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n")
        for _ in 0..<30 {
          Thread.sleep(forTimeInterval: 0.03)
          connection.send(" ")
        }
        return try connection.reply()
      }
      #expect(reply.status == 408 && reply.code == "tooSlow")
    }
  }
}
