// Pages for people beside the API: whoever draws them answers paths that the API does not.

/// One page, whole.
public struct Page: Sendable {
  public var status: Int
  public var type: String
  public var body: [UInt8]

  public init(status: Int = 200, type: String = "text/html; charset=utf-8", body: [UInt8]) {
    self.status = status
    self.type = type
    self.body = body
  }
}

/// Draws pages. Nil leaves the path to nobody, and the client gets a problem.
public protocol Pages: Sendable {
  func page(path: String, query: String) async -> Page?
}
