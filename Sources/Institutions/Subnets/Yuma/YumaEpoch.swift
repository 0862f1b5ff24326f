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
  /// Nothing is done in vectors: the reference that those are held to, and what is left to it.
  let isPlain: Bool
  /// The line of the stored matrix that each row of `members` has, or −1; and the rows whose
  /// bonds are stored as lists.
  let storedLines: [Int]
  let storedLists: [Int]
  /// Shares of dense rows, of weights and bonds.
  let cells: [UInt16]
  /// What divides the weights of each row.
  let rowDivisors: [ShareDivisor]
  /// Weights of all that a row gives, in the order of who gets them.
  let wholes: [WholeWeight]
  let active: ActiveStakes
  /// Nil where sweeps are made by plain lanes.
  let kernels: YumaKernels?
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
  var newBonds: YumaBonds

  enum Phase { case consensus, bonds, done }

  public init(_ input: YumaInput) throws(Refusal) { try self.init(input, plainly: false) }

  init(
    _ input: YumaInput, plainly: Bool, smallMatrix: Int = LineRule.smallMatrix,
    inKernels: Bool = YumaKernels.areThere
  ) throws(Refusal) {
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
    members = Self.members(input, permits)
    let rate = Self.bondRate(input)
    isPlain = plainly || rate < .zero || rate > .one
    let isClassic = !isPlain && !input.isYuma3
    let rule = LineRule(
      rows: members.count, members: n, smallMatrix: smallMatrix, inKernels: inKernels)
    var lines = isClassic ? Self.lines(for: input, members, permits, rule) : nil
    weightsAtStart = try Self.weights(input, of: members, permits, &lines)
    weights = weightsAtStart
    bonds = try Self.bonds(input, of: members, &lines)
    cells = lines?.cells ?? []
    (storedLines, storedLists, newBonds) = Self.stored(
      input, members, nextPermits, isPlain ? nil : rule)
    let totals = weightsAtStart.totals
    rowDivisors = totals.map { ShareDivisor(UInt64($0.sum)) }
    wholes = totals.indices.compactMap { row in
      totals[row].only.map { WholeWeight(row: row, member: $0) }
    }.sorted { ($0.member, $0.row) < ($1.member, $1.row) }
    active = ActiveStakes(members.map { [activeStake] in activeStake[$0] })
    kernels = inKernels && isClassic ? YumaKernels(rowDivisors, active) : nil
    median = WeightedMedian(
      activeStake, rows: members, majority: Fixed32(share: input.kappa))
    consensus = Array(repeating: 0, count: n)
    preranks = consensus
    ranks = consensus
    trust = Array(repeating: 0, count: members.count)
    dividends = trust
  }

  /// The whole epoch at once.
  public static func run(_ input: YumaInput) throws(Refusal) -> YumaOutcome {
    try run(input, plainly: false)
  }

  static func run(
    _ input: YumaInput, plainly: Bool, smallMatrix: Int = LineRule.smallMatrix,
    inKernels: Bool = YumaKernels.areThere
  ) throws(Refusal) -> YumaOutcome {
    var epoch = try YumaEpoch(
      input, plainly: plainly, smallMatrix: smallMatrix, inKernels: inKernels)
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
      if isPlain { plainConsensus(below: end) } else { findConsensus(below: end) }
      if column == n { beginBonds() }
      return nil
    case .bonds:
      if input.isYuma3 {
        moveBonds(below: end)
      } else if isPlain {
        plainBonds(below: end)
      } else {
        mixBonds(below: end)
      }
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
  }

  /// Columns are done so many at a time: a tile of a few hundred rows stays in the cache.
  static let tileWidth = 16
}
