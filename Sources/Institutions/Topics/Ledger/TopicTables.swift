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

extension TopicTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&topics)
    v(&counted)
    v(&work)
    v(&members)
    v(&newcomers)
    v(&parties)
    v(&memories)
    v(&answers)
    v(&results)
    v(&grants)
  }
}
