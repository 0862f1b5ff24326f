// What one HTTP request may take from Ethereum's door: batches, sizes, and what is shown whole.

import Chain
import Primitives
import Testing

@testable import Archive
@testable import NetworkRoom
@testable import Node

@Suite struct EthereumBudgetTests {
  private let alice = TestNode.alice
  private let bob = TestNode.bob

  private func post(_ client: NodeClient, _ body: String) async throws -> [UInt8] {
    let call = HTTPCall(.POST, "/rpc", body: Array(body.utf8), type: "application/json")
    return try await client.pool.send(call, timeout: NodeClient.patience).body
  }

  private func reply(
    _ client: NodeClient, _ method: String, _ params: JSONValue
  ) async throws -> JSONValue {
    let request: JSONValue = [
      "jsonrpc": "2.0", "id": 7, "method": .string(method), "params": params,
    ]
    return try JSONValue(parsing: try await post(client, request.text))
  }

  /// A list of calls is one request: what all of them find counts together.
  @Test func aBatchFindsNoMoreThanOneCall() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let messages = (0..<120).map {
        test.transfer(1, from: alice, to: bob.address, sequence: $0 % 10, lane: UInt8($0 / 10))
      }
      _ = try await client.submit(batch: messages)
      let call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getLogs\","
        + "\"params\":[{\"fromBlock\":\"0x0\"}]}"
      let calls = [String](repeating: call, count: 100).joined(separator: ",")
      let body = try await post(client, "[\(calls)]")
      #expect(body.count < 16 << 20)
      #expect(!String(decoding: body.prefix(2_000), as: UTF8.self).contains("-32005"))
      // 83 answers of 120 logs are fewer than ten thousand; the 84th and all after it are refused.
      let end = String(decoding: body.suffix(17 * 220), as: UTF8.self)
      #expect(end.components(of: "-32005") == 17)
      #expect(body.last == UInt8(ascii: "]"))
    }
  }

  @Test func theBudgetIsSpentOnce() throws {
    var limits = RPCBudget.Limits()
    (limits.reads, limits.answers, limits.logs) = (3 << 20, 100, 2)
    let budget = RPCBudget(limits)
    #expect(try budget.read(1_000) == 0)
    // Every mebibyte is one more request of the client's.
    #expect(try budget.read(2 << 20) == 2)
    #expect(throws: Never.self) { try budget.answer(100) }
    #expect(throws: RPCError.overBudget) { try budget.answer(1) }
    #expect(budget.isOver)
    #expect(throws: RPCError.overBudget) { try budget.log() }
    let second = RPCBudget(limits)
    for _ in 0..<2 { try second.log() }
    #expect(throws: RPCError.overBudget) { try second.log() }
    let third = RPCBudget(limits)
    #expect(throws: RPCError.overBudget) { try third.read(.max) }
  }

  /// A transaction that no block takes is refused by its length, before it is decoded.
  @Test func longTransactionsAreNotRead() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let limit = 1_048_576
      let long = "0xfa0f4240" + String(repeating: "01", count: limit)
      let error = try await reply(client, "eth_sendRawTransaction", [.string(long)])["error"]
      #expect(error?["data"]?["code"]?.string == "tooLong")
      #expect(error?["message"]?.string?.hasPrefix("oversized data") == true)
      let many = "0xfa0f4240" + String(repeating: "01", count: 1_000_000)
      let second = try await reply(client, "eth_sendRawTransaction", [.string(many)])["error"]
      #expect(second?["data"]?["code"]?.string == "malformed")
    }
  }

  /// Whoever computes the hash of a shown transaction again gets the one that was signed.
  @Test func transactionsAreShownAsTheyWereSigned() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let key = SHA256.hash([1])
      let list = RLPItem.list([.list([.bytes(bob.address.bytes), .list([.bytes(key.bytes)])])])
      let capped = EthereumTransaction(
        chainId: test.domain.chainId, nonce: 0,
        fees: .capped(priority: .zero, most: UInt256(Gas.price)), gasLimit: 1_000_000,
        to: bob.address, value: Gas.wei(Amount(5)), accessList: list
      ).signed(with: alice)
      let legacy = EthereumTransaction(
        chainId: test.domain.chainId, nonce: 1, fees: .price(UInt256(Gas.price)),
        gasLimit: 1_000_000, to: bob.address, value: Gas.wei(Amount(5))
      ).signed(with: alice)
      for one in [capped, legacy] {
        let sent = try await reply(client, "eth_sendRawTransaction", [.hex(one.encoded)])
        #expect(sent["result"] == .hex(one.hash))
        // The door waits five seconds for the block, and no longer.
        try await until {
          try await reply(client, "eth_getTransactionReceipt", [.hex(one.hash)])["result"] != .null
        }
      }
      let first = try await reply(client, "eth_getTransactionByHash", [.hex(capped.hash)])["result"]
      #expect(first?["v"] == first?["yParity"])
      #expect(first?["v"] == .quantity(UInt64(capped.signature.v - 27)))
      #expect(
        first?["accessList"] == [
          ["address": .hex(bob.address.bytes), "storageKeys": [.hex(key)]]
        ])
      let shown = try await reply(client, "eth_getTransactionByHash", [.hex(legacy.hash)])
      let second = shown["result"]
      #expect(second?["v"] == .quantity(legacy.v))
      #expect(legacy.v > UInt256(35))
    }
  }

  /// Terms are versions counted up; the last is in force however many came before it.
  @Test func theLastRowIsFoundBehindManyPages() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      let records = node.services.records
      let all = try records.rows("accounts", after: nil, limit: 1_000).value
      #expect(all.count > 2)
      for page in [1, 2, all.count, all.count + 1] {
        #expect(try records.lastRow(of: "accounts", page: page).value == all.last)
      }
      #expect(try records.lastRow(of: "nothing").value == nil)
    }
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
