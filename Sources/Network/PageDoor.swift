// Requests for pages on their way to whoever draws them.

import HTTPTypes
import Hummingbird

/// The paths that the API leaves to the pages.
struct PageDoor: Sendable {
  let pages: any Pages
  /// A form's bytes lie under the same limits as those of the API.
  let api: API
  let peer: Peer

  /// The page; nil where nobody draws that path.
  func answer(_ request: Request, at target: RequestTarget) async throws -> Response? {
    let path = "/" + target.segments.joined(separator: "/")
    let isRead = request.method == .get || request.method == .head
    let limit = pages.bodyLimit(of: path)
    guard isRead || (request.method == .post && limit != nil) else {
      return await refusal(of: request.method, at: path, takesPosts: limit != nil)
    }
    var asked = PageRequest(
      method: isRead ? "GET" : "POST", path: path, query: target.parameters,
      contentType: request.headers[.contentType] ?? "",
      origin: request.headers[.origin], host: request.head.authority)
    if !isRead, let limit { asked.body = try await body(of: request, limit: limit) }
    // Whoever sends many requests at once on one connection is drawn one page at a time, between
    // those of the others.
    await Task.yield()
    if let page = await pages.page(asked) { return PageDoor.response(page, to: request) }
    // A browser gets a page that says so; a program gets a problem.
    let wanted = request.headers[.accept] ?? ""
    guard isRead, wanted.contains("text/html"), target.segments.first != "api",
      let page = pages.missing(asked)
    else { return nil }
    return PageDoor.response(page, to: request)
  }

  /// What a page does not do; nil where there is no page either.
  private func refusal(
    of method: HTTPRequest.Method, at path: String, takesPosts: Bool
  ) async -> Response? {
    guard let page = await pages.page(PageRequest(path: path)), page.status < 400 else {
      return nil
    }
    return Dispatcher.other(method, allowed: takesPosts ? "GET, HEAD, POST" : "GET, HEAD")
  }

  /// The fields that pages have: to read a name letter by letter each time costs more than to find
  /// it.
  private static let names: [String: HTTPField.Name] = {
    let all: [HTTPField.Name] = [
      .contentSecurityPolicy, .xContentTypeOptions, .contentType, .cacheControl, .eTag, .location,
    ]
    let others = ["referrer-policy", "cross-origin-opener-policy", "cross-origin-resource-policy"]
    let pairs = (all + others.compactMap { HTTPField.Name($0) }).map { ($0.canonicalName, $0) }
    return Dictionary(pairs) { first, _ in first }
  }()

  /// A page whose tag the browser knows already is not sent again.
  private static func response(_ page: Page, to request: Request) -> Response {
    var headers = HTTPFields()
    for (name, value) in page.headers {
      if let name = PageDoor.names[name] ?? HTTPField.Name(name) { headers[name] = value }
    }
    if let tag = headers[.eTag], let known = request.headers[.ifNoneMatch], page.status == 200 {
      let tags = known.split(separator: ",").map { $0.filter { $0 != " " } }
      if tags.contains(tag) || tags.contains("W/" + tag) {
        headers[.contentType] = nil
        return Response(status: .notModified, headers: headers)
      }
    }
    headers[.contentLength] = String(page.body.count)
    return Response(
      status: .init(code: page.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.body)))
  }

  private func body(of request: Request, limit: Int) async throws -> [UInt8] {
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? limit
    guard announced <= limit else { throw Problem.tooLarge(limit: limit) }
    return try await api.uploads.lending(max(0, announced)) {
      try await api.body(of: request, from: peer, limit: limit)
    }
  }
}
