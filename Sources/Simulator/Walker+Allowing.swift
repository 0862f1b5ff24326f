// Allowances of a walk: set, permitted by signature, used, and used beyond what is left.

import Chain
import Kernel
import Payments
import Primitives

extension Walker {
  /// Several at once, so that some meet what others left.
  mutating func useAllowances() -> [any MessageContent] {
    var open: [Allowance] = []
    state.payments.forEachAllowance { open.append($1) }
    var acts: [any MessageContent] = []
    for _ in 0..<4 {
      switch random.below(10) {
      case 0..<3: acts.append(Approve(head(person()), spender: person(), allowed()))
      case 3..<6: acts.append(permit())
      default: acts.append(spend(open))
      }
    }
    return acts
  }

  private mutating func allowed() -> Amount {
    switch random.below(6) {
    case 0: .zero
    case 1: Allowance.unlimited
    default: Amount(UInt64(random.below(200_000)))
    }
  }

  private mutating func permit() -> CarryPermit {
    let owner = person()
    let now = state.kernel.blockTime.milliseconds / 1_000
    let deadline: UInt256 =
      switch random.below(8) {
      case 0: .zero
      case 1: .max
      default: UInt256(now + 3_600)
      }
    var m = CarryPermit(
      head(person()), owner: owner, spender: person(), Allowance.value(of: allowed()),
      deadline: deadline)
    let token = DollarToken.domain(chainId: cast.genesis.chainId)
    let count = state.payments.permitCount(owner)
    m.signature = signature(of: owner, over: m.digest(after: count, token: token))
    return m
  }

  private mutating func spend(_ open: [Allowance]) -> TransferFrom {
    guard let row = random.pick(open) else {
      return TransferFrom(head(person()), owner: person(), to: person(), Amount(1))
    }
    let most = min(row.amount.units, 100_000)
    let amount = random.chance(20) ? most &+ 1 : UInt64(random.below(Int(most) + 1))
    return TransferFrom(head(row.spender), owner: row.owner, to: person(), Amount(amount))
  }

  mutating func spoil(_ transfer: TransferFrom) -> TransferFrom {
    var m = transfer
    switch random.below(3) {
    case 0: m.amount = Amount(.max)
    case 1: m.to = .zero
    default: m.owner = person()
    }
    return m
  }

  mutating func spoil(_ permit: CarryPermit, _ noise: Bytes32) -> CarryPermit {
    var m = permit
    switch random.below(5) {
    case 0: m.value = .max
    case 1: m.spender = person()
    case 2: m.owner = person()
    case 3: m.deadline = .zero
    default: m.signature = noise.bytes
    }
    return m
  }
}
