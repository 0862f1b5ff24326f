// What cabals, copiers and snipers make of an epoch, against those who judge honestly.

import Arithmetic
import Primitives
import Testing

@testable import Subnets

@Suite struct YumaAttackTests {
  /// 512 members: an honest side with part of the stake, whose validators all see the same servers
  /// with some noise, and a cabal that puts part of its weight on its own servers. Both keep part
  /// of their stake as validators ("utility" is the honest side's part of what all servers are
  /// worth, docs/consensus.md of subtensor).
  static func subnet(
    sigma: Double, utility: Double, selfWeight: Double, seed: UInt64
  ) -> (input: YumaInput, isHonest: [Bool]) {
    var random = Seeded(state: seed)
    let count = 512
    let validators = 64
    let honestOnes = validators * 6 / 10
    func noisy(_ mean: Double, _ part: Double) -> Double {
      part == 0 ? mean : max(0, mean * (1 + part * random.normal()))
    }
    var input = YumaInput(count: count)
    var isHonest = [Bool](repeating: false, count: count)
    var worth = [Double](repeating: 0, count: count)
    let servers = count - validators
    let honestServers = servers * 6 / 10
    for uid in 0..<validators { isHonest[uid] = uid < honestOnes }
    for uid in validators..<count {
      isHonest[uid] = uid < validators + honestServers
      worth[uid] = noisy(1, 0.3)
    }
    Self.scale(&worth, isHonest, to: utility)
    // A cabal gives its own servers this share, whatever they are worth.
    var bent = worth
    Self.scale(&bent, isHonest, to: 1 - selfWeight)
    var stake = (0..<validators).map { _ in noisy(1, 0.3) }
    Self.scale(&stake, isHonest, to: 0.6)
    for uid in 0..<validators {
      input.stakes[uid] = Fixed64(Int(stake[uid] * 1e12))
      input.permits[uid] = true
      var weights = [Double](repeating: 0, count: count)
      let seen = isHonest[uid] ? worth : bent
      for server in validators..<count { weights[server] = noisy(seen[server], sigma) }
      let top = weights.max() ?? 1
      input.weights[uid] = (validators..<count).map {
        YumaEntry(UInt16($0), UInt16(weights[$0] / top * 65_535))
      }
    }
    input.maxValidators = validators
    input.currentBlock = 10
    input.tempo = 1
    input.lastUpdate = Array(repeating: 9, count: count)
    input.bondsMovingAverage = 0
    input.emission = 1_000_000_000
    return (input, isHonest)
  }

  /// Makes the honest part of a list this share of the whole.
  private static func scale(_ list: inout [Double], _ isHonest: [Bool], to share: Double) {
    var sums = (honest: 0.0, other: 0.0)
    for index in list.indices {
      if isHonest[index] { sums.honest += list[index] } else { sums.other += list[index] }
    }
    for index in list.indices {
      list[index] *= isHonest[index] ? share / sums.honest : (1 - share) / sums.other
    }
  }

  static func honestEmission(_ input: YumaInput, _ isHonest: [Bool]) throws -> Double {
    let outcome = try YumaEpoch.run(input)
    var honest = 0.0
    var all = 0.0
    for uid in isHonest.indices {
      all += Double(outcome.emission[uid])
      if isHonest[uid] { honest += Double(outcome.emission[uid]) }
    }
    return honest / all
  }

