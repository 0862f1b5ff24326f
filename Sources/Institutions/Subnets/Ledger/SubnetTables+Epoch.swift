// The end of an epoch: seals that stayed shut are slashed, Yuma is computed, the budget is paid.

import Arithmetic
import Kernel
import Primitives

extension SubnetTables {
  /// Computes and pays an epoch, and begins the next one.
  mutating func runEpoch(
    _ number: UInt64, _ old: Subnet, _ k: inout KernelTables
  ) throws(Refusal) {
    var subnet = old
    try slashUnopened(number, subnet, &k)
    let fresh = try subnet.rate.adding(takeArrived(number))
    let budget = try fresh.adding(subnet.carried)
    let outcome = try YumaEpoch.run(try input(number, subnet, budget))
    // Where nobody was judged nobody is paid: silence enriches no stake.
    let isEarned = outcome.incentive.contains { $0 > .zero }
    var paid = Amount.zero
    for uid in 0..<subnet.members {
      let place = Int(uid)
      let served = Amount(isEarned ? outcome.serverEmission[place] : 0)
      let judged = Amount(isEarned ? outcome.validatorEmission[place] : 0)
      paid = try paid.adding(served).adding(judged)
      try pay(SeatKey(number, uid), served: served, judged: judged, &k)
      try note(outcome, SeatKey(number, uid), earned: try served.adding(judged), subnet.epoch)
    }
    let burnt = try carry(budget.subtracting(paid), upTo: fresh, number, &subnet, &k)
    try payAsset(number, old, outcome, isEarned: isEarned, &k)
    try beginEpoch(number, &subnet)
    subnets[number] = subnet
    k.timers.set(SubnetTimer.epoch(number), at: subnet.epochEnds)
    k.emit(
      Event(
        "epochPaid", subject: Subnet.escrow(number), parties: [subnet.owner],
        numbers: [
          Number("subnet", number), Number("epoch", old.epoch), Number("budget", budget.units),
          Number("paid", paid.units), Number("carried", subnet.carried.units),
          Number("burnt", burnt.units),
        ]))
  }

  /// Carries what nobody earned, but no more than twice what came for the epoch itself; the rest
  /// is burnt. Else a subnet in which nobody is judged would heap up a prize for whoever is there
  /// when its stake majority first speaks. Twice: nobody can be judged in the first two epochs,
  /// since one gives the permits and one keeps the weights sealed.
  private func carry(
    _ rest: Amount, upTo fresh: Amount, _ number: UInt64, _ subnet: inout Subnet,
    _ k: inout KernelTables
  ) throws(Refusal) -> Amount {
    // Halves are compared, so that no sum can be too great.
    subnet.carried = rest.units / 2 < fresh.units ? rest : try fresh.adding(fresh)
    let burnt = try rest.subtracting(subnet.carried)
    try k.ledger.post(from: .escrow(Subnet.escrow(number)), to: .treasury, burnt)
    return burnt
  }

  private mutating func beginEpoch(
    _ number: UInt64, _ subnet: inout Subnet
  ) throws(Refusal) {
    subnet.lastEpoch = subnet.epochEnds
    subnet.epochEnds = try subnet.epochEnds.after(seconds: subnet.parameters.tempo)
    subnet.epoch += 1
    subnet.withdrawn = .zero
    subnet.rate = try grants.rate(of: number, at: subnet.epoch, from: subnet.rate)
  }

  /// Weights that were sealed in the epoch before and not shown in this one: the validator's stake
  /// and what is leaving it lose a part, whoever it is of, and its old row counts no more.
  private mutating func slashUnopened(
    _ number: UInt64, _ subnet: Subnet, _ k: inout KernelTables
  ) throws(Refusal) {
    guard subnet.epoch > 0 else { return }
    for uid in 0..<subnet.members {
      let key = SealKey(number, epoch: subnet.epoch - 1, uid)
      guard seals.contains(key), let member = members[SeatKey(number, uid)] else { continue }
      seals[key] = nil
      weights[SeatKey(number, uid)] = nil
      let party = PartyKey(number, member.account)
      var lost = Amount.zero
      if var pool = pools[party] {
        lost = try pool.staked.slash(subnet.parameters.slash)
          .adding(pool.leaving.slash(subnet.parameters.slash))
        pools[party] = pool
        try k.ledger.post(
          from: .escrow(StakePool.escrow(number, member.account)), to: .treasury, lost)
      }
      k.emit(
        Event(
          "sealUnopened", subject: Subnet.escrow(number), parties: [member.account],
          numbers: [
            Number("subnet", number), Number("uid", uid), Number("lost", lost.units),
          ]))
    }
  }

