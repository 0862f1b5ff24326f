// Messages as transactions, and their outcomes as receipts.

import Archive
import Chain
import Kernel
import Primitives

extension EthereumRPC {
  /// A message by the hash of its transaction or, where it came by none, by its own id.
  private func find(
    _ hash: Bytes32
  ) throws -> (message: RPCMessage, height: UInt64, block: RecordedBlock)? {
    guard
      let record = try records.message(transaction: hash).value ?? records.message(hash).value,
      let block = try records.block(record.height).value,
      let index = block.messages.firstIndex(of: record.id)
    else { return nil }
    try charge(
      rows: 2, bytes: block.messages.count * 64 + block.events.reduce(0) { $0 + $1.count })
    let signed = try CBOR.decode(SignedMessage.self, from: record.bytes)
    let gas = block.outcomes[...index].reduce(UInt64(0)) {
      $0.addingReportingOverflow(Gas.used(for: $1.toll)).partialValue
    }
    let logs =
      record.outcome.isDone ? Contracts.logs(of: signed.message, domain: domain) : []
    let message = RPCMessage(
      signed: signed, outcome: record.outcome, index: index, cumulative: gas, logs: logs)
    return (message, record.height, block)
  }

  func transaction(_ asked: RPCParameters) throws -> JSONValue {
    guard let (message, height, block) = try find(try asked.hash(0)) else { return .null }
    return json(message, height: height, block: block.id)
  }

  func receipt(_ asked: RPCParameters) throws -> JSONValue {
    guard let (message, height, block) = try find(try asked.hash(0)) else { return .null }
    let signed = message.signed
    let (gas, price) = try charged(for: message, in: block)
    let logs = json(message.logs, of: message, height: height, block: block.id)
    return [
      "transactionHash": .hex(signed.transactionHash),
      "transactionIndex": .quantity(UInt64(message.index)),
      "blockHash": .hex(block.id), "blockNumber": .quantity(height),
      "from": .hex(signed.head.from), "to": target(of: signed),
      "contractAddress": .null, "status": message.outcome.isDone ? "0x1" : "0x0",
      "gasUsed": .quantity(gas), "effectiveGasPrice": price,
      "cumulativeGasUsed": .quantity(max(gas, message.cumulative)),
      "logs": .array(logs), "logsBloom": .hex(LogsBloom(message.logs).bytes),
      "type": .quantity(UInt64(signed.transaction?.type ?? 0)),
      // Ours: why it was refused, and the id under which the rest of the API knows it.
      "revertReason": message.outcome.refusal.map { .string($0.code + ": " + $0.message) }
        ?? .null,
      "messageId": .hex(signed.id),
    ]
  }

  /// Gas and its price, whose product is what was taken beside what the message moved.
  private func charged(
    for message: RPCMessage, in block: RecordedBlock
  ) throws -> (gas: UInt64, price: JSONValue) {
    var toll = message.outcome.toll
    if message.outcome.isDone {
      let rows = try message.signed.message.rowsLeft(
        isOpen: { try opens($0, paidBy: message.signed.head.from, in: block) == false },
        receiver: { try receiver(of: $0) })
      let price = Amount(try terms().tollAccount)
      for _ in 0..<rows { toll = try toll.adding(price) }
    }
    let gas = Gas.used(for: toll)
    guard let limit = message.signed.transaction?.gasLimit, limit < gas, limit > 0 else {
      return (gas, .quantity(Gas.price))
    }
    // Less gas at a higher price was allowed, and is what the wallet then shows.
    let (high, low) = Gas.price.multipliedFullWidth(by: gas)
    guard high < limit else { return (limit, .quantity(Gas.price)) }
    return (limit, .quantity(limit.dividingFullWidth((high, low)).quotient))
  }

  private func opens(
    _ account: Address, paidBy payer: Address, in block: RecordedBlock
  ) throws -> Bool {
    for bytes in block.events {
      let event = try CBOR.decode(Event.self, from: bytes)
      if event.name == "accountOpened", event.parties == [account, payer] { return true }
    }
    return false
  }

  private func target(of signed: SignedMessage) -> JSONValue {
    guard let transaction = signed.transaction else { return .hex(domain.verifyingContract) }
    return transaction.to.map { .hex($0) } ?? .null
  }

  /// A message that came without a transaction is shown as the call that would have brought it.
  func json(_ message: RPCMessage, height: UInt64, block: Bytes32) -> JSONValue {
    let signed = message.signed
    let transaction =
      signed.transaction
      ?? EthereumTransaction(
        chainId: domain.chainId, nonce: signed.head.sequence,
        fees: .price(UInt256(Gas.price)), gasLimit: Gas.used(for: message.outcome.toll),
        to: domain.verifyingContract, data: DoorContract.data(submitting: signed.message))
    var signature = transaction.signature
    if signed.transaction == nil, let own = try? Signature(signed.authorisation.signature) {
      signature = own
    }
    var members: [JSONValue.Member] = [
      .init(name: "hash", value: .hex(signed.transactionHash)),
      .init(name: "blockHash", value: .hex(block)),
      .init(name: "blockNumber", value: .quantity(height)),
      .init(name: "transactionIndex", value: .quantity(UInt64(message.index))),
      .init(name: "from", value: .hex(signed.head.from)),
      .init(name: "to", value: transaction.to.map { .hex($0) } ?? .null),
      .init(name: "nonce", value: .quantity(transaction.nonce)),
      .init(name: "value", value: .quantity(transaction.value)),
      .init(name: "input", value: .hex(transaction.data)),
      .init(name: "gas", value: .quantity(transaction.gasLimit)),
      .init(name: "gasPrice", value: .quantity(min(transaction.mostPerGas, UInt256(Gas.price)))),
      .init(name: "chainId", value: .quantity(transaction.chainId)),
      .init(name: "type", value: .quantity(UInt64(transaction.type))),
      .init(
        name: "v",
        value: signed.transaction.map { .quantity($0.v) } ?? .quantity(UInt64(signature.v))),
      .init(name: "r", value: .quantity(UInt256(signature.r))),
      .init(name: "s", value: .quantity(UInt256(signature.s))),
    ]
    if case .capped(let priority, let most) = transaction.fees {
      members.append(.init(name: "maxFeePerGas", value: .quantity(most)))
      members.append(.init(name: "maxPriorityFeePerGas", value: .quantity(priority)))
      members.append(.init(name: "accessList", value: json(accessList: transaction.accessList)))
      members.append(.init(name: "yParity", value: .quantity(transaction.v)))
    }
    return .object(members)
  }

  /// Whoever computes the hash again needs every byte that was signed.
  private func json(accessList: RLPItem) -> JSONValue {
    .array(
      (accessList.items ?? []).map { entry in
        let pair = entry.items ?? []
        return [
          "address": .hex(pair.first?.string ?? []),
          "storageKeys": .array((pair.last?.items ?? []).map { .hex($0.string ?? []) }),
        ]
      })
  }
}
