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

/// Who has a place, or is to have it, and what stands behind that; the least gives way first.
private struct TopicHolder: Comparable {
  var place: TopicPlace
  var stake: Amount
  var since: UInt64
  var isThere: Bool

  init(_ place: TopicPlace, _ stake: Amount, since: UInt64, isThere: Bool) {
    self.place = place
    self.stake = stake
    self.since = since
    self.isThere = isThere
  }

  static func < (one: TopicHolder, other: TopicHolder) -> Bool {
    if one.stake != other.stake { return one.stake < other.stake }
    return (one.since, one.place.number) > (other.since, other.place.number)
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
    var holders: [TopicHolder] = []
    var displaced: UInt64 = 0
    for index in 0..<topic.rules.limit(of: role) {
      let place = TopicPlace(role, index)
      let key = place.key(in: number)
      let member = members[key]
      if member?.isDisplaced == true { displaced += 1 }
      if let newcomer = newcomers[key] {
        holders.append(TopicHolder(place, newcomer.stake, since: topic.epoch + 1, isThere: false))
      } else if let member, !member.leaves {
        holders.append(TopicHolder(place, member.stake, since: member.since, isThere: true))
      } else {
        return place
      }
    }
    // Beyond that only those who wait give way: no stake takes a whole role over at once, with all
    // that is known of its members, before anybody can answer.
    if displaced >= topic.rules.displaced(of: role) { holders.removeAll(where: \.isThere) }
    guard let weakest = holders.min(), weakest.stake < stake else {
      throw .topicIsFull(least: holders.min()?.stake ?? stake)
    }
    try displace(weakest, number, &topic, &k)
    return weakest.place
  }

  private mutating func displace(
    _ weakest: TopicHolder, _ number: UInt64, _ topic: inout Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    let key = weakest.place.key(in: number)
    var gone = Address.zero
    if let newcomer = newcomers[key] {
      // It has done nothing yet, and so has its stake back at once.
      gone = newcomer.account
      try turnAway(newcomer, key, &topic, &k)
    } else if var member = members[key] {
      gone = member.account
      member.leaves = true
      member.isDisplaced = true
      members[key] = member
    }
    k.emit(
      Event(
        "topicDisplaced", subject: Topic.escrow(number), parties: [gone],
        numbers: [
          Number("topic", number), Number("role", UInt64(weakest.place.role.rawValue)),
          Number("stake", weakest.stake.units),
        ]))
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
