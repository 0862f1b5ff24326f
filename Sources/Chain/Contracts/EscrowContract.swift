// The escrow of channels as x402 clients read it: what is in a channel, what was claimed of it.

import Kernel
public import Payments
public import Primitives

/// A client that lost its memory finds its channels by these views; a payer whose seller is gone
/// withdraws by a transaction.
public enum EscrowContract {
  public static let contract = Contract(
    BatchEscrow.name, at: BatchEscrow.address, views + [withdraw],
    foresee: { message, _, state in try foresee(message, in: state) })

  private static let views: [ContractFunction] = [
    .view("channels", .bytes32) { arguments, state in
      let row = try channel(try arguments[0].word, in: state)
      return [.number(row.balance.units), .number(row.claimed.units)]
    },
    .view("pendingWithdrawals", .bytes32) { arguments, state in
      let row = try channel(try arguments[0].word, in: state)
      return [.number(row.withdrawal.units), .number(row.requestedAt)]
    },
    .view("refundNonce", .bytes32) { arguments, state in
      [.number(try channel(try arguments[0].word, in: state).refundNonce)]
    },
    .view("getVoucherDigest", .bytes32, .uint(128)) { arguments, state in
      let voucher = Voucher(try arguments[0].word, try arguments[1].amount)
      return [.word(voucher.digest(domain: domain(state)))]
    },
    .view("getChannelId", tuple: config) { arguments, state in
      [.word(try read(arguments).id(domain(state)))]
    },
  ]

  private static let config: [ABIType] = [
    .address, .address, .address, .address, .address, .uint(40), .bytes32,
  ]

  /// The ledger carries it out by itself: there is no `finalizeWithdraw`.
  private static let withdraw = ContractFunction.message(
    "initiateWithdraw", tuple: config, .uint(128)
  ) { call throws(Refusal) in
    let config = try read(call.arguments)
    let escrow = BatchEscrow.domain(chainId: call.chainId)
    return .withdrawFromChannel(
      WithdrawFromChannel(call.head, config.id(escrow), try call.arguments[7].amount))
  }

  private static func domain(_ state: any ContractState) -> EIP712.Domain {
    BatchEscrow.domain(chainId: UInt256(state.chainId))
  }

  private static func read(_ a: [ABIValue]) throws(Refusal) -> ChannelConfig {
    guard let delay = try a[5].number.uint64 else { throw .overflow }
    return try ChannelConfig(
      payer: try a[0].address, payerAuthorizer: try a[1].address, receiver: try a[2].address,
      receiverAuthorizer: try a[3].address, token: try a[4].address, withdrawDelay: delay,
      salt: try a[6].word)
  }

  /// A channel that nobody opened is empty.
  private static func channel(_ id: Bytes32, in state: any ContractState) throws -> Channel {
    try state.row(Channel.self, "channels", id.keyBytes) ?? Channel()
  }

  private static func foresee(_ message: Message, in state: any ContractState) throws {
    guard case .withdrawFromChannel(let m) = message else { return }
    guard let row = try state.row(Channel.self, "channels", m.channel.keyBytes) else {
      throw Refusal("unknownChannel")
    }
    guard m.head.from == row.config.payer || m.head.from == row.config.voucherSigner else {
      throw Refusal("notThePayer")
    }
    guard row.withdrawsAt == .never else {
      throw Refusal("withdrawalPending", ["until": row.withdrawsAt.milliseconds])
    }
    guard m.amount <= row.free else {
      throw Refusal.insufficient(has: row.free, needs: m.amount)
    }
  }
}
