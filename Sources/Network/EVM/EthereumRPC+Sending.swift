// Takes a signed transaction to the door, and answers once its block is durable.

import Archive
import Chain
import Primitives

extension EthereumRPC {
  func send(_ asked: RPCParameters) async throws -> JSONValue {
    // Two digits a byte and the prefix: what no block would take is not even decoded.
    let limit = Int(clamping: try terms().maxMessage)
    let given = ((asked[0]?.string?.utf8.count ?? 0) - 2) / 2
    guard given <= limit else { throw Refusal.tooLong(given, limit: limit) }
    let signed = try SignedMessage(transaction: try asked.bytes(0), domain: domain)
    let sender = signed.head.from
    try api.rates.mayStillSign(sender, from: peer)
    let next = try nextNonce(of: sender)
    try checkFunds(of: signed, next: next)
    let delivery = try await api.node.door.deliver(signed, waits: false)
    try? api.rates.signed(by: sender, from: peer)
    switch delivery {
    case .done(let record):
      // A message that other bytes brought keeps their name.
      let first = try CBOR.decode(SignedMessage.self, from: record.bytes)
      guard first.transactionHash == signed.transactionHash else {
        throw Refusal("staleSequence", ["got": signed.head.sequence, "next": next])
      }
    case .waiting:
      // What comes before its turn is answered at once, or the client could not fill the gap.
      if signed.head.sequence <= next { try await settle(signed.id) }
    }
    return .hex(signed.transactionHash)
  }

  /// Money that is sent and is not there is refused before it costs a toll, as Ethereum's nodes
  /// do. A nonce that was used is the door's to name.
  private func checkFunds(of signed: SignedMessage, next: UInt64) throws {
    guard signed.head.sequence >= next, let transaction = signed.transaction,
      transaction.value > .zero
    else { return }
    let cost = try cost(of: signed.message, bytes: signed.encoded.count)
    try DollarContract.foresee(signed.message, costing: cost, in: state)
  }

  /// Waits until a block holds the message, as long as a reader's patience lasts: so the sender
  /// finds receipt and next nonce in the store.
  private func settle(_ id: Bytes32) async throws {
    let end = ContinuousClock.now + API.patience
    while ContinuousClock.now < end {
      let height = api.node.gate.height
      if try records.message(id).value != nil { return }
      guard api.node.door.isWaiting(id) else { return }
      let rest = min(end - .now, .seconds(1))
      _ = await api.node.gate.wait(for: height + 1, upTo: rest)
    }
  }
}
