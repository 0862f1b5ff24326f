// An epoch of Yuma consensus, bit for bit as subtensor computes it, in slices of columns.

public import Primitives

/// The state of an epoch between two slices.
///
/// Two passes go over the columns. The first finds each member's consensus and rank. The second
/// needs everybody's rank, and gives bonds and dividends. A column costs the number of rows that
/// judge or hold bonds, so that an epoch can be spread over as many blocks as its terms allow:
/// `advance` until it gives the outcome.
///
/// Rule and order of operations: opentensor/subtensor at 14bc6f9,
/// pallets/subtensor/src/epoch/run_epoch.rs. Bonds as in "Yuma Consensus" of its docs/consensus.md.
public struct YumaEpoch: Sendable {
  var input: YumaInput
  /// The members that judge or hold bonds; all other rows are empty.
  let members: [Int]
  let stake: [Fixed32]
  let isActive: [Bool]
  let activeStake: [Fixed32]
  let nextPermits: [Bool]
  /// The rows of `members` whose bonds are stored.
  let storedRows: [Int]
  /// Sums of weights by row, for `members`.
  let rowSums: [Int64]
  /// The rows of weights at their beginning, for the second pass.
  let weightsAtStart: YumaRows
  var weights: YumaRows
  var bonds: YumaRows
  let median: WeightedMedian

  var phase = Phase.consensus
  /// The first column that is not done in this pass.
  var column = 0

  var consensus: [Int64]
  var preranks: [Int64]
  var ranks: [Int64]
  var incentive: [Fixed32] = []
  /// By row of `members`.
  var trust: [Int64]
  var dividends: [Int64]
  var newBonds: [[YumaEntry]]

  enum Phase { case consensus, bonds, done }

  public init(_ input: YumaInput) throws(Refusal) {
    try input.validate()
    self.input = input
    let n = input.count
    let now = input.currentBlock
    isActive = input.lastUpdate.map {
      let (due, overflow) = $0.addingReportingOverflow(input.activityCutoff)
      return overflow || due >= now
    }
    stake = Self.stake(input)
    nextPermits = Self.permits(stake, input)
    var permits = input.permits
    if let owner = input.owner { permits[owner] = true }
    var masked = stake
    for uid in 0..<n where !isActive[uid] || !permits[uid] { masked[uid] = .zero }
    activeStake = masked.normalised
    members = (0..<n).filter {
      (permits[$0] && !input.weights[$0].isEmpty) || !input.bonds[$0].isEmpty
    }
    storedRows = members.indices.filter { [members, nextPermits] in nextPermits[members[$0]] }
    weightsAtStart = try Self.weights(input, of: members, permits)
    weights = weightsAtStart
    bonds = try Self.bonds(input, of: members)
    rowSums = members.indices.map(weightsAtStart.sum)
    median = WeightedMedian(
      activeStake, rows: members, majority: Fixed32(share: input.kappa))
    consensus = Array(repeating: 0, count: n)
    preranks = consensus
    ranks = consensus
    trust = Array(repeating: 0, count: members.count)
    dividends = trust
    newBonds = Array(repeating: [], count: members.count)
  }

  /// The whole epoch at once.
  public static func run(_ input: YumaInput) throws(Refusal) -> YumaOutcome {
    var epoch = try YumaEpoch(input)
    while true {
      if let outcome = epoch.advance(columns: Int.max) { return outcome }
    }
  }

  /// Columns that are left to do, in both passes together.
  public var columnsLeft: Int {
    switch phase {
    case .consensus: 2 * input.count - column
    case .bonds: input.count - column
    case .done: 0
    }
  }

  /// Does at most so many more columns; the outcome when none is left.
  public mutating func advance(columns: Int) -> YumaOutcome? {
    let n = input.count
    let end = column + min(max(columns, 0), n - column)
    switch phase {
    case .consensus:
      findConsensus(below: end)
      if column == n { beginBonds() }
      return nil
    case .bonds:
      if input.isYuma3 { moveBonds(below: end) } else { mixBonds(below: end) }
      if column == n { phase = .done }
    case .done: break
    }
    return phase == .done ? outcome() : nil
  }

  private mutating func beginBonds() {
    incentive = ranks.map { Fixed32(raw: $0) }.normalised
    weights = weightsAtStart
    column = 0
    phase = .bonds
    for row in storedRows {
      let uid = members[row]
      newBonds[row].reserveCapacity(max(input.weights[uid].count, input.bonds[uid].count))
    }
  }

  /// Columns are done so many at a time: a tile of a few hundred rows stays in the cache.
  static let tileWidth = 16
}
