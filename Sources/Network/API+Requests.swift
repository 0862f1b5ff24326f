// Reading requests: parameters, bodies within their limits, heights, ids and signatures.

import Archive
import Hummingbird
import Primitives

extension API {
  /// The value of a query parameter, decoded.
  func query(_ name: String, _ request: Request) -> String? {
    request.uri.queryParameters[name[...]].map(String.init)
  }

  /// Every value of a parameter that may come several times, or as a list with commas.
  func queries(_ name: String, _ request: Request) -> [String] {
    request.uri.queryParameters[values: name[...]]
      .flatMap { $0.split(separator: ",").map(String.init) }
  }

  func number(_ name: String, _ request: Request) throws(Problem) -> UInt64? {
    guard let text = query(name, request) else { return nil }
    guard let number = UInt64(text) else {
      throw .malformed(name, hint: "\(name) is a whole number")
    }
    return number
  }

  /// Waits until the height that the reader asks for is there.
  func awaitHeight(_ request: Request) async throws(Problem) {
    guard let wanted = try number("at-least", request) else { return }
    guard await node.gate.wait(for: wanted, upTo: API.patience) else {
      throw Problem(
        503, "notYet", "height \(wanted) is not there yet", hint: "ask again",
        numbers: [Number("wanted", wanted), Number("height", node.gate.height)])
    }
  }

  /// The whole body, at most `limit` bytes of it.
  func body(of request: Request, limit: Int) async throws -> [UInt8] {
    if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
      throw Problem.tooLarge(limit: limit)
    }
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= limit else { throw Problem.tooLarge(limit: limit) }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }

  /// The type of the body, without its parameters.
  func contentType(_ request: Request) -> String {
    let field = request.headers[.contentType] ?? ""
    return field.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
  }

  func json(of request: Request, limit: Int) async throws -> JSONValue {
    guard contentType(request) == "application/json" else {
      throw Problem.wrongType(contentType(request), wants: "application/json")
    }
    let bytes = try await body(of: request, limit: limit)
    return try reading { () throws(Refusal) in try JSONValue(parsing: bytes, limit: limit) }
  }

  /// What a reader of bytes refuses is the client's fault.
  func reading<T>(_ body: () throws(Refusal) -> T) throws(Problem) -> T {
    do throws(Refusal) { return try body() } catch { throw Problem(error) }
  }

  /// Who signed the request.
  func signer(_ request: Request, body: [UInt8]) throws(Problem) -> Address {
    guard let field = request.headers[.authorization] else { throw RequestSignature.missing }
    guard let signature = RequestSignature(header: field) else { throw RequestSignature.missing }
    return try signature.verified(
      method: request.method.rawValue, path: request.uri.string, body: body,
      network: node.facts.network, now: node.now())
  }

  func address(_ text: String) throws(Problem) -> Address {
    guard let address = Address(hex: text) else {
      throw .malformed("the address", hint: "an address is 0x and 40 hex digits")
    }
    return address
  }

  func addresses(_ name: String, _ request: Request) throws(Problem) -> [Address] {
    var found: [Address] = []
    for text in queries(name, request) { found.append(try address(text)) }
    return found
  }
}

// MARK: - Ids

extension API {
  /// The one id of its kind that the text begins; several are named in the refusal.
  ///
  /// - Parameter isOne: whether an id of the log names such an object.
  func resolve(
    _ text: String, _ kind: String, isOne: (Bytes32) throws -> Bool
  ) throws -> Bytes32 {
    let stem = try IDStem(text, kind: kind)
    if let whole = stem.whole { return whole }
    var found: [Bytes32] = []
    for id in try node.records.resolve(stem, limit: 64) where try isOne(id) { found.append(id) }
    guard let first = found.first else {
      throw Problem.notFound(
        "\(kind) that begins with \(text)", hint: "type more of it, or look at the list")
    }
    guard found.count == 1 else {
      throw Problem(
        409, "ambiguous", "\(found.count) of that kind begin with \(text)",
        hint: "type more letters", candidates: found.map { PrintedID.full(kind, $0) })
    }
    return first
  }
}
