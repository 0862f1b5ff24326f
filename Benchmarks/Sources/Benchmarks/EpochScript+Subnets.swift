// Full subnets: all members that the rules allow, who weigh everybody, and an asset of their own.

import Chain
import Kernel
import Primitives
import Subnets

extension EpochScript {
  static let members = 256
  static let validators = 64

  static func rules(
    validators: Int = EpochScript.validators, isYuma3: Bool = false, isLiquid: Bool = false
  ) -> SubnetParameters {
    var rules = SubnetParameters()
    rules.validators = UInt64(validators)
    rules.tempo = 600
    rules.immunity = 1_800
    rules.unbonding = 1_800
    rules.leastPrice = Amount(10_000)
    rules.mostPrice = Amount(10_000)
    rules.leastStake = Amount(10_000)
    rules.activity = 100
    rules.isYuma3 = isYuma3
    rules.hasLiquidAlpha = isLiquid
    return rules
  }

  /// Makes so many full subnets and plays until bonds are everywhere; the next epochs only compute.
  mutating func fillSubnets(_ count: Int, _ rules: SubnetParameters) throws {
    let numbers = (1...count).map { UInt64($0) }
    var messages: [Message] = []
    for number in numbers {
      messages.append(
        .createSubnet(
          CreateSubnet(
            head(EpochScript.owner), name: "full", rules, most: Amount(1_000_000_000_000))))
      messages.append(
        .issueAsset(
          IssueAsset(
            head(EpochScript.owner), subnet: number, name: "own", cap: Amount(1 << 50),
            perEpoch: Amount(1 << 35), halving: 8_192)))
      messages.append(
        .setRoutingShare(
          SetRoutingShare(head(EpochScript.owner), subnet: number, share: 50_000)))
    }
    try play(1_000, messages)
    messages = []
    for number in numbers {
      for place in 0..<EpochScript.members {
        messages.append(
          .registerMember(
            RegisterMember(
              head(EpochScript.person(place)), subnet: number, most: Amount(10_000), take: 100_000)
          ))
      }
      for place in 0..<Int(rules.validators) {
        let account = EpochScript.person(place)
        messages.append(
          .stakeOn(
            StakeOn(
              head(account), subnet: number, on: account,
              Amount(1_000_000 + 10_007 * UInt64(place)),
              mostTake: SubnetMember.takeLimit)))
      }
      messages.append(
        .fundSubnet(
          FundSubnet(
            head(EpochScript.owner), subnet: number, perEpoch: Amount(100_000_000), epochs: 100)))
    }
    try play(1_000, messages)
    _ = try passEpochs(of: count)
    try play(1, try weights(numbers, isOpen: false))
    _ = try passEpochs(of: count)
    try play(1, try weights(numbers, isOpen: true))
    for _ in 0..<2 { _ = try passEpochs(of: count) }
  }

  /// The blocks in which the epochs of all these subnets end: what finds no room in one goes on in
  /// the next.
  mutating func passEpochs(of count: Int) throws -> [Timed] {
    guard let ends = state.subnets.subnet(1)?.epochEnds else {
      throw BenchmarkFailure(description: "there is no subnet")
    }
    var blocks = [try pass(until: ends)]
    while blocks.reduce(0, { $0 + $1.happened("epochPaid") }) < count {
      guard blocks[blocks.count - 1].happened("epochPaid") > 0 else {
        throw BenchmarkFailure(description: "no epoch ended")
      }
      blocks.append(try pass(1))
    }
    return blocks
  }

  /// Everybody's opinion of everybody, under seal or open.
  private mutating func weights(_ numbers: [UInt64], isOpen: Bool) throws -> [Message] {
    var messages: [Message] = []
    let uids = (0..<UInt64(EpochScript.members)).map { $0 }
    for number in numbers {
      let epoch = (state.subnets.subnet(number)?.epoch ?? 0) - (isOpen ? 1 : 0)
      for place in 0..<Int(state.subnets.subnet(number)?.parameters.validators ?? 0) {
        let account = EpochScript.person(place)
        let salt = EpochScript.salt(account)
        let shares = uids.map { 1 + ($0 * 7_919 + UInt64(place) * 104_729) % 65_535 }
        if isOpen {
          messages.append(
            .revealWeights(
              RevealWeights(head(account), subnet: number, uids: uids, shares: shares, salt: salt)))
        } else {
          let seal = WeightSeal.of(
            subnet: number, epoch: epoch, by: account, uids: uids, shares: shares, salt: salt)
          messages.append(.sealWeights(SealWeights(head(account), subnet: number, seal: seal)))
        }
      }
    }
    return messages
  }

  /// The most subnets with a pool that there can be, and dollars to share among them.
  mutating func fillRoot(_ pools: Int) throws {
    var rules = SubnetParameters()
    rules.tempo = 604_800
    rules.immunity = 3 * 604_800
    rules.unbonding = 3 * 604_800
    for number in 1...UInt64(pools) {
      // What a subnet costs doubles with each and falls again in a month.
      let owner = EpochScript.person(Int(number))
      try play(
        28 * 86_400_000,
        [
          .createSubnet(
            CreateSubnet(head(owner), name: "pool", rules, most: Amount(1_000_000_000))),
          .issueAsset(
            IssueAsset(
              head(owner), subnet: number, name: "own", cap: Amount(1 << 50),
              perEpoch: Amount(1 << 35), halving: 8_192)),
          .seedPool(
            SeedPool(
              head(owner), subnet: number, dollars: Amount(100_000_000 + 1_000 * number), fee: 3_000
            )
          ),
        ])
    }
    try play(1, [.fundRoot(FundRoot(head(EpochScript.owner), Amount(1_000_000_000)))])
  }
}
