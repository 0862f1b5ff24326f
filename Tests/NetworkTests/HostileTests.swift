// Bytes that no honest client sends: each gets its status, nothing of the inside gets out, and the
// node goes on.

import Foundation
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct HostileTests {
  /// What an answer must not show: how the program is made, or where it runs.
  private func leaks(_ reply: RawReply) -> [String] {
    let words = [
      "Swift", "NIO", "Hummingbird", "Error", "fatal", "Optional(", "/work", "/var", "Sources",
      "s3cret", "0x0000000", "Refusal(", "\u{202e}", "\u{200b}", "<script",
    ]
    let text = reply.text + reply.fields.map { $0.name + $0.value }.joined()
    return words.filter { text.contains($0) && !($0 == "0x0000000" && reply.status < 400) }
  }

  private func expect(
    _ port: Int, _ text: String, _ statuses: Set<Int>,
    _ source: SourceLocation = #_sourceLocation
  ) async throws {
    let reply = try await RawHTTP.exchange(port, text)
    let shown = String(text.prefix(90))
    #expect(statuses.contains(reply.status), "\(reply.status) for \(shown)", sourceLocation: source)
    #expect(leaks(reply).isEmpty, "\(leaks(reply)) for \(shown)", sourceLocation: source)
    if reply.status >= 400, !reply.body.isEmpty {
      #expect(reply["Content-Type"] == Problem.mediaType, sourceLocation: source)
      #expect(Problem(json: reply.json ?? .null)?.status == reply.status, sourceLocation: source)
    }
  }

  private func get(_ target: String, _ fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: node\r\n\(fields)\r\n"
  }

  private func post(_ target: String, _ fields: String, _ body: String) -> String {
    "POST \(target) HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
      + "\(fields)\r\n\(body)"
  }

  @Test func pathsThatPlayGames() async throws {
    try await FakeNode().run { port async throws in
      for target in [
        "/../../etc/passwd", "/api/../../etc/passwd", "/api/orders/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd", "/api/orders/..%2f..%2fetc%2fpasswd", "/api/orders/%00",
        "/api/orders/order_abc%00.json", "/api/orders/%c0%ae%c0%ae", "/api/orders/%",
        "/api/orders/%2", "/api/orders/%zz", "/api/%e2%80%ae", "/api/orders?account=%e2%80%8b",
        "/api/orders?account=%00", "/api/orders/..", "/api/orders/%5c..%5c",
      ] {
        try await expect(port, get(target), [400])
      }
      for target in [
        "//etc/passwd", "/etc/passwd", "/api//orders", "/api/orders/", "/API/orders",
        "/api/orders/order_abc/more", "/api/%252e%252e", "/api/orders;x=1", "/.git/config",
        "/%3Cscript%3E", "/api/openapi.json/",
      ] {
        try await expect(port, get(target), [404])
      }
      try await expect(port, get("/" + String(repeating: "a", count: 9_000)), [414])
      try await expect(port, get("/api/orders?x=" + String(repeating: "a", count: 9_000)), [414])
      try await expect(port, get("/api/orders?" + String(repeating: "a&", count: 300)), [400])
      try await expect(port, get("/api/orders?account=0x00"), [400])
      try await expect(port, get("http://else.example/api/orders"), [200])
    }
  }

  @Test func idsThatDoNotExist() async throws {
    try await FakeNode().run { port async throws in
      let digest = "0x" + String(repeating: "ab", count: 32)
      for noun in ["orders", "offers", "leases", "runs", "disputes", "messages", "receipts"] {
        try await expect(port, get("/api/\(noun)/\(digest)"), [404])
        for bad in ["x", "0", "null", "undefined", "1'%20or%20'1'='1", "%F0%9F%92%A9", "~"] {
          try await expect(port, get("/api/\(noun)/\(bad)"), [400])
        }
        try await expect(
          port, get("/api/\(noun)/" + String(repeating: "a", count: 5_000)), [400])
      }
      for height in ["-1", "18446744073709551616", "1e3", "0x1", "1.0", "%31%20"] {
        try await expect(port, get("/api/blocks/\(height)"), [400])
      }
      try await expect(port, get("/api/blocks/18446744073709551615"), [404])
    }
  }

  @Test func headsThatAreNone() async throws {
    try await FakeNode().run { port async throws in
      for text in [
        "\r\n\r\nGARBAGE\r\n\r\n", "GET\r\n\r\n", "GET /api HTTP/9.9\r\n\r\n",
        "GET /api HTTP/1.1\r\nHost: a\r\nBad Field: x\r\n\r\n",
        "GET /a\u{0}b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\r\n\r\n",
        get("/api", "X: " + String(repeating: "a", count: 40_000) + "\r\n"),
        get("/api", String(repeating: "X: y\r\n", count: 400)),
      ] {
        try await expect(port, text, [400, 431, 505])
      }
      // A range is ignored, as servers may.
      let whole = try await RawHTTP.ask(port, "GET", "/api/genesis")
      for range in ["bytes=0-1", "bytes=-1", "bytes=5-1", "bytes=0-0,2-3,9-", "lines=1"] {
        let reply = try await RawHTTP.ask(port, "GET", "/api/genesis", fields: ["Range: \(range)"])
        #expect(reply.status == 200 && reply.body == whole.body)
      }
      try await expect(
        port, get("/api/orders", "Accept: \(String(repeating: "a/b,", count: 900))\r\n"), [406])
    }
  }

  @Test func bodiesThatLieAboutTheirLength() async throws {
    try await FakeNode().run { port async throws in
      let path = "/api/messages"
      for fields in [
        "Content-Length: 1\r\nContent-Length: 2\r\n", "Content-Length: -1\r\n",
        "Content-Length: 0x10\r\n", "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1 2\r\n",
      ] {
        try await expect(port, post(path, fields, "{}"), [400, 413])
      }
      let chunked = "Transfer-Encoding: chunked\r\n"
      for body in ["ZZ\r\n{}\r\n0\r\n\r\n", "2\r\n{}garbage\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n"]
      {
        try await expect(port, post(path, chunked, body), [400])
      }
      try await expect(port, post(path, chunked, "2\r\n{}\r\n0\r\n\r\n"), [400])
      try await expect(port, post(path, "Content-Length: 0\r\n", ""), [400])
      // Too long by its own word is refused before a byte of it comes, and the line is cut.
      let early = try await RawHTTP.exchange(
        port, post(path, "Content-Length: 999999999\r\n", ""))
      #expect(early.status == 413 && early["Connection"] == "close")
      let long = String(repeating: " ", count: 300_000)
      try await expect(
        port, post(path, chunked, "\(String(long.count, radix: 16))\r\n\(long)\r\n0\r\n\r\n"), [413]
      )
      let unsigned = "PUT /api/blobs HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
      try await expect(port, unsigned, [401])
    }
  }

  @Test func bodiesThatAreBombs() async throws {
    try await FakeNode().run { port async throws in
      let deep = String(repeating: "[", count: 50_000)
      let nested = String(repeating: "{\"a\":", count: 10_000)
      for body in [
        deep, nested, "{\"message\":1e999999999}", "{\"message\":\"\\ud800\"}", "nul", "\u{feff}{}",
        "{\"message\":{\"kind\":\"Transfer\",\"kind\":\"Transfer\"}}", "{\"message\":\"0xzz\"}",
        "[]", "{}", "\"\"", "0", "{\"message\":{\"kind\":\"Nothing\",\"content\":{}}}",
        "{\"message\":{\"kind\":\"Transfer\",\"content\":{}},\"authorisation\":{}}",
      ] {
        try await expect(
          port, post("/api/messages", "Content-Length: \(body.utf8.count)\r\n", body), [400])
        try await expect(
          port, post("/api/faucet", "Content-Length: \(body.utf8.count)\r\n", body),
          [400, 404, 413])
      }
    }
  }

  @Test func whatFailsInsideStaysInside() async throws {
    let node = FakeNode()
    try await node.run { port async throws in
      node.records.inside.withLock { $0.isBroken = true }
      for target in ["/api/orders", "/api/status", "/api/blocks/1", "/api/disputes"] {
        let reply = try await RawHTTP.exchange(port, get(target))
        #expect(reply.status == 500 && reply.code == "internal")
        #expect(leaks(reply).isEmpty)
      }
      node.records.inside.withLock { $0.isBroken = false }
      try await expect(port, get("/api/orders"), [200])
    }
  }

  @Test func connectionsThatComeToNothing() async throws {
    try await FakeNode().run { port async throws in
      // Silent, half a head, half a body, and closed in the middle.
      let idle = try await RawHTTP.apart {
        try (0..<60).map { number in
          let connection = try RawHTTP(port)
          switch number % 4 {
          case 0: break
          case 1: connection.send("GET /api/or")
          case 2:
            connection.send(
              "POST /api/messages HTTP/1.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: 9\r\n\r\n{"
            )
          default:
            connection.send("GET /api/orders HTTP/1.1\r\nHo")
            connection.endSending()
          }
          return connection
        }
      }
      try await expect(port, get("/api/orders"), [200])
      // A connection that has only ended its own half still gets its answer.
      let half = try await RawHTTP.apart {
        let connection = try RawHTTP(port)
        connection.send("GET /api/orders HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.endSending()
        return try connection.reply()
      }
      #expect(half.status == 200)
      // Requests in one stroke are answered in order.
      let statuses = try await RawHTTP.apart {
        let connection = try RawHTTP(port)
        connection.send(
          ["/api/orders", "/api/nothing", "/api/offers"].map {
            "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n"
          }.joined())
        return try (0..<3).map { _ in try connection.reply().status }
      }
      #expect(statuses == [200, 404, 200])
      _ = idle.count
    }
  }

  /// A body that trickles in is given up; every part of it came in time for the connection.
  @Test func bodiesThatTrickle() async throws {
    let node = FakeNode { $0.limits.bodyMilliseconds = 20 }
    try await node.run { port async throws in
      let reply = try await RawHTTP.apart {
        let connection = try RawHTTP(port)
        connection.send(
          "POST /api/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 9999\r\n\r\n")
        // A starved server may find many parts at once, and judges them when the next one comes;
        // short of the last one it says nothing.
        var parts = 0
        while parts < 9_998, !connection.hasBytes(withinMilliseconds: 30) {
          connection.send(" ")
          parts += 1
        }
        return try connection.reply()
      }
      #expect(reply.status == 408 && reply.code == "tooSlow")
      #expect(reply["Connection"] == "close")
      try await expect(port, get("/api/orders"), [200])
    }
  }
}
