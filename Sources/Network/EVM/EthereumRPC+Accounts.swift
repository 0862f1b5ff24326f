// Balances, nonces and calls: what wallets read before they sign.

import Archive
import Chain
import Kernel
import Payments
import Primitives

/// The rows of the store, as views read them.
struct StoredState: ContractState {
  let records: any Records
  let chainId: UInt64

  func row(_ table: String, key: [UInt8]) throws -> [UInt8]? {
    try records.row(table, key: key).value
  }
}

/// What `eth_call` and `eth_estimateGas` try.
struct TriedCall {
  var from = Address.zero
  var to: Address?
  var value = UInt256.zero
  var data: [UInt8] = []

  init(_ json: JSONValue?) throws(RPCError) {
    guard let json, json.members != nil else {
      throw RPCError(.invalidParameters, "a call is an object")
    }
    func given(_ name: String) -> JSONValue? {
      if let value = json[name], value != .null { value } else { nil }
    }
    if let sender = given("from") { from = try RPCParameters.address(sender) }
    if let target = given("to") { to = try RPCParameters.address(target) }
    if let amount = given("value") { value = try RPCParameters.quantity(amount) }
    if let input = given("input") ?? given("data") { data = try RPCParameters.bytes(input) }
  }
}

extension EthereumRPC {
  var state: StoredState { StoredState(records: records, chainId: facts.chainID) }

  func balance(_ asked: RPCParameters) throws -> JSONValue {
    try requireNow(try asked.block(1))
    let amount = try DollarContract.balance(of: try asked.address(0), in: state)
    return .quantity(Gas.wei(amount))
  }

  func transactionCount(_ asked: RPCParameters) throws -> JSONValue {
    try requireNow(try asked.block(1))
    return .quantity(try nextNonce(of: try asked.address(0)))
  }

  /// The next sequence of the one lane that transactions have.
  func nextNonce(of account: Address) throws -> UInt64 {
    try api.row(Lane.self, "lanes", LaneKey(account, 0).keyBytes).value?.next ?? 0
  }

  /// One byte that no machine executes, where something answers; libraries ask whether there is
  /// any code.
  func code(_ asked: RPCParameters) throws -> JSONValue {
    let isContract = Contracts.find(try asked.address(0), domain: domain) != nil
    return .hex(isContract ? [0xfe] : [])
  }

  func call(_ asked: RPCParameters) throws -> JSONValue {
    let tried = try TriedCall(asked[0])
    try requireNow(try asked.block(1))
    if let overrides = asked[2], overrides.members?.isEmpty != true {
      throw RPCError(.invalidParameters, "rows cannot be overridden")
    }
    guard let target = tried.to, let contract = Contracts.find(target, domain: domain) else {
      guard tried.to != nil else { throw RPCError.revert(.contractCreation) }
      return "0x"
    }
    return try reverting {
      guard tried.value == .zero else { throw Refusal.valueWithCall }
      let (function, arguments) = try contract.call(tried.data)
      switch function.body {
      case .view(let view): return .hex(ABI.encode(try view(arguments, state)))
      case .message(_, let returns):
        try foresee(tried)
        return .hex(ABI.encode(returns))
      }
    }
  }

  func estimateGas(_ asked: RPCParameters) throws -> JSONValue {
    let tried = try TriedCall(asked[0])
    return try reverting { .quantity(Gas.used(for: try foresee(tried))) }
  }

  /// A refusal is what a contract would say.
  private func reverting<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let refusal as Refusal { throw RPCError.revert(refusal) }
  }

  /// What the message of a call would cost; refuses what would be refused now.
  @discardableResult
  func foresee(_ tried: TriedCall) throws -> Amount {
    let nonce = try nextNonce(of: tried.from)
    // As wide as its numbers may be, so that no signed one is longer.
    let wide = Bytes32(words: .max, .max, .max, .max)
    let transaction = EthereumTransaction(
      chainId: domain.chainId, nonce: nonce,
      fees: .capped(priority: UInt256(.max), most: UInt256(.max)), gasLimit: .max, to: tried.to,
      value: tried.value, data: tried.data, signature: Signature(r: wide, s: wide, v: 28))
    let message = try Message(transaction, from: tried.from, domain: domain)
    var authorisation = Authorisation()
    authorisation.kind = AuthorisationKind.rawTransaction.rawValue
    authorisation.signature = transaction.encoded
    let envelope = SignedMessage(message, authorisation).encoded
    let cost = try cost(of: message, bytes: envelope.count)
    for contract in Contracts.all(domain: domain) { try contract.foresee(message, cost, state) }
    return cost
  }

  /// Toll, and what rows that stay cost.
  func cost(of message: Message, bytes: Int) throws -> Amount {
    let terms = try terms()
    let rows = try message.rowsLeft(
      isOpen: { try records.row("accounts", key: $0.keyBytes).value != nil },
      receiver: { try receiver(of: $0) })
    var cost = try Toll.price(bytes: bytes, terms: terms)
    for _ in 0..<rows { cost = try cost.adding(Amount(terms.tollAccount)) }
    return cost
  }

  /// Whom a channel pays; nil where there is none.
  func receiver(of channel: Bytes32) throws -> Address? {
    try api.row(Channel.self, "channels", channel.keyBytes).value?.config.receiver
  }

  /// The terms in force, as the last row of their table has them.
  func terms() throws -> Terms {
    let last = try records.lastRow(of: "terms").value
    return try last.map { try CBOR.decode(Terms.self, from: $0.row) } ?? .standard
  }
}
