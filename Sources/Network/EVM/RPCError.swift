// Errors in the words that Ethereum's clients know, with ours beside them.

import Chain
import Primitives

/// An error of one method.
struct RPCError: Error, Hashable {
  enum Code: Int64 {
    case invalidRequest = -32600
    case noMethod = -32601
    case invalidParameters = -32602
    case failed = -32603
    case refused = -32000
    case tooMuch = -32005
    /// The call was carried out in thought, and refused.
    case reverted = 3
  }

  var code: Code
  var message: String
  /// For a revert, `Error(string)` in the ABI; for a refusal, our problem in full.
  var data: JSONValue?

  init(_ code: Code, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  static func == (l: RPCError, r: RPCError) -> Bool {
    l.code == r.code && l.message == r.message && l.data == r.data
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(message)
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "code", value: .integer(code.rawValue)),
      .init(name: "message", value: .string(message)),
    ]
    if let data { members.append(.init(name: "data", value: data)) }
    return .object(members)
  }
}

extension RPCError {
  static let errorSelector = ABI.selector(of: "Error(string)")

  /// What a contract says when it does not do what was asked: libraries show the reason.
  static func revert(_ refusal: Refusal) -> RPCError {
    let reason = refusal.code + ": " + refusal.message
    return RPCError(
      .reverted, "execution reverted: " + reason,
      data: .string(Hex.encode(errorSelector + ABI.encode([.string(reason)]))))
  }

  init(_ refusal: Refusal) { self.init(Problem(refusal)) }

  /// A refusal of the door, begun with the phrase by which libraries tell it apart.
  init(_ problem: Problem) {
    let phrase = RPCError.phrases[problem.code].map { $0 + ": " } ?? ""
    self.init(
      .refused, phrase + problem.message,
      data: [
        "code": .string(problem.code), "hint": .string(problem.hint),
        "numbers": .array(problem.numbers.map(\.json)),
      ])
  }

  /// The phrases of go-ethereum (`core/error.go`, `core/txpool/errors.go`).
  private static let phrases = [
    "staleSequence": "nonce too low",
    "futureSequence": "nonce too high",
    "waitsAlready": "already known",
    "sequenceTaken": "replacement transaction underpriced",
    "insufficient": "insufficient funds for gas * price + value",
    "unknownAccount": "insufficient funds for gas * price + value",
    "feeTooLow": "intrinsic gas too low",
    "wrongChain": "invalid chain id for signer",
    "transactionType": "transaction type not supported",
    "noChainID": "only replay-protected (EIP-155) transactions allowed over RPC",
    "tooLong": "oversized data",
    "highS": "invalid sender",
    "badSignature": "invalid sender",
  ]
}
