// The rows of topics, and how their scopes begin and end.

public import Kernel
public import Primitives

/// Topics keep no money of their own: deposit, grants and stakes of each lie in one escrow of the
/// ledger, and these rows say whose they are.
public struct TopicTables: ~Copyable {
  var topics = Table<UInt64, Topic>("topics")
  var counted = Table<UInt64, Openings>("topicCounts")
  var work = Table<UInt64, BlockWork>("topicWork")
  /// By topic and place.
  var members = Table<PlaceIn, TopicMember>("topicMembers")
  var newcomers = Table<PlaceIn, TopicNewcomer>("topicNewcomers")
  var parties = Table<TopicParty, TopicPlace>("topicParties")
  var memories = Table<UInt64, TopicMemory>("topicMemories")
  var answers = Table<UInt64, TopicAnswer>("topicAnswers")
  /// By topic and epoch, counted up to those that are kept.
  var results = Table<PlaceIn, TopicResult>("topicResults")
  var grants = Grants(
    "topicGrants", falls: "topicRateFalls", payees: "topicGrantsOf")

  public init() {}
}

// MARK: - Reading

extension TopicTables {
  public func topic(_ number: UInt64) -> Topic? { topics[number] }

  public func member(_ number: UInt64, _ place: TopicPlace) -> TopicMember? {
    members[place.key(in: number)]
  }

  public func newcomer(_ number: UInt64, _ place: TopicPlace) -> TopicNewcomer? {
    newcomers[place.key(in: number)]
  }

  /// The place that an account has, or gets when the running epoch ends.
  public func place(of account: Address, in number: UInt64) -> TopicPlace? {
    parties[TopicParty(number, account)]
  }

  public func memory(_ number: UInt64) -> TopicState? { memories[number]?.state }

  /// What the network answers in the running epoch; nil before it does.
  public func answer(_ number: UInt64) -> TopicAnswer? { answers[number] }

  /// An epoch that is over; nil where it is none or not kept any more.
  public func result(_ number: UInt64, epoch: UInt64) -> TopicResult? {
    let row = results[PlaceIn(number, epoch % TopicResult.kept)]
    return row?.epoch == epoch ? row : nil
  }

  public func grant(_ id: Bytes32) -> Grant? { grants.rows[id] }

  public var counts: Openings { counted[0] ?? Openings() }

  /// Rows in the order of their keys' bytes.
  public func forEachTopic(_ body: (UInt64, Topic) -> Void) { topics.forEach(body) }
  public func forEachMember(_ body: (PlaceIn, TopicMember) -> Void) { members.forEach(body) }
  public func forEachNewcomer(_ body: (PlaceIn, TopicNewcomer) -> Void) {
    newcomers.forEach(body)
  }
  public func forEachGrant(_ body: (Bytes32, Grant) -> Void) { grants.rows.forEach(body) }

  /// What the ledger must hold for each topic, as its rows say. It walks every row.
  public func forEachEscrow(_ body: (Bytes32, Amount) throws(Refusal) -> Void) throws(Refusal) {
    var rows: [(UInt64, Topic)] = []
    topics.forEach { rows.append(($0, $1)) }
    var granted: [Grant] = []
    grants.rows.forEach { granted.append($1) }
    for (number, topic) in rows {
      var sum = try topic.deposit.adding(topic.carried).adding(topic.withdrawn)
      sum = try sum.adding(topic.staked)
      for grant in granted where grant.payee == number {
        sum = try sum.adding(grant.unspent(at: topic.epoch))
      }
      try body(Topic.escrow(number), sum)
    }
  }

  func require(_ number: UInt64) throws(Refusal) -> Topic {
    try topics.require(number, else: .noSuchTopic(number))
  }
}

// MARK: - Message, block and restart

extension TopicTables {
  /// A position in every table.
  public struct Mark: Sendable {
    var places: [Int]
    var grants: Grants.Mark
  }

  public func mark() -> Mark {
    Mark(
      places: [
        topics.mark(), counted.mark(), work.mark(), members.mark(), newcomers.mark(),
        parties.mark(), memories.mark(), answers.mark(), results.mark(),
      ], grants: grants.mark())
  }

  public mutating func rollback(to mark: Mark) {
    topics.rollback(to: mark.places[0])
    counted.rollback(to: mark.places[1])
    work.rollback(to: mark.places[2])
    members.rollback(to: mark.places[3])
    newcomers.rollback(to: mark.places[4])
    parties.rollback(to: mark.places[5])
    memories.rollback(to: mark.places[6])
    answers.rollback(to: mark.places[7])
    results.rollback(to: mark.places[8])
    grants.rollback(to: mark.grants)
  }

  public mutating func forgetUndo() {
    topics.forgetUndo()
    counted.forgetUndo()
    work.forgetUndo()
    members.forgetUndo()
    newcomers.forgetUndo()
    parties.forgetUndo()
    memories.forgetUndo()
    answers.forgetUndo()
    results.forgetUndo()
    grants.forgetUndo()
  }

  public func list(since mark: Mark, into changes: inout [RowChange]) {
    topics.list(since: mark.places[0], into: &changes)
    counted.list(since: mark.places[1], into: &changes)
    work.list(since: mark.places[2], into: &changes)
    members.list(since: mark.places[3], into: &changes)
    newcomers.list(since: mark.places[4], into: &changes)
    parties.list(since: mark.places[5], into: &changes)
    memories.list(since: mark.places[6], into: &changes)
    answers.list(since: mark.places[7], into: &changes)
    results.list(since: mark.places[8], into: &changes)
    grants.list(since: mark.grants, into: &changes)
  }

  public mutating func drain(into changes: inout [RowChange]) {
    topics.drain(into: &changes)
    counted.drain(into: &changes)
    work.drain(into: &changes)
    members.drain(into: &changes)
    newcomers.drain(into: &changes)
    parties.drain(into: &changes)
    memories.drain(into: &changes)
    answers.drain(into: &changes)
    results.drain(into: &changes)
    grants.drain(into: &changes)
  }

  /// Takes a stored row at restart; false says that the table is another room's.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    switch table {
    case topics.name: try topics.load(key: key, row: row)
    case counted.name: try counted.load(key: key, row: row)
    case work.name: try work.load(key: key, row: row)
    case members.name: try members.load(key: key, row: row)
    case newcomers.name: try newcomers.load(key: key, row: row)
    case parties.name: try parties.load(key: key, row: row)
    case memories.name: try memories.load(key: key, row: row)
    case answers.name: try answers.load(key: key, row: row)
    case results.name: try results.load(key: key, row: row)
    default: return try grants.load(table: table, key: key, row: row)
    }
    return true
  }
}
