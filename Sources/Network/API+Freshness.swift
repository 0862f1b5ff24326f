// How long an answer stays true: tags, and the short way for those who have the answer already.

import Archive
import Hummingbird
import Primitives

extension API {
  /// Answers, with the tag that the route's freshness gives.
  ///
  /// Tags are strong: the same tag, the same bytes. Caches ask every time (`no-cache`), which
  /// costs them an empty 304: neither heights nor ids name a network, and at one address one
  /// network may follow another, so that nothing but a blob can be kept unasked.
  func fresh(_ asked: Asked) async throws -> Response {
    switch asked.route.freshness {
    case .never: return try await asked.route.handle(self, asked)
    case .byContent: return try await byContent(asked)
    case .byHeight: return try await byHeight(asked)
    case .settled:
      guard isWhole(asked) else { return try await byHeight(asked) }
      let tag = tag("s", asked)
      if asked.has(tag) { return notModified(tag) }
      let response = try await asked.route.handle(self, asked)
      // What still waits is not settled.
      return response.status == .ok ? tagged(response, tag) : response
    }
  }

  /// State is read row by row, so a block may come in between. The answer has the height's tag
  /// only if the height was the same before and after.
  private func byHeight(_ asked: Asked) async throws -> Response {
    for _ in 0..<3 {
      let height = try storedHeight()
      let tag = tag("h\(height)", asked)
      if asked.has(tag) { return notModified(tag) }
      let response = try await asked.route.handle(self, asked)
      guard response.status == .ok else { return response }
      if try storedHeight() == height { return tagged(response, tag) }
    }
    return try await byContent(asked)
  }

  private func byContent(_ asked: Asked) async throws -> Response {
    let response = try await asked.route.handle(self, asked)
    guard response.status == .ok else { return response }
    let bytes = try await response.collected()
    let tag = "\"b\(Hex.digits(Array(SHA256.hash(bytes).bytes.prefix(16))))\""
    return asked.has(tag) ? notModified(tag) : tagged(response, tag)
  }

  private func storedHeight() throws -> UInt64 {
    try node.records.row("clock", key: UInt64(0).keyBytes).height
  }

  /// Whether the path says all of its id, so that it will never mean another object.
  private func isWhole(_ asked: Asked) -> Bool {
    for parameter in asked.route.parameters where parameter.place == .path {
      switch parameter.form {
      case .id, .anyID:
        guard (try? IDStem(asked.path[parameter.name] ?? ""))?.whole != nil else { return false }
      default: continue
      }
    }
    return true
  }

  /// A tag that only this network gives for this URL, and only this version of the node.
  private func tag(_ state: String, _ asked: Asked) -> String {
    var hasher = SHA256()
    hasher.update("tolsey/tag/1")
    hasher.update(node.facts.network.bytes)
    hasher.update(node.facts.version)
    hasher.update(asked.request.head.path ?? "")
    return "\"\(state)-\(Hex.digits(Array(hasher.finalize().bytes.prefix(8))))\""
  }

  private func tagged(_ response: Response, _ tag: String) -> Response {
    var response = response
    response.headers[.eTag] = tag
    response.headers[.cacheControl] = "no-cache"
    return response
  }

  func notModified(_ tag: String, cache: String = "no-cache") -> Response {
    var response = Response(status: .notModified, headers: [.eTag: tag, .cacheControl: cache])
    response.headers[.contentLength] = nil
    return response
  }
}

extension Asked {
  /// Whether the reader says that it has the answer with this tag.
  func has(_ tag: String) -> Bool {
    guard request.method == .get || request.method == .head else { return false }
    return request.headers[values: .ifNoneMatch].contains { field in
      field.split(separator: ",").contains { part in
        let text = part.filter { $0 != " " && $0 != "\t" }
        return text == tag || text == "W/" + tag
      }
    }
  }
}
