// Transfers that the payer signed and somebody else carries: EIP-3009 on the dollar token.

import Kernel
import Payments
import Primitives

extension DollarContract {
  /// Both forms of each: the signature in one piece, and in three as v, r and s.
  static let authorised: [ContractFunction] = [
    .view("authorizationState", .address, .bytes32) { arguments, state in
      let (payer, nonce) = (try arguments[0].address, try arguments[1].word)
      return [.bool(try spent(payer, nonce, in: state))]
    },
    .message(
      "transferWithAuthorization", .address, .address, .uint256, .uint256, .uint256, .bytes32,
      .bytes
    ) { call throws(Refusal) in try pay(call, .transfer, try call.arguments[6].bytes) },
    .message(
      "transferWithAuthorization", .address, .address, .uint256, .uint256, .uint256, .bytes32,
      .uint(8), .bytes32, .bytes32
    ) { call throws(Refusal) in try pay(call, .transfer, try signature(call, at: 6)) },
    .message(
      "receiveWithAuthorization", .address, .address, .uint256, .uint256, .uint256, .bytes32,
      .bytes
    ) { call throws(Refusal) in try pay(call, .receive, try call.arguments[6].bytes) },
    .message(
      "receiveWithAuthorization", .address, .address, .uint256, .uint256, .uint256, .bytes32,
      .uint(8), .bytes32, .bytes32
    ) { call throws(Refusal) in try pay(call, .receive, try signature(call, at: 6)) },
    .message("cancelAuthorization", .address, .bytes32, .bytes) { call throws(Refusal) in
      try cancel(call, try call.arguments[2].bytes)
    },
    .message(
      "cancelAuthorization", .address, .bytes32, .uint(8), .bytes32, .bytes32
    ) { call throws(Refusal) in try cancel(call, try signature(call, at: 2)) },
  ]

  static func signature(_ call: ContractCall, at index: Int) throws(Refusal) -> [UInt8] {
    let v = UInt8(truncatingIfNeeded: try call.arguments[index].number.uint64 ?? 0)
    let (r, s) = (try call.arguments[index + 1].word, try call.arguments[index + 2].word)
    return Signature(r: r, s: s, v: v).bytes
  }

  /// Moments beyond what the ledger counts in are no closer for being further: an authorisation
  /// that never ends is signed with all bits set.
  private static func pay(
    _ call: ContractCall, _ kind: AuthorisedTransfer, _ signature: [UInt8]
  ) throws(Refusal) -> Message {
    let a = call.arguments
    guard let after = try a[3].number.uint64, let before = try a[4].number.uint64 else {
      throw .overflow
    }
    var transfer = TransferAuthorisation(
      kind, payer: try a[0].address, to: try a[1].address, try a[2].amount, validAfter: after,
      validBefore: before, nonce: try a[5].word)
    transfer.signature = signature
    return .payAuthorised(PayAuthorised(call.head, transfer))
  }

  private static func cancel(
    _ call: ContractCall, _ signature: [UInt8]
  ) throws(Refusal) -> Message {
    let (payer, nonce) = (try call.arguments[0].address, try call.arguments[1].word)
    return .cancelAuthorisation(
      CancelAuthorisation(call.head, payer: payer, nonce: nonce, signature: signature))
  }

  private static func spent(
    _ payer: Address, _ nonce: Bytes32, in state: any ContractState
  ) throws -> Bool {
    try state.row("spentNonces", key: SpentNonce.key(payer, nonce).keyBytes) != nil
  }

  /// What a carrier learns before he pays the toll.
  static func foreseeAuthorised(
    _ message: Message, costing cost: Amount, in state: any ContractState
  ) throws {
    let token = DollarToken.domain(chainId: state.chainId)
    switch message {
    case .payAuthorised(let m):
      let a = m.authorisation
      guard a.to != .zero else { throw Refusal.noReceiver }
      let isSpent = try spent(a.payer, a.nonce, in: state)
      guard !isSpent else { throw Refusal("authorisationUsed") }
      let signer = try? Signature(a.signature).recover(digest: a.digest(token: token))
      guard signer == a.payer else { throw Refusal("notAuthorised") }
      if let clock = try state.row(Clock.self, "clock", UInt64(0).keyBytes) {
        try a.check(at: clock.time)
      }
      let has = try balance(of: a.payer, in: state)
      let needs = a.payer == m.head.from ? try a.value.adding(cost) : a.value
      guard has >= needs else { throw Refusal.insufficient(has: has, needs: needs) }
    case .cancelAuthorisation(let m):
      let isSpent = try spent(m.payer, m.nonce, in: state)
      guard !isSpent else { throw Refusal("authorisationUsed") }
      let signer = try? Signature(m.signature).recover(digest: m.digest(token: token))
      guard signer == m.payer else { throw Refusal("notAuthorised") }
    default: break
    }
  }

  static func authorisedLogs(of a: TransferAuthorisation) -> [ContractLog] {
    [
      ContractLog(
        "AuthorizationUsed(address,bytes32)", of: DollarToken.address, [a.payer.padded, a.nonce],
        data: []),
      moved(a.payer, a.to, a.value),
    ]
  }
}
