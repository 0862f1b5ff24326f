// Requests for pages on their way to whoever draws them.

import HTTPTypes
import Hummingbird

/// The paths that the API leaves to the pages.
struct PageDoor: Sendable {
  let pages: any Pages

  /// The page; nil where nobody draws that path.
  func answer(_ request: Request, at target: RequestTarget) async throws -> Response? {
    let path = "/" + target.segments.joined(separator: "/")
    let isRead = request.method == .get || request.method == .head
    let limit = pages.bodyLimit(of: path)
    guard isRead || (request.method == .post && limit != nil) else { return nil }
    var asked = PageRequest(
      method: isRead ? "GET" : "POST", path: path, query: target.parameters,
      contentType: request.headers[.contentType] ?? "",
      origin: request.headers[.origin], host: request.head.authority)
    if !isRead, let limit { asked.body = try await PageDoor.body(of: request, limit: limit) }
    guard let page = await pages.page(asked) else { return nil }
    return PageDoor.response(page, to: request)
  }

  /// A page whose tag the browser knows already is not sent again.
  private static func response(_ page: Page, to request: Request) -> Response {
    var headers = HTTPFields()
    for (name, value) in page.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
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

  private static func body(of request: Request, limit: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= limit else { throw Problem.tooLarge(limit: limit) }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }
}
