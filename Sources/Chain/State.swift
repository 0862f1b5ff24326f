// The whole state of a network: all rooms, the tree over their rows, and the block being made.

public import Kernel
public import Market
public import Payments
public import Primitives
public import Reputation
public import Subnets
public import Topics
public import Tournaments

/// What everybody who replays the same blocks has, bit for bit.
///
/// It changes only block by block: `produce` for the operator, `replay` for everybody else, both
/// through the same steps. It cannot be copied.
public struct State: ~Copyable {
  public internal(set) var kernel: KernelTables
  public internal(set) var market = MarketTables()
  public internal(set) var reputation = ReputationTables()
  public internal(set) var payments = PaymentTables()
  var boxedSubnets = Boxed(SubnetTables())
  var boxedTournaments = Boxed(TournamentTables())
  var boxedTopics = Boxed(TopicTables())
  public internal(set) var tree = Tree()
  public internal(set) var works = Kinds()
  public let genesis: Genesis
  public let network: Bytes32
  /// Where signatures count.
  public let domain: EIP712.Domain
  /// The id of the last block; before the first the network's.
  public internal(set) var tip: Bytes32
  /// What the open block made so far.
  var results = BlockResults()
  /// The rows of height 0, kept until the first block.
  var foundingRows: [RowChange] = []
  /// A block that was refused after it had begun to change rows leaves a state that nobody may
  /// use: it must be read again from the store.
  public internal(set) var isTorn = false

  /// The state that a genesis founds, at height 0.
  public init(_ genesis: Genesis) throws(Refusal) {
    try genesis.check()
    var kernel = KernelTables()
    kernel.found(
      genesis.charter, terms: genesis.terms, beacon: genesis.beacon, anchor: genesis.anchor,
      time: genesis.time)
    for fund in genesis.funds { try kernel.fund(fund.account, fund.amount, fund.asset) }
    self.init(genesis, kernel)
    reputation.terms = genesis.terms
    foundingRows = takeChanges()
  }

  /// The rows of height 0, which stand in no block: a store that begins with a genesis writes
  /// them first.
  public static func foundingRows(of genesis: Genesis) throws(Refusal) -> [RowChange] {
    try State(genesis).foundingRows
  }

  /// A state with these rows of the Kernel and no others.
  init(_ genesis: Genesis, _ kernel: consuming KernelTables) {
    self.genesis = genesis
    self.kernel = kernel
    network = genesis.network
    domain = genesis.domain
    tip = network
    payments.token = DollarToken.domain(chainId: genesis.chainId)
  }

  /// Subnets with their members, stake and grants.
  public var subnets: SubnetTables { _read { yield boxedSubnets.value } }

  /// Tournaments with their entries and sponsors.
  public var tournaments: TournamentTables { _read { yield boxedTournaments.value } }

  /// Topics with their members, and what each remembers.
  public var topics: TopicTables { _read { yield boxedTopics.value } }

  public var height: UInt64 { kernel.height }
  public var stateRoot: Bytes32 { tree.root }

  /// The earliest deadline, in market time: when the next block is due even without messages.
  public var nextDeadline: Time? { kernel.timers.next }

  /// Drains every room and enters the changes into the tree. They come in the order of the rooms
  /// and their tables, and within a table as they were first touched; only the tree sorts them.
  mutating func takeChanges() -> [RowChange] {
    var changes: [RowChange] = []
    drain(into: &changes)
    var leaves: [TreeChange] = []
    leaves.reserveCapacity(changes.count)
    var batch = SHA256Batch()
    for index in changes.indices {
      if let row = changes[index].row { batch.add(row) }
    }
    var values = batch.digests()[...]
    for index in changes.indices {
      let value = changes[index].row == nil ? nil : values.popFirst()
      leaves.append(TreeChange(changes[index].leafKey, value))
    }
    TreeChange.sort(&leaves)
    tree.apply(leaves)
    return changes
  }
}

// MARK: - The scopes of a message and of a block

extension State: TableGroup {
  /// Every room, in the order in which their changes come.
  public mutating func tables(_ v: inout TableVisitor) {
    v(&kernel)
    v(&market)
    v(&reputation)
    v(&payments)
    v(&boxedSubnets.value)
    v(&boxedTournaments.value)
    v(&boxedTopics.value)
    v(&works)
    v(ofBlock: &results.settled)
  }
}
