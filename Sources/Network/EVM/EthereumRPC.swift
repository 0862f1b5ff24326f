// Answers JSON-RPC requests by a table of methods; there is no machine of Ethereum's behind it.

import Archive
import Chain
import Primitives

/// One client's requests. Everything is read from the store, as the rest of the API reads.
struct EthereumRPC: Sendable {
  typealias Method = @Sendable (EthereumRPC, RPCParameters) async throws -> JSONValue

  static let path = "/rpc"
  static let batchLimit = 100

  let api: API
  let peer: Peer
  /// Shared by all calls of one HTTP request.
  let budget = RPCBudget()

  var facts: NodeFacts { api.node.facts }
  var domain: EIP712.Domain { facts.genesis.domain }
  var records: any Records { api.node.records }

  static let methods: [String: Method] = [
    "web3_clientVersion": { rpc, _ in .string("tolsey/\(rpc.facts.version)") },
    "net_version": { rpc, _ in .string(String(rpc.facts.chainID)) },
    "net_listening": { _, _ in true },
    "eth_chainId": { rpc, _ in .quantity(rpc.facts.chainID) },
    "eth_syncing": { _, _ in false },
    "eth_accounts": { _, _ in [] },
    "eth_blockNumber": { rpc, _ in .quantity(try rpc.height()) },
    "eth_gasPrice": { _, _ in .quantity(Gas.price) },
    "eth_maxPriorityFeePerGas": { _, _ in .quantity(0 as UInt64) },
    "eth_feeHistory": { rpc, asked in try rpc.feeHistory(asked) },
    "eth_getBlockByNumber": { rpc, asked in try rpc.blockByNumber(asked) },
    "eth_getBlockByHash": { rpc, asked in try rpc.blockByHash(asked) },
    "eth_getBalance": { rpc, asked in try rpc.balance(asked) },
    "eth_getTransactionCount": { rpc, asked in try rpc.transactionCount(asked) },
    "eth_getCode": { rpc, asked in try rpc.code(asked) },
    "eth_call": { rpc, asked in try rpc.call(asked) },
    "eth_estimateGas": { rpc, asked in try rpc.estimateGas(asked) },
    "eth_sendRawTransaction": { rpc, asked in try await rpc.send(asked) },
    "eth_getTransactionByHash": { rpc, asked in try rpc.transaction(asked) },
    "eth_getTransactionReceipt": { rpc, asked in try rpc.receipt(asked) },
    "eth_getLogs": { rpc, asked in try rpc.logs(asked) },
  ]

  /// The answer to one request, whatever it is.
  func reply(to request: JSONValue) async -> JSONValue {
    let id = request["id"] ?? .null
    do {
      guard request["jsonrpc"]?.string == "2.0", let name = request["method"]?.string else {
        throw RPCError(.invalidRequest, "a request has jsonrpc 2.0 and a method")
      }
      guard let method = EthereumRPC.methods[name] else {
        throw RPCError(.noMethod, "the method \(name.prefix(64)) is not served here")
      }
      let parameters = try RPCParameters(request["params"])
      let result = try await method(self, parameters)
      return .object([
        .init(name: "jsonrpc", value: "2.0"), .init(name: "id", value: id),
        .init(name: "result", value: result),
      ])
    } catch { return reply(id, error: rpcError(error)) }
  }

  func reply(_ id: JSONValue, error: RPCError) -> JSONValue {
    ["jsonrpc": "2.0", "id": id, "error": error.json]
  }

  private func rpcError(_ error: any Error) -> RPCError {
    switch error {
    case let error as RPCError: return error
    case let problem as Problem: return RPCError(problem)
    case let refusal as Refusal: return RPCError(refusal)
    default:
      api.log.error("an RPC request failed", metadata: ["error": "\(error)"])
      return RPCError(.failed, Problem.broken.message)
    }
  }
}
