// The end of an epoch: shares become amounts, and what the next epoch reads is put together.

import Primitives

extension YumaEpoch {
  /// What has been found, when both passes are done.
  func outcome() -> YumaOutcome {
    let n = input.count
    var earned = [Fixed32](repeating: .zero, count: n)
    var trusts = earned
    for (row, uid) in members.enumerated() {
      trusts[uid] = Fixed32(raw: trust[row])
      let total = Fixed32(raw: dividends[row])
      // In Yuma 3 stake weighs the dividend; in the classic rule it stands in the bonds.
      earned[uid] = input.isYuma3 ? total * activeStake[uid] : total
    }
    let dividends = earned.normalised
    let shares = emissionShares(dividends)
    return YumaOutcome(
      stake: stake, activeStake: activeStake, isActive: isActive,
      consensus: consensus.map { Fixed32(raw: $0) },
      preranks: preranks.map { Fixed32(raw: $0) }, ranks: ranks.map { Fixed32(raw: $0) },
      incentive: incentive, validatorTrust: trusts, dividends: dividends,
      serverShares: shares.server, validatorShares: shares.validator,
      serverEmission: shares.server.map(amount), validatorEmission: shares.validator.map(amount),
      emission: shares.both.map(amount), permits: nextPermits, bonds: newBonds)
  }

  /// Incentives and dividends as shares of one whole; stake where nobody earned anything.
  private func emissionShares(
    _ dividends: [Fixed32]
  ) -> (server: [Fixed32], validator: [Fixed32], both: [Fixed32]) {
    let both = zip(incentive, dividends).map { $0 + $1 }
    let sum = both.sum
    if sum == .zero {
      let held = activeStake.sum == .zero ? stake : activeStake
      return (incentive, held, held)
    }
    return (incentive.divided(by: sum), dividends.divided(by: sum), both.divided(by: sum))
  }

  private func amount(_ share: Fixed32) -> UInt64 {
    YumaOutcome.amount(share, of: Amount(input.emission)).units
  }
}
