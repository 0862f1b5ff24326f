// The dollar as wallets and their libraries call it: ERC-20 over the ledger's balances.

import Kernel
public import Payments
public import Primitives

/// The functions and events of the dollar token.
public enum DollarContract {
  public static let contract = Contract(
    DollarToken.name, at: DollarToken.address, views + [transfer] + allowances + authorised,
    logs: { logs(of: $0) },
    foresee: { try foresee($0, costing: $1, in: $2) })

  private static let views: [ContractFunction] = [
    .view("name") { _, _ in [.string(DollarToken.name)] },
    .view("symbol") { _, _ in [.string(DollarToken.symbol)] },
    .view("version") { _, _ in [.string(DollarToken.version)] },
    .view("decimals") { _, _ in [.number(UInt64(DollarToken.decimals))] },
    .view("totalSupply") { _, state in
      let row = try state.row(
        Balance.self, "supplies", UInt64(Asset.dollar.number).keyBytes)
      return [.number(row?.amount.units ?? 0)]
    },
    .view("balanceOf", .address) { arguments, state in
      [.number(try balance(of: try arguments[0].address, in: state).units)]
    },
    .view("DOMAIN_SEPARATOR") { _, state in
      [.word(DollarToken.domain(chainId: state.chainId).separator)]
    },
  ]

  private static let transfer = ContractFunction.message(
    "transfer", .address, .uint256, returns: [.bool(true)]
  ) { call throws(Refusal) in
    let (to, amount) = (try call.arguments[0].address, try call.arguments[1].amount)
    return .transfer(Transfer(call.head, to: to, amount))
  }

  public static func balance(of account: Address, in state: any ContractState) throws -> Amount {
    let key = BalanceKey(.account(account), .dollar).keyBytes
    return try state.row(Balance.self, "balances", key)?.amount ?? .zero
  }

  /// A transfer needs a receiver, and the balance for all of it.
  public static func foresee(
    _ message: Message, costing cost: Amount, in state: any ContractState
  ) throws {
    guard case .transfer(let m) = message else {
      return try foreseeAllowed(message, costing: cost, in: state)
    }
    guard m.to != .zero else { throw Refusal.noReceiver }
    let has = try balance(of: m.head.from, in: state)
    let needs = try m.amount.adding(cost)
    guard has >= needs else { throw Refusal.insufficient(has: has, needs: needs) }
  }

  static func logs(of message: Message) -> [ContractLog] {
    switch message {
    case .transfer(let m) where m.asset == .dollar: [moved(m.head.from, m.to, m.amount)]
    case .approve(let m): [approved(m.head.from, m.spender, m.amount)]
    case .transferFrom(let m): [moved(m.owner, m.to, m.amount)]
    case .carryPermit(let m): [approved(m.owner, m.spender, Allowance.amount(of: m.value))]
    case .payAuthorised(let m): authorisedLogs(of: m.authorisation)
    case .cancelAuthorisation(let m):
      [
        ContractLog(
          "AuthorizationCanceled(address,bytes32)", of: DollarToken.address,
          [m.payer.padded, m.nonce], data: [])
      ]
    default: []
    }
  }

  static func moved(_ from: Address, _ to: Address, _ amount: Amount) -> ContractLog {
    ContractLog(
      "Transfer(address,address,uint256)", of: DollarToken.address, [from.padded, to.padded],
      data: [.number(amount.units)])
  }
}
