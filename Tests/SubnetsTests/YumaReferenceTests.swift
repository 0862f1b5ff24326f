// Epochs in vectors against the plain reference, number by number, on random and hostile subnets.

import Arithmetic
import Primitives
import Testing

@testable import Subnets

@Suite struct YumaReferenceTests {
  /// How the rows of a random subnet look.
  enum Rows: CaseIterable {
    case dense, sparse, mixed, extreme, equal, single, shared
  }

  static func row(_ rows: Rows, _ n: Int, _ random: inout Seeded) -> [YumaEntry] {
    func share() -> UInt16 {
      switch rows {
      case .extreme: [0, 1, 2, 65_534, 65_535][Int(random.below(5))]
      case .equal: 65_535
      default: UInt16(random.below(65_536))
      }
    }
    var kind = rows
    if kind == .mixed { kind = [.dense, .sparse, .single, .equal][Int(random.below(4))] }
    switch kind {
    case .sparse:
      return (0..<n).filter { _ in random.below(6) == 0 }.map { YumaEntry(UInt16($0), share()) }
    case .single: return [YumaEntry(UInt16(random.below(UInt64(n))), max(1, share()))]
    // All give all they have to the same few.
    case .shared: return [YumaEntry(UInt16(n - 1), 65_535)]
    default:
      var row = (0..<n).filter { _ in random.below(9) > 0 }.map { YumaEntry(UInt16($0), share()) }
      if random.below(2) == 0 { row = (0..<n).map { YumaEntry(UInt16($0), share()) } }
      if random.below(5) == 0 { row.reverse() }
      return row
    }
  }

  static func stake(_ random: inout Seeded) -> Fixed64 {
    switch random.below(8) {
    case 0: .zero
    case 1: Fixed64(raw: .max)
    case 2: Fixed64(raw: 1)
    case 3, 4: Fixed64(1)
    default: Fixed64(Int(random.below(1 << 40)))
    }
  }

  static func subnet(_ rows: Rows, _ random: inout Seeded) -> YumaInput {
    let n = Int(random.below(4) == 0 ? random.below(15) + 1 : random.below(20) + 16)
    let validators = Int(random.below(UInt64(min(n, 4)))) + 1
    var input = YumaInput(count: n)
    for uid in 0..<n {
      input.lastUpdate[uid] = 50 + random.below(40)
      input.registeredAt[uid] = random.below(12) == 0 ? 60 + random.below(30) : 0
      guard uid < validators || random.below(12) == 0 else { continue }
      input.stakes[uid] = Self.stake(&random)
      input.permits[uid] = random.below(8) > 0
      if random.below(10) > 0 { input.weights[uid] = Self.row(rows, n, &random) }
      if random.below(4) > 0 { input.bonds[uid] = Self.row(rows, n, &random) }
    }
    input.owner = random.below(3) == 0 ? Int(random.below(UInt64(n))) : nil
    input.stakeThreshold = random.below(3)
    input.currentBlock = 100
    input.tempo = random.below(60)
    input.activityCutoff = random.below(4) == 0 ? 30 : 5_000
    input.lastStepBlock = random.below(2) * 70
    input.maxValidators = Int(random.below(UInt64(n)) + 1)
    if random.below(6) == 0 { input.oldestCommit = (0..<n).map { $0 % 3 == 0 ? 61 : nil } }
    input.kappa = [0, 1, 32_767, 32_767, 32_768, 49_151, 65_535][Int(random.below(7))]
    input.bondsPenalty = [0, 1, 30_000, 65_534, 65_535][Int(random.below(5))]
    input.bondsMovingAverage = [0, 1, 500_000, 900_000, 999_999, 1_000_000][Int(random.below(6))]
    input.isYuma3 = random.below(6) == 0
    input.hasLiquidAlpha = random.below(2) == 0
    input.emission = random.below(2) == 0 ? .max : random.below(1 << 40)
    return input
  }

  /// Where two outcomes differ, by name.
  static func differences(_ a: YumaOutcome, _ b: YumaOutcome) -> [String] {
    let lists: [(String, KeyPath<YumaOutcome, [Fixed32]>)] = [
      ("consensus", \.consensus), ("preranks", \.preranks), ("ranks", \.ranks),
      ("incentive", \.incentive), ("trust", \.validatorTrust), ("dividends", \.dividends),
      ("serverShares", \.serverShares), ("validatorShares", \.validatorShares),
    ]
    var found = lists.filter { a[keyPath: $0.1] != b[keyPath: $0.1] }.map(\.0)
    if a.emission != b.emission { found.append("emission") }
    if a.bonds != b.bonds || a.bonds.hashValue != b.bonds.hashValue { found.append("bonds") }
    return found
  }

  @Test(arguments: Rows.allCases, [UInt64(1), 2])
  func vectorsGiveTheReferencesBits(_ rows: Rows, _ seed: UInt64) throws {
    var random = Seeded(state: seed << 32)
    for round in 0..<150 {
      let input = Self.subnet(rows, &random)
      let plain = try YumaEpoch.run(input, plainly: true)
      let found = try YumaEpoch.run(input)
      #expect(Self.differences(found, plain) == [], "\(rows) \(seed) round \(round)")
      // By lanes alone, as on processors without the kernels.
      let portable = try YumaEpoch.run(input, plainly: false, inKernels: false)
      #expect(Self.differences(portable, plain) == [], "\(rows) \(seed) round \(round), lanes")
      // And with rows kept entry by entry that a small subnet keeps as lines.
      let listed = try YumaEpoch.run(input, plainly: false, smallMatrix: 0)
      #expect(Self.differences(listed, plain) == [], "\(rows) \(seed) round \(round), listed")
    }
  }

