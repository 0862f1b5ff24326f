// A request for a page, as far as pages look at it.

public import Primitives

/// What the browser asks for.
public struct Visit: Sendable {
  public var method: String
  /// Decoded, without the query, without `.json`.
  public var path: String
  public var query: [(name: String, value: String)]
  public var body: [UInt8]
  public var contentType: String
  /// The site that a form was sent from, and the one it was sent to.
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

  public func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

  func number(_ name: String) throws(Missing) -> UInt64? {
    guard let text = value(name), !text.isEmpty else { return nil }
    guard let number = UInt64(text) else {
      throw Missing(400, "malformed", "\(name) is a whole number")
    }
    return number
  }

  func address(_ name: String) throws(Missing) -> Address? {
    guard let text = value(name), !text.isEmpty else { return nil }
    guard let address = Address(hex: text) else {
      throw Missing(400, "malformed", "\(name) is an address: 0x and 40 hex digits")
    }
    return address
  }
}

/// What goes back.
public struct Answer: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]

  public init(status: Int = 200, headers: [(name: String, value: String)], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