  /// The table of the reference model, which drew its own noise: equal to 0.01.
  @Test func cabalsAreHeldAsTheTableSays() throws {
    let rows = try #require(VectorFile.json("yuma/cabal_retention.json")["rows"]?.array)
    for row in rows {
      let sigma = try #require(row["sigma"]?.fixed).double
      let utility = try #require(row["honest_utility"]?.fixed).double
      for (place, selfWeight) in [(1, 0.6), (3, 1.0)] {
        let expected = try #require(row["honest_emission"]?[place]?.fixed).double
        let (input, isHonest) = Self.subnet(
          sigma: sigma, utility: utility, selfWeight: selfWeight, seed: 1)
        let found = try Self.honestEmission(input, isHonest)
        #expect(
          abs(found - expected) < 0.01, "σ \(sigma) utility \(utility) self \(selfWeight)")
      }
    }
  }

  /// Property (7) of the market's facts: 60 % honest stake that sees 75 % of the utility keeps at
  /// least 60 % of the emission from a cabal that gives all its weight to itself.
  @Test func honestStakeKeepsItsShare() throws {
    for seed in UInt64(1)...2 {
      for sigma in [0.2, 0.4] {
        let (input, isHonest) = Self.subnet(
          sigma: sigma, utility: 0.75, selfWeight: 1, seed: seed)
        #expect(try Self.honestEmission(input, isHonest) >= 0.6)
      }
    }
  }

  /// Property (8): who copies weights an epoch late earns less per stake than who moved first,
  /// where scores change; under both rules of bonds.
  @Test(arguments: [false, true]) func copiersEarnLess(_ isYuma3: Bool) throws {
    var random = Seeded(state: 4)
    var input = YumaInput(count: 13)
    input.maxValidators = 3
    input.isYuma3 = isYuma3
    input.hasLiquidAlpha = isYuma3
    input.bondsPenalty = isYuma3 ? 0 : .max
    input.tempo = 1
    input.emission = 1_000_000
    for uid in 0..<3 {
      input.stakes[uid] = Fixed64(100)
      input.permits[uid] = true
    }
    var earned = [UInt64](repeating: 0, count: 3)
    var before: [YumaEntry] = []
    for epoch in UInt64(1)...60 {
      // Each epoch another few members are the good ones.
      var worth = (0..<10).map { _ in UInt16(random.below(1_000)) + 1 }
      for _ in 0..<3 { worth[Int(random.below(10))] = 65_535 }
      let now = worth.indices.map { YumaEntry(UInt16($0 + 3), worth[$0]) }
      input.weights[0] = now
      input.weights[1] = now
      input.weights[2] = before.isEmpty ? now : before
      before = now
      input.currentBlock = epoch * 10
      input.lastUpdate = Array(repeating: input.currentBlock, count: 13)
      input.lastStepBlock = epoch == 1 ? 0 : input.currentBlock - 10
      let outcome = try YumaEpoch.run(input)
      input.bonds = Array(outcome.bonds)
      guard epoch > 10 else { continue }
      for uid in 0..<3 { earned[uid] += outcome.validatorEmission[uid] }
    }
    #expect(earned[2] < earned[0])
    #expect(earned[0] == earned[1])
    #expect(earned[2] * 100 < earned[0] * 97, "\(earned)")
  }

  /// A uid that somebody new took over gets nothing of the weights that its predecessor earned.
  @Test func aSnipedSeatIsEmpty() throws {
    var input = YumaInput(count: 4)
    input.stakes[0] = Fixed64(1)
    input.permits[0] = true
    input.weights[0] = [YumaEntry(1, 65_535), YumaEntry(2, 65_535)]
    input.currentBlock = 20
    input.tempo = 5
    input.lastUpdate = [10, 0, 0, 0]
    input.emission = 1_000
    let before = try YumaEpoch.run(input)
    #expect(before.serverEmission[1] == before.serverEmission[2])
    input.registeredAt[2] = 12
    let after = try YumaEpoch.run(input)
    #expect(after.serverEmission[2] == 0)
    #expect(after.bonds[0].map(\.uid) == [1])
    // Set later, but sealed before the seat changed hands: the same.
    input.lastUpdate[0] = 19
    #expect(try YumaEpoch.run(input).serverEmission[2] > 0)
    input.oldestCommit = [11, nil, nil, nil]
    #expect(try YumaEpoch.run(input).serverEmission[2] == 0)
    input.oldestCommit = [12, nil, nil, nil]
    #expect(try YumaEpoch.run(input).serverEmission[2] > 0)
  }

  /// Weight on oneself counts only for the owner of the subnet.
  @Test func nobodyJudgesOneself() throws {
    var input = YumaInput(count: 3)
    for uid in 0..<2 {
      input.stakes[uid] = Fixed64(1)
      input.permits[uid] = true
    }
    input.weights[0] = [YumaEntry(0, 65_535)]
    input.weights[1] = [YumaEntry(2, 65_535)]
    input.currentBlock = 2
    input.tempo = 1
    input.lastUpdate = [1, 1, 1]
    input.kappa = 0
    #expect(try YumaEpoch.run(input).incentive[0] == .zero)
    input.owner = 0
    #expect(try YumaEpoch.run(input).incentive[0] > .zero)
  }

  @Test func malformedSubnetsAreRefused() {
    func refusal(_ change: (inout YumaInput) -> Void) -> String? {
      var input = YumaInput(count: 3)
      input.permits[0] = true
      input.lastUpdate = [1, 1, 1]
      change(&input)
      do throws(Refusal) {
        _ = try YumaEpoch.run(input)
        return nil
      } catch { return error.code }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.weights[0] = [YumaEntry(3, 1)] } == "noSuchMember")
    #expect(refusal { $0.weights[0] = [YumaEntry(1, 1), YumaEntry(1, 2)] } == "memberNamedTwice")
    #expect(refusal { $0.weights[0] = [YumaEntry(2, 1), YumaEntry(1, 2)] } == nil)
    #expect(refusal { $0.permits = [true] } == "unequalLists")
    #expect(refusal { $0.owner = 3 } == "noSuchMember")
    #expect(refusal { $0.stakes[1] = Fixed64(-1) } == "negativeStake")
    #expect(refusal { $0 = YumaInput(count: YumaInput.countLimit + 1) } == "tooManyMembers")
    #expect(refusal { $0 = YumaInput(count: 0) } == nil)
    // Numbers at the edge of their types: no trap.
    #expect(
      refusal {
        $0.lastUpdate = [.max, .max, .max]
        $0.activityCutoff = .max
        $0.currentBlock = .max
        $0.tempo = .max
        $0.lastStepBlock = .max
        $0.bondsMovingAverage = .max
        $0.emission = .max
        $0.maxValidators = .max
        $0.stakes = [Fixed64(raw: .max), Fixed64(raw: .max), .one]
        $0.weights[0] = [YumaEntry(1, 65_535)]
        $0.bonds[0] = [YumaEntry(1, 65_535)]
        $0.oldestCommit = [.max, nil, nil]
      } == nil)
  }
}
