// The bodies of `/verify` and `/settle`, each dealt with by the rail that its scheme names.

public import Chain
public import Primitives

extension Facilitator {
  /// The answer of `/supported`.
  public var supported: JSONValue {
    [
      "kinds": .array(rails.map { $0.kind(on: network) }), "extensions": ["bazaar"],
      "signers": ["eip155:*": [.string(address.checksummed)]],
    ]
  }

  public func verify(body: JSONValue) async throws -> JSONValue {
    try await rail(of: body).verify(body, at: self).json
  }

  public func settle(body: JSONValue) async throws -> JSONValue? { try await outcome(body: body) }

  public func sealed(_ transaction: Bytes32) async throws -> SealedMessage? {
    try ledger.records.sealedMessage(transaction, of: facts.genesis)
  }

  /// The answer of `/settle`.
  func outcome(body: JSONValue) async throws -> JSONValue {
    try await rail(of: body).settle(body, at: self).json
  }

  /// What no rail carries is refused in the words of `exact`.
  private func rail(of body: JSONValue) -> any PaymentRail {
    let payload = body["paymentPayload"]
    let version = body["x402Version"]?.uint64 ?? payload?["x402Version"]?.uint64
    let scheme = payload?["accepted"]?["scheme"]?.string
    guard version == X402.version else { return ExactRail() }
    return rails.first { $0.scheme == scheme } ?? ExactRail()
  }
}