  /// The subnet in the words of Yuma; its blocks are milliseconds of market time.
  private func input(
    _ number: UInt64, _ subnet: Subnet, _ budget: Amount
  ) throws(Refusal) -> YumaInput {
    let rules = subnet.parameters
    var input = YumaInput(count: Int(subnet.members))
    for place in 0..<input.count {
      let seat = SeatKey(number, UInt64(place))
      guard let member = members[seat] else { continue }
      let pool = pools[PartyKey(number, member.account)]
      input.stakes[place] = Fixed64(clamping: pool?.staked.amount.units ?? 0)
      input.lastUpdate[place] = member.updated.milliseconds
      input.registeredAt[place] = member.registered.milliseconds
      input.permits[place] = member.permit
      input.weights[place] = weights[seat]?.entries ?? []
      input.bonds[place] = bonds[seat]?.entries ?? []
    }
    // The owner is nobody special: it has no permit by right and no weight for itself.
    input.stakeThreshold = rules.leastStake.units
    input.currentBlock = subnet.epochEnds.milliseconds
    input.tempo = try Time.seconds(rules.tempo).milliseconds
    input.activityCutoff = try Amount(input.tempo).multiplied(by: rules.activity).units
    input.lastStepBlock = subnet.lastEpoch.milliseconds
    input.maxValidators = Int(rules.validators)
    input.kappa = UInt16(clamping: rules.kappa)
    input.bondsPenalty = UInt16(clamping: rules.bondsPenalty)
    input.bondsMovingAverage = rules.bondsAverage
    input.isYuma3 = rules.isYuma3
    input.hasLiquidAlpha = rules.hasLiquidAlpha
    input.alphaLow = UInt16(clamping: rules.alphaLow)
    input.alphaHigh = UInt16(clamping: rules.alphaHigh)
    input.alphaSteepness = Int16(clamping: rules.alphaSteepness)
    input.emission = budget.units
    return input
  }

  /// A member's pay for its work goes to its account; its dividends, less its take, to all who
  /// staked on it.
  private mutating func pay(
    _ seat: SeatKey, served: Amount, judged: Amount, _ k: inout KernelTables
  ) throws(Refusal) {
    guard let member = members[seat] else { return }
    let purse = Holder.escrow(Subnet.escrow(seat.subnet))
    let party = PartyKey(seat.subnet, member.account)
    var own = served
    if judged > .zero, var pool = pools[party], pool.staked.shares > 0 {
      let take = try judged.ppmDown(member.take)
      let shared = try judged.subtracting(take)
      pool.staked.amount = try pool.staked.amount.adding(shared)
      pools[party] = pool
      try k.ledger.post(
        from: purse, to: .escrow(StakePool.escrow(seat.subnet, member.account)), shared)
      own = try own.adding(take)
    } else {
      own = try own.adding(judged)
    }
    try k.ledger.post(from: purse, to: .account(member.account), own)
  }

  /// What the next epoch and the tables that people read know of this one.
  private mutating func note(
    _ outcome: YumaOutcome, _ seat: SeatKey, earned: Amount, _ epoch: UInt64
  ) throws(Refusal) {
    let place = Int(seat.uid)
    guard var member = members[seat] else { return }
    member.permit = outcome.permits[place]
    member.stake = UInt64(outcome.stake[place].share)
    member.trust = UInt64(outcome.validatorTrust[place].share)
    member.consensus = UInt64(outcome.consensus[place].share)
    member.incentive = UInt64(outcome.incentive[place].share)
    member.dividends = UInt64(outcome.dividends[place].share)
    member.emission = earned
    if member.takeFrom <= epoch + 1 { member.take = member.nextTake }
    members[seat] = member
    bonds[seat] = outcome.bonds[place].isEmpty ? nil : ShareRow(outcome.bonds[place])
  }
}
