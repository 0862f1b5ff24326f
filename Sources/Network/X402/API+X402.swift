// The facilitator's part of the API: verify, settle, what is supported, what can be found.

import Hummingbird
import Primitives

extension API {
  private func facilitator() throws(Problem) -> Facilitator {
    guard let facilitator = node.facilitator else { throw .noFacilitator }
    return facilitator
  }

  /// The body as JSON; a payment that is not good is no bad request.
  private func payment(of asked: Asked) async throws -> JSONValue {
    let bytes = try await body(of: asked)
    let json = try reading { () throws(Refusal) in
      try JSONValue(parsing: bytes, limit: bytes.count)
    }
    guard json.members != nil else {
      throw Problem.malformed("the body", hint: "send an object with paymentPayload")
    }
    return json
  }

  func verifyPayment(_ asked: Asked) async throws -> Response {
    let facilitator = try facilitator()
    let json = try await payment(of: asked)
    return Response(json: try await facilitator.verify(body: json))
  }

  func settlePayment(_ asked: Asked) async throws -> Response {
    let facilitator = try facilitator()
    let json = try await payment(of: asked)
    return Response(json: try await facilitator.outcome(body: json))
  }

  func supportedPayments() throws -> Response {
    Response(json: try facilitator().supported)
  }

  func discoverResources(_ asked: Asked) throws -> Response {
    let found = try facilitator().find(DiscoveryQuery(asked)).found
    let limit = min(asked.number("limit") ?? 50, 500)
    let offset = asked.number("offset") ?? 0
    let page = found.dropFirst(Int(clamping: offset)).prefix(Int(limit))
    return Response(json: [
      "x402Version": .unsigned(X402.version), "items": .array(page.map(\.json)),
      "pagination": [
        "limit": .unsigned(limit), "offset": .unsigned(offset),
        "total": .unsigned(UInt64(found.count)),
      ],
    ])
  }

  func searchResources(_ asked: Asked) throws -> Response {
    var query = DiscoveryQuery(asked)
    query.words = (asked.value("query") ?? "").lowercased().split(separator: " ")
      .prefix(DiscoveryBook.mostWords).map(String.init)
    let (found, isWhole) = try facilitator().find(query)
    let limit = min(asked.number("limit") ?? 50, 500)
    return Response(json: [
      "x402Version": .unsigned(X402.version),
      "resources": .array(found.prefix(Int(limit)).map(\.json)),
      "partialResults": .bool(!isWhole || found.count > Int(limit)),
    ])
  }
}

extension Facilitator {
  /// Takes in what a payment asks to be found by.
  ///
  /// - Parameter carried: what was done for it, which counts where no bond stands behind it.
  func list(_ payload: JSONValue, _ wanted: PaymentRequirements, carried: ListingBacking) {
    let isBonded = (try? isBonded(wanted)) ?? false
    discovery.learn(payload, wanted, at: now(), backing: isBonded ? .bond : carried)
  }

  func find(_ query: DiscoveryQuery) throws -> (found: [DiscoveryBook.Entry], isWhole: Bool) {
    try discovery.find(query) { try isBonded($0) }
  }

  /// Whether a standing bond that was not lost is behind the door that is paid.
  private func isBonded(_ wanted: PaymentRequirements) throws -> Bool {
    guard let door = wanted.receiverAuthorizer else { return false }
    return try ledger.stands(behind: door, of: wanted.payTo)
  }
}

extension DiscoveryQuery {
  init(_ asked: Asked) {
    type = asked.value("type")
    payTo = asked.value("payTo").flatMap { Hex.decode($0) }.flatMap { Address($0) }
    scheme = asked.value("scheme")
    network = asked.value("network")
    extensions = asked.value("extensions")
  }
}
