// Subnets in a walk: owners, members, delegators and sponsors, who keep their word or do not.

import Chain
import Kernel
import Primitives
import Subnets

extension Walker {
  /// What somebody could sensibly send to a subnet now: mostly several at once, as a subnet needs
  /// several people.
  mutating func writeSubnet() -> [any MessageContent] {
    var known: [(number: UInt64, row: Subnet)] = []
    state.subnets.forEachSubnet { known.append(($0, $1)) }
    guard let (number, subnet) = random.pick(known), random.chance(96) || known.count > 2 else {
      return [createSubnet()]
    }
    if subnet.members < 3 && subnet.state == .open && random.chance(80) {
      return found(number)
    }
    // A ranking takes three epochs.
    if seed % 6 == 3 && random.chance(subnet.epoch > 2 ? 45 : 20) { return route(number, subnet) }
    switch random.below(20) {
    case 0..<6: return judge(number, subnet)
    case 6..<9: return [register(person(), number)]
    case 9..<12: return [stake(person(), number)]
    case 12..<14: return [unstake(number)]
    case 14: return [SetTake(head(member(of: number)), subnet: number, take: below(200_000))]
    case 15, 16: return [fund(number)]
    case 17: return [withdraw()]
    case 18:
      return [CloseSubnet(head(random.chance(70) ? subnet.owner : person()), subnet: number)]
    default: return [createSubnet()]
    }
  }

  private mutating func below(_ limit: Int) -> UInt64 { UInt64(random.below(limit)) }

  mutating func createSubnet() -> CreateSubnet {
    var rules = SubnetParameters()
    rules.tempo = 60
    rules.members = 2 + below(6)
    rules.validators = 1 + below(3)
    rules.immunity = 180
    rules.unbonding = 180 + below(300)
    rules.leastPrice = Amount(10_000)
    rules.mostPrice = Amount(30_000)
    rules.halfLife = 60
    rules.leastStake = Amount(10_000)
    rules.slash = 100_000
    rules.isYuma3 = random.chance(50)
    rules.hasLiquidAlpha = random.chance(50)
    let most = random.chance(90) ? Amount(.max) : Amount(1)
    return CreateSubnet(head(person()), name: "walk", rules, most: most)
  }

  /// A few who take seats, stake on themselves, and somebody who pays.
  private mutating func found(_ number: UInt64) -> [any MessageContent] {
    var messages: [any MessageContent] = []
    for _ in 0..<4 {
      let account = person()
      messages.append(register(account, number))
      messages.append(
        StakeOn(head(account), subnet: number, on: account, Amount(10_000 + below(300_000))))
    }
    messages.append(fund(number))
    return messages
  }

  private mutating func register(_ account: Address, _ number: UInt64) -> RegisterMember {
    RegisterMember(
      head(account), subnet: number, most: Amount(random.chance(90) ? 50_000 : 9_999),
      take: below(190_000))
  }

  private mutating func stake(_ account: Address, _ number: UInt64) -> StakeOn {
    StakeOn(
      head(account), subnet: number, on: member(of: number),
      Amount(random.chance(10) ? below(10_000) : 10_000 + below(390_000)),
      mostTake: random.chance(80) ? SubnetMember.takeLimit : below(100_000))
  }

  /// Mostly somebody who has stake.
  private mutating func unstake(_ number: UInt64) -> Unstake {
    var known: [Stake] = []
    state.subnets.forEachStake { if $1.shares > 0 { known.append($1) } }
    let amount = random.chance(40) ? Amount(.max) : Amount(below(100_000))
    guard let stake = random.pick(known), random.chance(90) else {
      return Unstake(head(person()), subnet: number, from: member(of: number), amount)
    }
    return Unstake(head(stake.owner), subnet: stake.subnet, from: stake.validator, amount)
  }

  private mutating func fund(_ number: UInt64) -> FundSubnet {
    FundSubnet(
      head(person()), subnet: number, perEpoch: Amount(900 + below(40_000)),
      epochs: below(8))
  }

  private mutating func withdraw() -> WithdrawGrant {
    var known: [(id: Bytes32, sponsor: Address)] = []
    state.subnets.forEachGrant { known.append(($0, $1.sponsor)) }
    guard let grant = random.pick(known) else {
      return WithdrawGrant(head(person()), grant: Bytes32.zero)
    }
    return WithdrawGrant(
      head(random.chance(90) ? grant.sponsor : person()), grant: grant.id)
  }

  private mutating func member(of number: UInt64) -> Address {
    let count = state.subnets.subnet(number)?.members ?? 0
    guard count > 0, random.chance(95) else { return person() }
    return state.subnets.member(number, below(Int(count)))?.account ?? person()
  }

