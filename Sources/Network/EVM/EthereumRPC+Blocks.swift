// Blocks and fees as Ethereum's clients ask for them.

import Archive
import Chain
import Kernel
import Primitives

/// A message in its block, read once for everything that is said of it.
struct RPCMessage {
  var signed: SignedMessage
  var outcome: MessageOutcome
  /// Its place in the block.
  var index: Int
  /// What the block's messages up to this one took, in gas.
  var cumulative: UInt64
  var logs: [ContractLog]
}

extension EthereumRPC {
  /// Blocks that are looked through for a hash: nothing finds older ones by it.
  static let hashSearch: UInt64 = 1_024

  /// The last block that the store holds.
  func height() throws -> UInt64 {
    try api.row(Clock.self, "clock", UInt64(0).keyBytes).value?.height ?? 0
  }

  /// The height of a block; nil where none is known.
  func height(of block: RPCParameters.Block) throws -> UInt64? {
    let tip = try height()
    switch block {
    case .latest: return tip
    case .height(let height): return height <= tip ? height : nil
    case .hash(let hash):
      if hash == facts.network { return 0 }
      var height = tip
      while height > 0, tip - height < EthereumRPC.hashSearch {
        let header = try records.header(height).value
        try charge(bytes: header?.count ?? 0)
        if header.map({ SHA256.hash($0) }) == hash { return height }
        height -= 1
      }
      return nil
    }
  }

  /// Rows are kept as they are now, and not as they were.
  func requireNow(_ block: RPCParameters.Block) throws {
    guard block != .latest else { return }
    guard let wanted = try height(of: block), wanted == (try height()) else {
      throw RPCError(.refused, "the state of that block is not kept; ask for latest")
    }
  }

  /// The messages of a block with what came of them.
  func messages(at height: UInt64) throws -> [RPCMessage] {
    var (found, gas): ([RPCMessage], UInt64) = ([], 0)
    let list = try records.messages(at: height)
    try charge(rows: list.count + 1, bytes: list.reduce(0) { $0 + $1.bytes.count })
    for (index, record) in list.enumerated() {
      let signed = try CBOR.decode(SignedMessage.self, from: record.bytes)
      gas = gas.addingReportingOverflow(Gas.used(for: record.outcome.toll)).partialValue
      found.append(
        RPCMessage(
          signed: signed, outcome: record.outcome, index: index, cumulative: gas,
          logs: record.outcome.isDone
            ? Contracts.logs(of: signed.message, domain: domain) : []))
    }
    return found
  }

  func blockByNumber(_ asked: RPCParameters) throws -> JSONValue {
    try block(try asked.block(0), isFull: asked[1]?.bool ?? false)
  }

  func blockByHash(_ asked: RPCParameters) throws -> JSONValue {
    try block(.hash(try asked.hash(0)), isFull: asked[1]?.bool ?? false)
  }

  private func block(_ block: RPCParameters.Block, isFull: Bool) throws -> JSONValue {
    guard let height = try height(of: block) else { return .null }
    guard height > 0 else { return founding }
    guard let bytes = try records.header(height).value else { return .null }
    let header = try CBOR.decode(Header.self, from: bytes)
    let messages = try messages(at: height)
    let id = SHA256.hash(bytes)
    let list = messages.map { message in
      isFull ? json(message, height: height, block: id) : .hex(message.signed.transactionHash)
    }
    return json(
      header, id: id, gas: messages.last?.cumulative ?? 0,
      bloom: LogsBloom(messages.flatMap(\.logs)), size: bytes.count, list)
  }

  /// Before the first block there is the genesis, under the network's id.
  private var founding: JSONValue {
    var header = Header()
    header.time = facts.genesis.time
    return json(header, id: facts.network, gas: 0, bloom: LogsBloom([]), size: 0, [])
  }

  private func json(
    _ header: Header, id: Bytes32, gas: UInt64, bloom: LogsBloom, size: Int,
    _ transactions: [JSONValue]
  ) -> JSONValue {
    [
      "number": .quantity(header.height), "hash": .hex(id), "parentHash": .hex(header.parent),
      "timestamp": .quantity(header.time.milliseconds / 1_000),
      "transactions": .array(transactions),
      "transactionsRoot": .hex(header.bodyRoot), "receiptsRoot": .hex(header.receiptsRoot),
      "stateRoot": .hex(header.stateRoot), "logsBloom": .hex(bloom.bytes),
      "gasUsed": .quantity(gas), "gasLimit": .quantity(Gas.blockLimit),
      "baseFeePerGas": .quantity(Gas.price), "miner": .hex(facts.operatorAddress),
      "size": .quantity(UInt64(size)), "difficulty": "0x0", "totalDifficulty": "0x0",
      "extraData": "0x", "mixHash": .hex(Bytes32.zero), "nonce": "0x0000000000000000",
      "sha3Uncles": .hex(EthereumRPC.noUncles), "uncles": [],
    ]
  }

  /// The hash of an empty list.
  private static let noUncles = Keccak256.hash(RLPItem.list([]).encoded)

  /// Fees never move; the history says so in the form that wallets ask.
  func feeHistory(_ asked: RPCParameters) throws -> JSONValue {
    let wanted = try RPCParameters.small(asked[0])
    guard (1...1_024).contains(wanted) else {
      throw RPCError(.invalidParameters, "the history has 1 to 1024 blocks")
    }
    guard let newest = try height(of: try asked.block(1)) else {
      throw RPCError(.invalidParameters, "no such block")
    }
    let percentiles = asked[2]?.array?.count ?? 0
    guard percentiles <= 100 else {
      throw RPCError(.invalidParameters, "a history has at most 100 percentiles")
    }
    let count = Int(min(wanted, newest + 1))
    let price = JSONValue.quantity(Gas.price)
    var members: [JSONValue.Member] = [
      .init(name: "oldestBlock", value: .quantity(newest + 1 - UInt64(count))),
      .init(
        name: "baseFeePerGas", value: .array([JSONValue](repeating: price, count: count + 1))),
      .init(
        name: "gasUsedRatio",
        value: .array([JSONValue](repeating: .decimal("0.0"), count: count))),
    ]
    if percentiles > 0 {
      let none = JSONValue.array([JSONValue](repeating: "0x0", count: percentiles))
      members.append(
        .init(name: "reward", value: .array([JSONValue](repeating: none, count: count))))
    }
    return .object(members)
  }
}
