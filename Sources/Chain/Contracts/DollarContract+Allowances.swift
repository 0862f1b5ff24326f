// Allowances on the dollar token: ERC-20's approve and transferFrom, and EIP-2612's permit.

import Kernel
import Payments
import Primitives

extension DollarContract {
  static let allowances: [ContractFunction] = [
    .view("allowance", .address, .address) { arguments, state in
      let (owner, spender) = (try arguments[0].address, try arguments[1].address)
      return [.word(Allowance.value(of: try allowance(owner, spender, in: state)).bytes32)]
    },
    .view("nonces", .address) { arguments, state in
      [.number(try permits(of: try arguments[0].address, in: state))]
    },
    .message("approve", .address, .uint256, returns: [.bool(true)]) { call throws(Refusal) in
      let amount = Allowance.amount(of: try call.arguments[1].number)
      return .approve(Approve(call.head, spender: try call.arguments[0].address, amount))
    },
    .message(
      "transferFrom", .address, .address, .uint256, returns: [.bool(true)]
    ) { call throws(Refusal) in
      let a = call.arguments
      return .transferFrom(
        TransferFrom(
          call.head, owner: try a[0].address, to: try a[1].address, try a[2].amount))
    },
    .message(
      "permit", .address, .address, .uint256, .uint256, .uint(8), .bytes32, .bytes32
    ) { call throws(Refusal) in try permit(call, try signature(call, at: 4)) },
    .message(
      "permit", .address, .address, .uint256, .uint256, .bytes
    ) { call throws(Refusal) in try permit(call, try call.arguments[4].bytes) },
  ]

  private static func permit(
    _ call: ContractCall, _ signature: [UInt8]
  ) throws(Refusal) -> Message {
    let a = call.arguments
    return .carryPermit(
      CarryPermit(
        call.head, owner: try a[0].address, spender: try a[1].address, try a[2].number,
        deadline: try a[3].number, signature: signature))
  }

  private static func allowance(
    _ owner: Address, _ spender: Address, in state: any ContractState
  ) throws -> Amount {
    let key = Allowance.key(owner, spender).keyBytes
    return try state.row(Allowance.self, "allowances", key)?.amount ?? .zero
  }

  private static func permits(of owner: Address, in state: any ContractState) throws -> UInt64 {
    try state.row(PermitCount.self, "permitCounts", owner.keyBytes)?.count ?? 0
  }

  /// What a sender learns before it pays the toll.
  static func foreseeAllowed(
    _ message: Message, costing cost: Amount, in state: any ContractState
  ) throws {
    switch message {
    case .approve(let m):
      guard m.spender != .zero else { throw Refusal.noReceiver }
    case .transferFrom(let m):
      guard m.to != .zero else { throw Refusal.noReceiver }
      let allowed = try allowance(m.owner, m.head.from, in: state)
      guard m.amount <= allowed else {
        throw Refusal.allowanceTooSmall(has: allowed, needs: m.amount)
      }
      let has = try balance(of: m.owner, in: state)
      let needs = m.owner == m.head.from ? try m.amount.adding(cost) : m.amount
      guard has >= needs else { throw Refusal.insufficient(has: has, needs: needs) }
    case .carryPermit(let m):
      guard m.spender != .zero else { throw Refusal.noReceiver }
      if let clock = try state.row(Clock.self, "clock", UInt64(0).keyBytes) {
        try m.check(at: clock.time)
      }
      let count = try permits(of: m.owner, in: state)
      let digest = m.digest(after: count, token: DollarToken.domain(chainId: state.chainId))
      let signer = try? Signature(m.signature).recover(digest: digest)
      guard signer == m.owner else { throw Refusal.notPermitted(next: count) }
    default: try foreseeAuthorised(message, costing: cost, in: state)
    }
  }

  static func approved(_ owner: Address, _ spender: Address, _ amount: Amount) -> ContractLog {
    ContractLog(
      "Approval(address,address,uint256)", of: DollarToken.address,
      [owner.padded, spender.padded], data: [.word(Allowance.value(of: amount).bytes32)])
  }
}