  /// Everybody who may seals, and mostly opens what it sealed before.
  private mutating func judge(_ number: UInt64, _ subnet: Subnet) -> [any MessageContent] {
    var messages: [any MessageContent] = []
    for uid in 0..<subnet.members {
      guard let member = state.subnets.member(number, uid) else { continue }
      let account = member.account
      if subnet.epoch > 0,
        state.subnets.seal(number, epoch: subnet.epoch - 1, uid) != nil || random.chance(5)
      {
        let row = Self.row(account, subnet.epoch - 1)
        messages.append(
          RevealWeights(
            head(account), subnet: number, uids: row.uids, shares: row.shares,
            salt: Self.weightSalt))
      }
      if member.permit || random.chance(5) {
        let row = Self.row(account, subnet.epoch)
        let seal = WeightSeal.of(
          subnet: number, epoch: subnet.epoch, by: account, uids: row.uids, shares: row.shares,
          salt: Self.weightSalt)
        messages.append(SealWeights(head(account), subnet: number, seal: seal))
      }
    }
    return messages
  }

  private static let weightSalt = Cast.secret(Array("weights".utf8))

  /// What an account thinks of the first two seats in an epoch; now and then nonsense.
  private static func row(
    _ account: Address, _ epoch: UInt64
  ) -> (uids: [UInt64], shares: [UInt64]) {
    let noise = Cast.secret(account.bytes, [UInt8(truncatingIfNeeded: epoch)]).bytes
    if noise[0] < 12 { return ([1, 0], [1, 1]) }
    return ([0, 1], [UInt64(noise[1]), UInt64(noise[2])])
  }

  // MARK: - Spoiling

  /// One thing wrong about a message to a subnet; nil for other messages.
  mutating func spoilSubnet(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> (any MessageContent)? {
    switch content {
    case var m as CreateSubnet:
      switch random.below(4) {
      case 0: m.name = "<script>"
      case 1: m.parameters.tempo = .max
      case 2: m.parameters.unbonding = 1
      default: m.parameters.kappa = 0
      }
      return m
    case var m as RegisterMember:
      if random.chance(50) { m.subnet = 999 } else { m.take = .max }
      return m
    case var m as StakeOn:
      if random.chance(50) { m.amount = Amount(.max) } else { m.validator = person() }
      return m
    case var m as Unstake:
      if random.chance(50) { m.amount = .zero } else { m.subnet = .max }
      return m
    case var m as SetTake:
      m.take = .max
      return m
    case var m as SealWeights:
      m.seal = noise
      return m
    case var m as RevealWeights:
      switch random.below(4) {
      case 0: m.uids.append(70_000)
      case 1: m.shares = []
      case 2: m.salt = noise
      default: m.subnet = .max
      }
      return m
    case var m as FundSubnet:
      if random.chance(50) { m.perEpoch = Amount(.max) } else { m.epochs = .max }
      return m
    case var m as WithdrawGrant:
      m.grant = noise
      return m
    case var m as CloseSubnet:
      m.subnet = .max
      return m
    case var m as SetRoutingShare:
      if random.chance(50) { m.subnet = .max } else { m.share = .max }
      return m
    default: return nil
    }
  }

  // MARK: - Invariants

  /// What deposits, grants and pools hold.
  func oweSubnets(_ owed: inout [Bytes32: UInt64]) {
    // A sum that does not fit shows as an escrow that its rows do not explain.
    try? state.subnets.forEachEscrow { owed[$0] = $1.units }
  }

  /// Shares, counts and deadlines of subnets that do not fit each other.
  func brokenSubnet(isFull: Bool) -> String? {
    var wrong: String?
    var shares: [PartyKey: (staked: UInt64, leaving: UInt64)] = [:]
    state.subnets.forEachStake { _, stake in
      let key = PartyKey(stake.subnet, stake.validator)
      shares[key, default: (0, 0)].staked += stake.shares
      shares[key, default: (0, 0)].leaving += stake.leavingShares
      if (stake.leavingShares > 0) != (stake.leaves != .never) { wrong = "stake without an end" }
    }
    var pools: [UInt64: UInt64] = [:]
    state.subnets.forEachPool { key, pool in
      pools[key.subnet, default: 0] += 1
      let sum = shares[key] ?? (0, 0)
      if sum.staked != pool.staked.shares || sum.leaving != pool.leaving.shares {
        wrong = "subnet \(key.subnet): shares of \(key.account)"
      }
    }
    var rates: [UInt64: (sum: UInt64, count: UInt64)] = [:]
    state.subnets.forEachGrant { _, grant in
      rates[grant.payee, default: (0, 0)].sum += grant.perEpoch.units
      rates[grant.payee, default: (0, 0)].count += 1
    }
    state.subnets.forEachSubnet { number, subnet in
      let rate = rates[number] ?? (0, 0)
      if subnet.pools != pools[number] ?? 0 { wrong = "subnet \(number): pools" }
      if subnet.grants != rate.count { wrong = "subnet \(number): grants" }
      guard subnet.state != .closed else { return }
      if subnet.rate.units != rate.sum + subnet.withdrawn.units {
        wrong = "subnet \(number): rate \(subnet.rate.units)"
      }
      if !isFull && subnet.epochEnds <= state.kernel.now { wrong = "subnet \(number): late" }
      if subnet.members > subnet.parameters.members { wrong = "subnet \(number): members" }
    }
    return wrong
  }
}
