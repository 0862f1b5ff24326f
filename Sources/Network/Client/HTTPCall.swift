// A request and a reply as plain values, between the client's methods and its connections.

import NIOCore
import NIOHTTP1

/// What is asked. Calls may be sent twice when a kept connection turns out dead, so only those
/// that may happen twice say so.
struct HTTPCall: Sendable {
  var method: HTTPMethod
  /// Path and query.
  var path: String
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []
  var isRepeatable = true
  /// Longest body that is taken as an answer.
  var replyLimit = 80 << 20

  init(
    _ method: HTTPMethod, _ path: String, body: [UInt8] = [], type: String? = nil,
    isRepeatable: Bool = true
  ) {
    self.method = method
    self.path = path
    self.body = body
    self.isRepeatable = isRepeatable
    if let type { headers.append(("Content-Type", type)) }
  }

  func head(for node: NodeAddress) -> HTTPRequestHead {
    var fields = HTTPHeaders([("Host", node.authority), ("User-Agent", "tolsey")])
    for header in headers { fields.add(name: header.name, value: header.value) }
    if !body.isEmpty || method == .POST || method == .PUT {
      fields.add(name: "Content-Length", value: String(body.count))
    }
    return HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: fields)
  }
}

/// What came back.
struct HTTPReply: Sendable {
  var status: Int
  var headers: HTTPHeaders
  var body: [UInt8]
}
