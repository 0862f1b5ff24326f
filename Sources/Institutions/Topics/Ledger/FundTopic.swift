// The budget of a topic: sponsors pay so much an epoch, for so many epochs.

public import Kernel
public import Primitives

/// Pays a topic, beginning with the running epoch. All of it is locked at once.
public struct FundTopic: MessageContent {
  public static let typeName = "FundTopic"
  public static let kind: UInt8 = 99
  public var head = Head()
  public var topic: UInt64 = 0
  public var perEpoch = Amount()
  public var epochs: UInt64 = 0

  public init() {}

  public init(_ head: Head, topic: UInt64, perEpoch: Amount, epochs: UInt64) {
    self.head = head
    self.topic = topic
    self.perEpoch = perEpoch
    self.epochs = epochs
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("topic", &topic)
    try v("perEpoch", &perEpoch)
    try v("epochs", &epochs)
  }
}

/// A sponsor stops paying after the running epoch and has the rest back.
public struct WithdrawTopicGrant: MessageContent {
  public static let typeName = "WithdrawTopicGrant"
  public static let kind: UInt8 = 100
  public var head = Head()
  /// The message that made the grant.
  public var grant = Bytes32.zero

  public init() {}

  public init(_ head: Head, grant: Bytes32) {
    self.head = head
    self.grant = grant
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("grant", &grant)
  }
}

extension TopicTables {
  public mutating func apply(
    _ m: FundTopic, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = try require(m.topic)
    guard topic.phase == .open else { throw .topicCloses }
    try topic.requireRunning(at: k.now)
    guard !topic.isFrozen else { throw .topicStands }
    try checkRange("epochs", m.epochs, 1...10_000)
    try checkRange("perEpoch", m.perEpoch.units, 1_000...1_000_000_000_000)
    var grant = Grant()
    grant.payee = m.topic
    grant.sponsor = m.head.from
    grant.perEpoch = m.perEpoch
    grant.end = topic.epoch + m.epochs
    grant.ends = try topic.epochEnds.after(seconds: (m.epochs - 1) * topic.rules.tempo)
    let sum = try m.perEpoch.multiplied(by: m.epochs)
    try k.ledger.post(from: .account(m.head.from), to: .escrow(Topic.escrow(m.topic)), sum)
    topic.rate = try topic.rate.adding(m.perEpoch)
    topic.grants += 1
    try grants.add(grant, as: id)
    topics[m.topic] = topic
    k.timers.set(TopicTimer.grant(id), at: grant.ends)
    k.emit(
      Event(
        "topicFunded", subject: Topic.escrow(m.topic), parties: [m.head.from], objects: [id],
        numbers: [
          Number("topic", m.topic), Number("perEpoch", m.perEpoch.units),
          Number("epochs", m.epochs),
        ]))
  }

  /// The running epoch stays paid: who works for it sees it no more taken away.
  public mutating func apply(
    _ m: WithdrawTopicGrant, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let grant = try grants.require(m.grant, of: m.head.from)
    var topic = try require(grant.payee)
    guard topic.phase != .closed && !topic.isFrozen else {
      // No epoch pays any more, not even the running one.
      try giveBack(m.grant, grant, topic, &k)
      return
    }
    try topic.requireRunning(at: k.now)
    try grants.stop(m.grant, grant, after: topic.epoch)
    topic.withdrawn = try topic.withdrawn.adding(grant.perEpoch)
    try giveBack(m.grant, grant, try grant.unspent(at: topic.epoch + 1), topic, &k)
  }

  /// A grant's time is over: it is spent, or its topic ended before it.
  mutating func end(
    _ id: Bytes32, _ grant: Grant, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) {
    let topic = try require(grant.payee)
    if topic.epochEnds <= deadline {
      // Its last epoch waits for a block with room.
      k.timers.postpone(TopicTimer.grant(id), at: deadline)
      return
    }
    try giveBack(id, grant, topic, &k)
  }

  /// Gives back all that no epoch has had, of a grant that pays none any more.
  private mutating func giveBack(
    _ id: Bytes32, _ grant: Grant, _ old: Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = old
    try grants.end(id, grant, at: topic.epoch)
    if topic.isFrozen && topic.phase != .closed && grant.end > topic.epoch {
      topic.rate = try topic.rate.subtracting(min(topic.rate, grant.perEpoch))
    }
    try giveBack(id, grant, try grant.unspent(at: topic.epoch), topic, &k)
  }

  private mutating func giveBack(
    _ id: Bytes32, _ grant: Grant, _ rest: Amount, _ old: Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = old
    try k.ledger.post(
      from: .escrow(Topic.escrow(grant.payee)), to: .account(grant.sponsor), rest)
    topic.grants -= min(topic.grants, 1)
    keep(topic, grant.payee)
    k.emit(
      Event(
        "topicGrantEnded", subject: Topic.escrow(grant.payee), parties: [grant.sponsor],
        objects: [id],
        numbers: [Number("topic", grant.payee), Number("returned", rest.units)]))
  }
}
