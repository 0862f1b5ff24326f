// How one gets a place in a topic, puts more behind it, and leaves.

public import Kernel
public import Primitives

/// Takes a place from the next epoch on. Sent again it adds to the stake.
public struct JoinTopic: MessageContent {
  public static let typeName = "JoinTopic"
  public static let kind: UInt8 = 101
  public var head = Head()
  public var topic: UInt64 = 0
  public var role = TopicRole.inferer
  public var stake = Amount()

  public init() {}

  public init(_ head: Head, topic: UInt64, as role: TopicRole, stake: Amount) {
    self.head = head
    self.topic = topic
    self.role = role
    self.stake = stake
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("topic", &topic)
    try v("role", &role)
    try v("stake", &stake)
  }
}

/// Gives a place up at the end of the running epoch, in which it still can be slashed.
public struct LeaveTopic: MessageContent {
  public static let typeName = "LeaveTopic"
  public static let kind: UInt8 = 102
  public var head = Head()
  public var topic: UInt64 = 0

  public init() {}

  public init(_ head: Head, topic: UInt64) {
    self.head = head
    self.topic = topic
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("topic", &topic)
  }
}

extension TopicTables {
  public mutating func apply(
    _ m: JoinTopic, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = try require(m.topic)
    guard topic.phase == .open else { throw .topicCloses }
    try topic.requireRunning(at: k.now)
    guard !topic.isFrozen else { throw .topicStands }
    let party = TopicParty(m.topic, m.head.from)
    var stake = m.stake
    if let place = parties[party] {
      guard place.role == m.role else { throw .otherRole(place.role) }
      let key = place.key(in: m.topic)
      if var member = members[key], member.account == m.head.from {
        guard !member.leaves else { throw .leavesTopic }
        member.stake = try member.stake.adding(m.stake)
        stake = member.stake
        members[key] = member
      } else {
        stake = try (newcomers[key]?.stake ?? .zero).adding(m.stake)
        newcomers[key] = TopicNewcomer(m.head.from, stake)
      }
    } else {
      try checkStake(stake, m.role, topic)
      let place = try freePlace(m.topic, &topic, m.role, for: stake, &k)
      newcomers[place.key(in: m.topic)] = TopicNewcomer(m.head.from, stake)
      parties[party] = place
    }
    try checkStake(stake, m.role, topic)
    topic.staked = try topic.staked.adding(m.stake)
    try k.ledger.post(from: .account(m.head.from), to: .escrow(Topic.escrow(m.topic)), m.stake)
    topics[m.topic] = topic
    k.emit(
      Event(
        "topicJoined", subject: Topic.escrow(m.topic), parties: [m.head.from],
        numbers: [
          Number("topic", m.topic), Number("role", UInt64(m.role.rawValue)),
          Number("stake", stake.units),
        ]))
  }

  /// Weighted sums over all stakes have to stay numbers that fit.
  private func checkStake(_ stake: Amount, _ role: TopicRole, _ topic: Topic) throws(Refusal) {
    try checkRange(
      "stake", stake.units, topic.rules.leastStake(of: role).units...1_000_000_000_000)
  }

  /// A place that is free when the running epoch ends. Of a full role the least stake, of equal
  /// ones the last that came, gives way to a greater one: many small stakes keep nobody out.
  private mutating func freePlace(
    _ number: UInt64, _ topic: inout Topic, _ role: TopicRole, for stake: Amount,
    _ k: inout KernelTables
  ) throws(Refusal) -> TopicPlace {
    var weakest: (place: TopicPlace, stake: Amount, since: UInt64)?
    for index in 0..<topic.rules.limit(of: role) {
      let place = TopicPlace(role, index)
      let key = place.key(in: number)
      let holder: (stake: Amount, since: UInt64)
      if let newcomer = newcomers[key] {
        holder = (newcomer.stake, topic.epoch + 1)
      } else if let member = members[key], !member.leaves {
        holder = (member.stake, member.since)
      } else {
        return place
      }
      if let found = weakest, (found.stake, holder.since) < (holder.stake, found.since) { continue }
      weakest = (place, holder.stake, holder.since)
    }
    guard let weakest, weakest.stake < stake else {
      throw .topicIsFull(least: weakest?.stake ?? stake)
    }
    let key = weakest.place.key(in: number)
    var gone = Address.zero
    if let newcomer = newcomers[key] {
      // It has done nothing yet, and so has its stake back at once.
      gone = newcomer.account
      try turnAway(newcomer, key, &topic, &k)
    } else if var member = members[key] {
      gone = member.account
      member.leaves = true
      members[key] = member
    }
    k.emit(
      Event(
        "topicDisplaced", subject: Topic.escrow(number), parties: [gone],
        numbers: [
          Number("topic", number), Number("role", UInt64(role.rawValue)),
          Number("stake", weakest.stake.units),
        ]))
    return weakest.place
  }

  public mutating func apply(
    _ m: LeaveTopic, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = try require(m.topic)
    let place = try parties.require(TopicParty(m.topic, m.head.from), else: .notInTopic)
    let key = place.key(in: m.topic)
    if topic.isFrozen {
      if let newcomer = newcomers[key], newcomer.account == m.head.from {
        try turnAway(newcomer, key, &topic, &k)
      } else {
        try payOut(try members.require(key, else: .notInTopic), key, &topic, &k)
      }
      topics[m.topic] = topic
      return
    }
    try topic.requireRunning(at: k.now)
    // Whoever could push others out and go again would empty a topic with one stake.
    guard var member = members[key], member.account == m.head.from else { throw .notYetInTopic }
    guard !member.leaves else { throw .leavesTopic }
    member.leaves = true
    members[key] = member
    k.emit(
      Event(
        "topicLeaving", subject: Topic.escrow(m.topic), parties: [m.head.from],
        numbers: [
          Number("topic", m.topic), Number("deadline", topic.epochEnds.milliseconds),
        ]))
  }

  /// A member's stake goes back, and its place is free.
  mutating func payOut(
    _ member: TopicMember, _ key: PlaceIn, _ topic: inout Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    members[key] = nil
    try giveBack(member.stake, to: member.account, key, &topic, &k)
  }

  /// The same for somebody whose place was still another's.
  mutating func turnAway(
    _ newcomer: TopicNewcomer, _ key: PlaceIn, _ topic: inout Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    newcomers[key] = nil
    try giveBack(newcomer.stake, to: newcomer.account, key, &topic, &k)
  }

  private mutating func giveBack(
    _ stake: Amount, to account: Address, _ key: PlaceIn, _ topic: inout Topic,
    _ k: inout KernelTables
  ) throws(Refusal) {
    parties[TopicParty(key.number, account)] = nil
    topic.staked = try topic.staked.subtracting(stake)
    try k.ledger.post(
      from: .escrow(Topic.escrow(key.number)), to: .account(account), stake)
    k.emit(
      Event(
        "topicLeft", subject: Topic.escrow(key.number), parties: [account],
        numbers: [Number("topic", key.number), Number("returned", stake.units)]))
  }
}
