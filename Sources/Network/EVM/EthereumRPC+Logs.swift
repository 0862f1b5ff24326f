// Events of contracts, by block, address and topic.

import Archive
import Chain
import Primitives

/// What `eth_getLogs` looks for.
struct LogFilter {
  private var addresses: [Address] = []
  /// A place that says nothing takes any topic; a list takes each of its own.
  private var topics: [[Bytes32]] = []

  static let mostNames = 64

  init(_ json: JSONValue) throws(RPCError) {
    if let address = json["address"], address != .null {
      for one in address.array ?? [address] { addresses.append(try RPCParameters.address(one)) }
    }
    for place in json["topics"]?.array ?? [] {
      var wanted: [Bytes32] = []
      if place != .null {
        for one in place.array ?? [place] { wanted.append(try RPCParameters.hash(one)) }
      }
      topics.append(wanted)
    }
    guard addresses.count <= LogFilter.mostNames, topics.count <= 4,
      topics.allSatisfy({ $0.count <= LogFilter.mostNames })
    else { throw RPCError(.tooMuch, "a filter names at most \(LogFilter.mostNames) of each") }
  }

  /// Whether any log of that address may be meant.
  func names(_ address: Address) -> Bool { addresses.isEmpty || addresses.contains(address) }

  func takes(_ log: ContractLog) -> Bool {
    guard names(log.address) else { return false }
    guard topics.count <= log.topics.count else { return false }
    return zip(topics, log.topics).allSatisfy { $0.isEmpty || $0.contains($1) }
  }
}

extension EthereumRPC {
  /// Blocks and messages that one search looks through, and logs that it gives.
  static let logBlocks: UInt64 = 2_000
  static let logMessages = 10_000
  static let logLimit = 10_000
  /// Logs of one message have room for this many, so that none has to be counted.
  private static let logsOfMessage: UInt64 = 256

  func logs(_ asked: RPCParameters) throws -> JSONValue {
    guard let filter = asked[0], filter.members != nil else {
      throw RPCError(.invalidParameters, "a filter is an object")
    }
    let wanted = try LogFilter(filter)
    guard let (first, last) = try range(filter),
      Contracts.all(domain: domain).contains(where: { wanted.names($0.address) })
    else { return [] }
    var found: [JSONValue] = []
    var seen = 0
    var height = first
    while height <= last {
      let messages = try messages(at: height)
      seen += messages.count
      guard seen <= EthereumRPC.logMessages, found.count <= EthereumRPC.logLimit else {
        throw RPCError(
          .tooMuch,
          "query returned more than \(EthereumRPC.logLimit) results or looked through "
            + "too many messages; ask for blocks \(first) to \(max(first, height &- 1))")
      }
      // What the filter does not want is never written as JSON.
      let hits = messages.filter { $0.logs.contains(where: wanted.takes) }
      if !hits.isEmpty, let header = try records.header(height).value {
        let block = SHA256.hash(header)
        for message in hits {
          for (index, log) in message.logs.enumerated() where wanted.takes(log) {
            try budget.log()
            found.append(json(log, at: index, of: message, height: height, block: block))
          }
        }
      }
      height += 1
    }
    return .array(found)
  }

  /// The heights that a filter names; nil where there are none.
  private func range(_ filter: JSONValue) throws -> (UInt64, UInt64)? {
    if let hash = filter["blockHash"], hash != .null {
      guard let height = try height(of: .hash(try RPCParameters.hash(hash))) else {
        throw RPCError(.refused, "unknown block")
      }
      return (max(1, height), height)
    }
    func named(_ name: String) throws -> RPCParameters.Block {
      let value = filter[name].flatMap { $0 == .null ? nil : $0 }
      return try RPCParameters.block(value)
    }
    let tip = try height()
    guard let first = try height(of: try named("fromBlock")) else { return nil }
    let last = try height(of: try named("toBlock")) ?? tip
    guard first <= last else { return nil }
    guard last - first < EthereumRPC.logBlocks else {
      throw RPCError(
        .tooMuch,
        "a search covers at most \(EthereumRPC.logBlocks) blocks; ask for "
          + "\(first) to \(first + EthereumRPC.logBlocks - 1)")
    }
    return (max(1, first), last)
  }

  /// Logs with their place in the chain.
  func json(
    _ logs: [ContractLog], of message: RPCMessage, height: UInt64, block: Bytes32
  ) -> [JSONValue] {
    logs.enumerated().map { index, log in
      json(log, at: index, of: message, height: height, block: block)
    }
  }

  private func json(
    _ log: ContractLog, at index: Int, of message: RPCMessage, height: UInt64, block: Bytes32
  ) -> JSONValue {
    let place = UInt64(message.index) * EthereumRPC.logsOfMessage + UInt64(index)
    return [
      "address": .hex(log.address), "topics": .array(log.topics.map { .hex($0) }),
      "data": .hex(log.data), "blockNumber": .quantity(height), "blockHash": .hex(block),
      "transactionHash": .hex(message.signed.transactionHash),
      "transactionIndex": .quantity(UInt64(message.index)),
      "logIndex": .quantity(place), "removed": false,
    ]
  }
}
