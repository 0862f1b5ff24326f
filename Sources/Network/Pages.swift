// Pages for people beside the API: whoever draws them answers paths that the API does not.

/// What a browser asks for.
public struct PageRequest: Sendable {
  public var method: String
  /// Decoded, without the query.
  public var path: String
  public var query: [(name: String, value: String)]
  public var body: [UInt8]
  public var contentType: String
  /// The site that a form was sent from, where the browser says so, and the one it was sent to.
  public var origin: String?
  public var host: String?

  public init(
    method: String = "GET", path: String, query: [(name: String, value: String)] = [],
    body: [UInt8] = [], contentType: String = "", origin: String? = nil, host: String? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.contentType = contentType
    self.origin = origin
    self.host = host
  }
}

/// One page, whole.
public struct Page: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]

  public init(status: Int = 200, headers: [(name: String, value: String)], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Draws pages. Nil leaves the path to nobody, and the client gets a problem.
public protocol Pages: Sendable {
  /// Bytes that may be posted to a path; nil where nothing may.
  func bodyLimit(of path: String) -> Int?
  func page(_ request: PageRequest) async -> Page?
  /// What a browser is shown where there is no page; nil leaves it to the problem.
  func missing(_ request: PageRequest) -> Page?
}

extension Pages {
  public func missing(_ request: PageRequest) -> Page? { nil }
}
