// Channels as the ledger has them, read by the views of x402's escrow.

import Payments
public import Primitives

extension NodeClient {
  /// Calls in one request.
  private static let channelCalls = 90

  private static let channelViews = [
    "channels(bytes32)", "pendingWithdrawals(bytes32)",
    "refundNonce(bytes32)",
  ].map { Array(Keccak256.hash(Array($0.utf8)).bytes.prefix(4)) }

  /// Channels as the ledger has them; nil where it has none with money in it.
  public func standings(of channels: [Bytes32]) async throws -> [ChannelStanding?] {
    var found: [ChannelStanding?] = []
    let each = NodeClient.channelCalls / NodeClient.channelViews.count
    for start in stride(from: 0, to: channels.count, by: each) {
      found += try await standings(channels[start..<min(start + each, channels.count)])
    }
    return found
  }

  private func standings(_ channels: ArraySlice<Bytes32>) async throws -> [ChannelStanding?] {
    var calls: [JSONValue] = []
    for channel in channels {
      for view in NodeClient.channelViews {
        let call: JSONValue = [
          "to": .string(BatchEscrow.address.checksummed),
          "data": .string(Hex.encode(view + channel.bytes)),
        ]
        calls.append([
          "jsonrpc": "2.0", "id": .unsigned(UInt64(calls.count)), "method": "eth_call",
          "params": [call, "latest"],
        ])
      }
    }
    let call = HTTPCall(
      .POST, "/rpc", body: JSONValue.array(calls).bytes, type: "application/json")
    let replies = try json(try await send(call)).array ?? []
    var words: [Int: [UInt8]] = [:]
    for reply in replies {
      guard let id = reply["id"]?.uint64, let bytes = (reply["result"]?.string).flatMap(Hex.decode)
      else { throw ClientError.garbled("a view of a channel has no result") }
      words[Int(clamping: id)] = bytes
    }
    func number(_ call: Int, _ place: Int) throws(ClientError) -> UInt64 {
      let word = words[call].map { Array($0.dropFirst(32 * place).prefix(32)) } ?? []
      guard let value = Bytes32(word).flatMap({ UInt256($0).uint64 }) else {
        throw .garbled("a view of a channel is no number")
      }
      return value
    }
    return try channels.indices.map { index in
      let first = (index - channels.startIndex) * NodeClient.channelViews.count
      let standing = ChannelStanding(
        balance: Amount(try number(first, 0)), claimed: Amount(try number(first, 1)),
        withdrawal: Amount(try number(first + 1, 0)), requestedAt: try number(first + 1, 1),
        refundNonce: try number(first + 2, 0))
      return standing.balance == .zero ? nil : standing
    }
  }
}
