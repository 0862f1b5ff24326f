// A node as Ethereum's software meets it: reads, transactions, receipts, logs, and bad requests.

import Chain
import Kernel
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct EthereumTests {
  private let alice = TestNode.alice
  private let bob = TestNode.bob

  private func post(_ client: NodeClient, _ body: String) async throws -> HTTPReply {
    let call = HTTPCall(.POST, "/rpc", body: Array(body.utf8), type: "application/json")
    return try await client.pool.send(call, timeout: NodeClient.patience)
  }

  private func reply(
    _ client: NodeClient, _ method: String, _ params: JSONValue = []
  ) async throws -> JSONValue {
    let request: JSONValue = [
      "jsonrpc": "2.0", "id": 7, "method": .string(method), "params": params,
    ]
    let reply = try await post(client, request.text)
    #expect(reply.status == 200)
    let json = try JSONValue(parsing: reply.body)
    #expect(json["jsonrpc"]?.string == "2.0" && json["id"]?.uint64 == 7)
    return json
  }

  private func result(
    _ client: NodeClient, _ method: String, _ params: JSONValue = []
  ) async throws -> JSONValue {
    let json = try await reply(client, method, params)
    #expect(json["error"] == nil, "\(method): \(json.text)")
    return try #require(json["result"])
  }

  private func error(
    _ client: NodeClient, _ method: String, _ params: JSONValue = []
  ) async throws -> (code: Int64?, message: String, data: JSONValue?) {
    let error = try #require(try await reply(client, method, params)["error"])
    return (error["code"]?.int64, error["message"]?.string ?? "", error["data"])
  }

  /// The receipt, once there is one: the door waits five seconds for the block, and no longer.
  private func carried(_ client: NodeClient, _ hash: JSONValue) async throws -> JSONValue {
    var found = JSONValue.null
    try await until {
      found = try await result(client, "eth_getTransactionReceipt", [hash])
      return found != .null
    }
    return found
  }

  private func transfer(
    _ test: TestNode, _ units: UInt64, nonce: UInt64, gas: UInt64 = 100_000
  ) -> EthereumTransaction {
    EthereumTransaction(
      chainId: test.domain.chainId, nonce: nonce, fees: .price(UInt256(Gas.price)),
      gasLimit: gas, to: bob.address, value: Gas.wei(Amount(units))
    ).signed(with: alice)
  }

  @Test func aTransactionIsFoundByItsHashAfterARestart() async throws {
    let test = try TestNode()
    let one = transfer(test, 5, nonce: 0)
    let receipt = try await test.run { _, client async throws in
      let hash = try await result(client, "eth_sendRawTransaction", [.hex(one.encoded)])
      #expect(hash == .hex(one.hash))
      // The same bytes once more get the same answer.
      #expect(try await result(client, "eth_sendRawTransaction", [.hex(one.encoded)]) == hash)
      let receipt = try await carried(client, hash)
      #expect(receipt["status"]?.string == "0x1")
      #expect(receipt["logs"]?[0]?["topics"]?.array?.count == 3)
      let id = try #require(receipt["messageId"])
      #expect(try await result(client, "eth_getTransactionReceipt", [id]) == receipt)
      let balance = try await result(client, "eth_getBalance", [.hex(bob.address), "latest"])
      #expect(balance == .quantity(Gas.wei(Amount(100_000_005))))
      return receipt
    }
    try await test.run { _, client async throws in
      #expect(try await result(client, "eth_getTransactionReceipt", [.hex(one.hash)]) == receipt)
      let shown = try await result(client, "eth_getTransactionByHash", [.hex(one.hash)])
      #expect(shown["value"] == .quantity(one.value) && shown["nonce"]?.string == "0x0")
      let nonce = try await result(client, "eth_getTransactionCount", [.hex(alice.address)])
      #expect(nonce.string == "0x1")
      // The API shows the message under its own id.
      let id = try #require(receipt["messageId"]?.string)
      let message = try await client.get("/api/messages/\(id)")
      #expect(message["authorisation"]?["kind"]?.uint64 == 1)
    }
  }

  /// What came as typed data is a transaction too, under the message's id, with its events.
  @Test func messagesAreTransactions() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let signed = test.transfer(3, from: alice, to: bob.address, sequence: 0)
      _ = try await client.submit(signed)
      let id = JSONValue.hex(signed.id)
      let receipt = try await result(client, "eth_getTransactionReceipt", [id])
      #expect(receipt["transactionHash"] == id && receipt["status"]?.string == "0x1")
      let logs = try await result(
        client, "eth_getLogs",
        [["fromBlock": "0x0", "toBlock": "latest", "address": .hex(DollarToken.address)]])
      #expect(logs.array?.count == 1 && logs[0]?["transactionHash"] == id)
      let none = try await result(
        client, "eth_getLogs", [["fromBlock": "0x0", "address": .hex(bob.address)]])
      #expect(none.array == [])
      let block = try await result(client, "eth_getBlockByNumber", ["latest", true])
      #expect(block["transactions"]?[0]?["hash"] == id)
      let hash = try #require(block["hash"])
      #expect(try await result(client, "eth_getBlockByHash", [hash, true]) == block)
      let byHash = try await result(client, "eth_getLogs", [["blockHash": hash]])
      #expect(byHash == logs)
    }
  }

  @Test func refusalsBearTheirNames() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      func send(_ one: EthereumTransaction) async throws -> String {
        try await error(client, "eth_sendRawTransaction", [.hex(one.encoded)]).message
      }
      #expect(try await send(transfer(test, 5, nonce: 99)).hasPrefix("nonce too high"))
      #expect(try await send(transfer(test, 5, nonce: 0, gas: 9)).hasPrefix("intrinsic gas"))
      let much = transfer(test, 1_000_000_000_000, nonce: 0)
      #expect(try await send(much).hasPrefix("insufficient funds"))
      let first = transfer(test, 5, nonce: 0)
      _ = try await result(client, "eth_sendRawTransaction", [.hex(first.encoded)])
      _ = try await carried(client, .hex(first.hash))
      #expect(try await send(transfer(test, 6, nonce: 0)).hasPrefix("nonce too low"))
      #expect(try await send(transfer(test, 5, nonce: 0, gas: 99_999)).hasPrefix("nonce too low"))
      let junk = try await error(client, "eth_sendRawTransaction", ["0x02"])
      #expect(junk.code == -32000 && junk.data?["code"]?.string == "malformed")

      let call: JSONValue = [
        "from": .hex(alice.address), "to": .hex(DollarToken.address),
        "data": .hex(
          ABI.selector(of: "transfer(address,uint256)")
            + ABI.encode([.address(bob.address), .number(1_000_000_000_000)])),
      ]
      let revert = try await error(client, "eth_call", [call, "latest"])
      #expect(revert.code == 3 && revert.message.hasPrefix("execution reverted: insufficient"))
      let data = try #require(revert.data?.string.flatMap(Hex.decode))
      #expect(Array(data.prefix(4)) == ABI.selector(of: "Error(string)"))
      guard case .string(let reason) = try ABI.decode(Array(data.dropFirst(4)), [.string])[0]
      else { return }
      #expect(reason.hasPrefix("insufficient: "))
    }
  }

  @Test func requestsThatCannotBeReadAreRefused() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      for body in ["", "{", "7", "\"x\"", "[7]", "[{}, 7]"] {
        #expect(try await post(client, body).status == 400, "\(body)")
      }
      for body in ["{}", "{\"jsonrpc\":\"1.0\",\"method\":\"x\"}", "[]"] {
        let json = try JSONValue(parsing: try await post(client, body).body)
        #expect(json["error"]?["code"]?.int64 == -32600, "\(body)")
      }
      let cases: [(String, JSONValue, Int64)] = [
        ("eth_mining", [], -32601),
        ("eth_getBalance", [], -32602), ("eth_getBalance", ["0x12"], -32602),
        ("eth_getBalance", [.hex(alice.address), "0x99"], -32000),
        ("eth_getBalance", [.hex(alice.address), "soon"], -32602),
        ("eth_call", [], -32602), ("eth_call", [[:]], 3),
        ("eth_call", [["to": .hex(bob.address)], "latest", ["0x": [:]]], -32602),
        ("eth_getLogs", [], -32602), ("eth_getLogs", [["address": 7]], -32602),
        ("eth_getLogs", [["topics": [[], [], [], [], []]]], -32005),
        ("eth_feeHistory", ["0x0", "latest", []], -32602),
        ("eth_feeHistory", ["0x1", "0x99", []], -32602),
        ("eth_getTransactionReceipt", ["0x1"], -32602),
      ]
      for (method, params, code) in cases {
        #expect(try await error(client, method, params).code == code, "\(method)")
      }
      #expect(try await result(client, "eth_getBlockByNumber", ["0x99", false]) == .null)
      #expect(
        try await result(client, "eth_getTransactionByHash", [.hex(Bytes32.zero)]) == .null)
    }
  }

  @Test func batchesAreBounded() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let one = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}"
      func batch(_ count: Int) async throws -> JSONValue {
        let body = "[" + [String](repeating: one, count: count).joined(separator: ",") + "]"
        return try JSONValue(parsing: try await post(client, body).body)
      }
      #expect(try await batch(100).array?.count == 100)
      #expect(try await batch(101)["error"]?["code"]?.int64 == -32600)
    }
  }

  @Test func anEmptyNetworkCanBeRead() async throws {
    let test = try TestNode()
    try await test.run(.steps) { node, client async throws in
      let block = try await result(client, "eth_getBlockByNumber", ["latest", false])
      #expect(block["number"]?.string == "0x0")
      #expect(block["hash"] == .hex(node.genesis.network))
      #expect(block["logsBloom"]?.string?.utf8.count == 514)
      let history = try await result(client, "eth_feeHistory", ["0xa", "pending", [50]])
      #expect(history["oldestBlock"]?.string == "0x0")
      #expect(history["baseFeePerGas"]?.array?.count == 2)
      let code = try await result(client, "eth_getCode", [.hex(DollarToken.address), "latest"])
      #expect(code.string == "0xfe")
      #expect(try await result(client, "eth_getCode", [.hex(bob.address), "latest"]) == "0x")
      #expect(try await result(client, "eth_call", [["to": .hex(bob.address)]]) == "0x")
    }
  }

  /// Three bits for each, by the last eleven bits of the first three pairs of its hash's bytes.
  @Test func bloomsHaveThreeBitsForEach() throws {
    let empty = LogsBloom([]).bytes
    #expect(empty.count == 256 && empty.allSatisfy { $0 == 0 })
    let log = ContractLog("Nothing()", of: bob.address, [], data: [])
    let bits = LogsBloom([log]).bytes.reduce(0) { $0 + $1.nonzeroBitCount }
    #expect((2...6).contains(bits))
    for hash in [Keccak256.hash(bob.address.bytes), Keccak256.hash(log.topics[0].bytes)] {
      let digits = hash.bytes
      for pair in 0..<3 {
        let bit = (Int(digits[2 * pair]) * 256 + Int(digits[2 * pair + 1])) % 2_048
        #expect(LogsBloom([log]).bytes[255 - bit / 8] >> UInt8(bit % 8) & 1 == 1)
      }
    }
  }
}
