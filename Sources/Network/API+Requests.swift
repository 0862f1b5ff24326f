// Reading requests: parameters, bodies within their limits, heights, ids and signatures.

import Archive
import Hummingbird
import Primitives

extension API {
  /// Waits until the height that the reader asks for is there.
  func awaitHeight(_ asked: Asked) async throws(Problem) {
    guard let wanted = asked.number("at-least") else { return }
    guard await node.gate.wait(for: wanted, upTo: API.patience) else {
      throw .notYet(wanted, height: node.gate.height)
    }
  }

  /// The whole body, at most as many bytes of it as the route takes.
  func body(of asked: Asked) async throws -> [UInt8] {
    let limit = asked.route.body?.limit(under: node.facts) ?? 0
    return try await body(of: asked.request, from: asked.peer, limit: limit)
  }

  /// At most so many bytes, counted to who sends them, and no slower than anybody who means it.
  func body(of request: Request, from peer: Peer, limit: Int) async throws -> [UInt8] {
    let start = ContinuousClock.now
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= limit else { throw Problem.tooLarge(limit: limit) }
      bytes.append(contentsOf: part.readableBytesView)
      try rates.bytes(part.readableBytes, of: peer)
      let allowed = Duration.milliseconds(
        node.limits.bodyMilliseconds + UInt64(bytes.count / API.slowestBytesPerMillisecond))
      guard ContinuousClock.now - start <= allowed else { throw Problem.tooSlow }
    }
    return bytes
  }

  private static let slowestBytesPerMillisecond = 16

  /// What a reader of bytes refuses is the client's fault.
  func reading<T>(_ body: () throws(Refusal) -> T) throws(Problem) -> T {
    do throws(Refusal) { return try body() } catch { throw Problem(error) }
  }

  /// Who signed the request.
  func signer(_ asked: Asked, body: [UInt8]) throws(Problem) -> Address {
    let request = asked.request
    guard let field = request.headers[.authorization] else { throw RequestSignature.missing }
    guard let signature = RequestSignature(header: field) else { throw RequestSignature.missing }
    let signer = try signature.verified(
      method: request.method.rawValue, path: request.head.path ?? "/", body: body,
      network: node.facts.network, now: node.now())
    try rates.signed(by: signer, from: asked.peer)
    return signer
  }

  func address(_ text: String) throws(Problem) -> Address {
    guard let address = Address(hex: text) else {
      throw .malformed("the address", hint: "an address is 0x and 40 hex digits")
    }
    return address
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
      throw Problem.ambiguous(found.count, text, found.map { PrintedID.full(kind, $0) })
    }
    return first
  }
}
