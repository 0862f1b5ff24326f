// Own assets, pools and the root in a walk: issued, traded, drained, funded; and that they add up.

import Chain
import Kernel
import Primitives
import Subnets

extension Walker {
  /// Few walks have them: what others send does not change by them.
  var walksAssets: Bool { seed % 6 == 3 }

  /// What somebody could sensibly do with an own asset now.
  mutating func writeAsset() -> [any MessageContent] {
    var known: [UInt64] = []
    state.subnets.assets.forEachAsset { number, _ in known.append(number) }
    guard let number = random.pick(known), random.chance(92) || known.count > 3 else {
      return giveAsset()
    }
    let owner = state.subnets.subnet(number)?.owner ?? person()
    switch random.below(20) {
    case 0: return [seedPool(number, by: random.chance(80) ? owner : person())]
    case 1 where random.chance(isEnding(number) ? 100 : 30):
      return [DrainPool(head(random.chance(80) ? owner : person()), subnet: number)]
    case 2..<8: return [buy(number)]
    case 8..<14: return [sell(number)]
    case 14..<18: return [collect(number)]
    case 18: return [FundRoot(head(person()), Amount(9_000 + units(9_000_000)))]
    default: return [issue(number, by: owner)]
    }
  }

  /// Whoever drains a pool twice is told so.
  private func isEnding(_ number: UInt64) -> Bool {
    state.subnets.assets.pool(of: number).map { $0.ends != .never } ?? false
  }

  private mutating func units(_ limit: Int) -> UInt64 { UInt64(random.below(limit)) }

  /// A new subnet that has an asset from the first block on; or one that is asked for it too late.
  private mutating func giveAsset() -> [any MessageContent] {
    if random.chance(20), let old = anySubnet() {
      return [issue(old.number, by: random.chance(80) ? old.row.owner : person())]
    }
    let made = createSubnet()
    let owner = made.head.from
    let number = state.subnets.counts.next
    return [made, issue(number, by: owner), seedPool(number, by: owner)]
      + (0..<3).map { _ in buy(number) }
  }

  private mutating func anySubnet() -> (number: UInt64, row: Subnet)? {
    var known: [(number: UInt64, row: Subnet)] = []
    state.subnets.forEachSubnet { known.append(($0, $1)) }
    return random.pick(known)
  }

  private mutating func issue(_ number: UInt64, by owner: Address) -> IssueAsset {
    let halving = 1 + units(20)
    let perEpoch = 1_000_000 + units(1_000_000)
    // Now and then a schedule of nearly everything, or of nearly nothing.
    let total = 2 * perEpoch * halving
    let cap = random.chance(80) ? total * 2 : random.chance(50) ? total : total * 30
    return IssueAsset(
      head(owner), subnet: number, name: random.chance(95) ? "walk" : "A", cap: Amount(cap),
      perEpoch: Amount(perEpoch), halving: halving)
  }

  private mutating func seedPool(_ number: UInt64, by owner: Address) -> SeedPool {
    SeedPool(
      head(owner), subnet: number, dollars: Amount(99_000_000 + units(100_000_000)),
      fee: 900 + units(29_000))
  }

  private mutating func buy(_ number: UInt64) -> BuyAsset {
    let sum = Amount(random.chance(10) ? units(2) : units(50_000_000))
    var least = (try? state.subnets.assets.pool(of: number)?.bought(for: sum)) ?? .zero
    if random.chance(15) { least.units += 1 }
    return BuyAsset(head(person()), subnet: number, dollars: sum, least: least)
  }

  private mutating func sell(_ number: UInt64) -> SellAsset {
    let asset = SubnetAsset.asset(of: number)
    let holders = cast.people.filter { state.kernel.ledger.balance(.account($0), asset) > .zero }
    let seller = random.pick(holders) ?? person()
    let held = state.kernel.ledger.balance(.account(seller), asset)
    let sum = random.chance(30) ? held : Amount(held.units / 3)
    return SellAsset(
      head(seller), subnet: number, units: sum,
      least: random.chance(90) ? .zero : Amount(1_000_000_000))
  }

  private mutating func collect(_ number: UInt64) -> CollectDividends {
    var known: [Stake] = []
    state.subnets.forEachStake { _, stake in if stake.subnet == number { known.append(stake) } }
    guard let stake = random.pick(known) else {
      return CollectDividends(head(person()), subnet: number, from: person())
    }
    return CollectDividends(head(stake.owner), subnet: number, from: stake.validator)
  }

  // MARK: - Invariants

  /// What pools and the root hold in dollars, and what there is of own assets in escrow.
  func oweAssets(
    _ owed: inout [Bytes32: UInt64], _ own: inout [BalanceKey: UInt64]
  ) {
    // A sum that does not fit shows as an escrow that its rows do not explain.
    try? state.subnets.assets.forEachEscrow { id, asset, amount in
      if asset == .dollar {
        owed[id] = amount.units
      } else {
        own[BalanceKey(.escrow(id), asset)] = amount.units
      }
    }
  }

  /// Assets, pools and dividends that do not fit each other.
  func brokenAsset() -> String? {
    var wrong: String?
    state.subnets.assets.forEachAsset { number, row in
      let asset = SubnetAsset.asset(of: number)
      let made = state.kernel.ledger.minted(asset)
      if made != row.cap || state.kernel.ledger.supply(asset) != made {
        wrong = "subnet \(number): its asset is not what was made of it"
      }
      guard let subnet = state.subnets.subnet(number), subnet.state != .closed else { return }
      let scheduled = (try? row.scheduled(before: subnet.epoch)) ?? .zero
      let pooled = row.isPooled ? (try? row.poolPart()) ?? .zero : .zero
      if row.left.units + scheduled.units + pooled.units != row.cap.units {
        wrong = "subnet \(number): \(row.left) is left after \(subnet.epoch) epochs"
      }
    }
    var sharing: [UInt64] = []
    state.subnets.assets.forEachPool { number, pool in
      if pool.ends == .never { sharing.append(number) }
      let product = UInt128(pool.dollars.units + pool.taken.units) * UInt128(pool.own.units)
      if product < UInt128(pool.seedDollars.units) * UInt128(pool.seedOwn.units) {
        wrong = "subnet \(number): the pool lost by its trades"
      }
    }
    if sharing.sorted() != state.subnets.assets.root.subnets {
      wrong = "the root shares among others"
    }
    var due: [PartyKey: UInt64] = [:]
    state.subnets.forEachStake { _, stake in
      let sum = (try? state.subnets.assets.due(stake))?.units ?? .max / 2
      due[PartyKey(stake.subnet, stake.validator), default: 0] += sum
    }
    state.subnets.assets.forEachDividend { key, row in
      if due[key] ?? 0 > row.held.units { wrong = "subnet \(key.subnet): more due than held" }
    }
    return wrong
  }
}