  /// More validators and members, so that tiles are full, rows many and medians far from the ends.
  @Test(arguments: Rows.allCases) func largerSubnetsGiveTheReferencesBits(_ rows: Rows) throws {
    var random = Seeded(state: 401)
    for validators in [33, 70] {
      var input = Self.subnet(rows, &random)
      let n = 130
      input = YumaInput(count: n)
      for uid in 0..<validators {
        input.stakes[uid] = Fixed64(Int(random.below(1 << 30)))
        input.permits[uid] = true
        input.weights[uid] = Self.row(rows, n, &random)
        if random.below(5) > 0 { input.bonds[uid] = Self.row(rows, n, &random) }
      }
      input.lastUpdate = Array(repeating: 90, count: n)
      input.currentBlock = 100
      input.maxValidators = validators
      input.emission = .max
      for penalty in [0, 40_000, .max] as [UInt16] {
        input.bondsPenalty = penalty
        let plain = try YumaEpoch.run(input, plainly: true)
        for limit in [0, LineRule.smallMatrix] {
          for inKernels in [false, YumaKernels.areThere] {
            let found = try YumaEpoch.run(
              input, plainly: false, smallMatrix: limit, inKernels: inKernels)
            #expect(Self.differences(found, plain) == [], "\(rows) \(validators) \(penalty)")
          }
        }
      }
    }
  }

  /// However an epoch is cut, its outcome is the same.
  @Test(arguments: Rows.allCases) func slicesGiveTheSame(_ rows: Rows) throws {
    var random = Seeded(state: 77)
    for round in 0..<12 {
      let input = Self.subnet(rows, &random)
      let whole = try YumaEpoch.run(input)
      var epoch = try YumaEpoch(input)
      var outcome: YumaOutcome?
      while outcome == nil { outcome = epoch.advance(columns: Int(random.below(40)) + 1) }
      #expect(outcome == whole, "\(rows) round \(round)")
    }
  }

  /// Epoch after epoch, with the bonds that each leaves: where differences would grow.
  @Test func epochsInARowStayEqual() throws {
    var random = Seeded(state: 9)
    for rows in Rows.allCases {
      var one = Self.subnet(rows, &random)
      one.isYuma3 = false
      var other = one
      for _ in 0..<4 {
        let (a, b) = (try YumaEpoch.run(one), try YumaEpoch.run(other, plainly: true))
        #expect(Self.differences(a, b) == [])
        one.bonds = Array(a.bonds)
        other.bonds = Array(b.bonds)
      }
    }
  }

  /// What the vectors cannot hold is left to the reference, and what is malformed to nobody.
  @Test func ratesBeyondOneAreThePlainOnes() throws {
    var random = Seeded(state: 12)
    for _ in 0..<40 {
      var input = Self.subnet(.mixed, &random)
      input.bondsMovingAverage = random.below(2) == 0 ? 1_000_001 : .max
      let found = try YumaEpoch.run(input)
      #expect(Self.differences(found, try YumaEpoch.run(input, plainly: true)) == [])
    }
  }

  /// A row whose one share that counts is the least there is: divided by itself it is a whole, and
  /// who is away has bonds beside it.
  @Test func aWholeOfOneShareIsCountedOnce() throws {
    var random = Seeded(state: 31)
    for n in [3, 17, 40] {
      for _ in 0..<20 {
        var input = YumaInput(count: n)
        input.stakes[0] = Fixed64(7)
        input.stakes[1] = Fixed64(5)
        (input.permits[0], input.permits[1]) = (true, true)
        input.weights[0] = [YumaEntry(0, 65_535), YumaEntry(UInt16(n - 1), 1)]
        input.bonds[1] = [YumaEntry(UInt16(n - 1), UInt16(random.below(65_535) + 1))]
        input.lastUpdate = Array(repeating: 1, count: n)
        input.lastUpdate[0] = 5_990
        input.currentBlock = 6_000
        input.tempo = 100
        input.activityCutoff = 5_000
        input.bondsMovingAverage = 900_000
        input.emission = .max
        let found = try YumaEpoch.run(input)
        #expect(Self.differences(found, try YumaEpoch.run(input, plainly: true)) == [])
      }
    }
  }

  /// A validator that holds all stake and gives one member all weight: every share is a whole.
  @Test func wholesEverywhere() throws {
    for n in [2, 17, 40] {
      for penalty in [0, 30_000, 65_535] as [UInt16] {
        for average in [0, 900_000, 1_000_000] as [UInt64] {
          var input = YumaInput(count: n)
          input.stakes[0] = Fixed64(7)
          input.permits[0] = true
          input.weights[0] = [YumaEntry(UInt16(n - 1), 9)]
          input.bonds[0] = [YumaEntry(UInt16(n - 1), 65_535)]
          input.lastUpdate = Array(repeating: 1, count: n)
          input.currentBlock = 2
          input.tempo = 1
          input.bondsPenalty = penalty
          input.bondsMovingAverage = average
          input.emission = 1_000
          let found = try YumaEpoch.run(input)
          #expect(Self.differences(found, try YumaEpoch.run(input, plainly: true)) == [])
          #expect(found.incentive[n - 1] == .one)
          #expect(found.dividends[0] == .one)
          #expect(found.bonds[0] == [YumaEntry(UInt16(n - 1), 65_535)])
        }
      }
    }
  }
}
