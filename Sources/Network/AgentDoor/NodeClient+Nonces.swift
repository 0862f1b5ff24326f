// Whether a payment was carried, asked of a node.

import Payments
public import Primitives

extension NodeClient {
  /// Whether a nonce of a payer has paid or was cancelled, by the dollar token's own view.
  public func isSpent(_ nonce: Bytes32, of payer: Address) async throws(ClientError) -> Bool {
    let selector = Hex.digits(
      Array(Keccak256.hash("authorizationState(address,bytes32)").bytes[..<4]))
    let data = "0x" + selector + Hex.digits(payer.padded.bytes) + Hex.digits(nonce.bytes)
    let body: JSONValue = [
      "jsonrpc": "2.0", "id": 1, "method": "eth_call",
      "params": [["to": .string("\(DollarToken.address)"), "data": .string(data)], "latest"],
    ]
    let reply = try json(
      try await send(HTTPCall(.POST, "/rpc", body: body.bytes, type: "application/json")))
    guard let word = reply["result"]?.string.flatMap(Bytes32.init(hex:)) else {
      throw .garbled("its answer says neither yes nor no")
    }
    return word != .zero
  }

  /// Seconds since 1970 by a node: those of its last block, or of its own clock where that is
  /// ahead, since an idle node makes no blocks. A node that steps has no clock.
  public func ledgerSeconds() async throws(ClientError) -> UInt64 {
    let reply = try await send(HTTPCall(.GET, "/api/status"))
    let json = try json(reply)
    let block = try field(json["time"]?.uint64, "time") / 1_000
    guard json["stepped"]?.bool != true,
      let clock = reply.headers["date"].first.flatMap(HTTPDate.seconds)
    else { return block }
    return max(block, clock)
  }
}
