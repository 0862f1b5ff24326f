// Makes a topic, against a deposit; and ends it, after one more epoch.

public import Kernel
public import Primitives

/// A new topic with rules that stay.
public struct CreateTopic: MessageContent {
  public static let typeName = "CreateTopic"
  public static let kind: UInt8 = 98
  public var head = Head()
  /// Small letters, digits and dashes, at most 32. It names nothing: numbers do.
  public var name = ""
  /// What the answer of an epoch is to be, in at most 256 printable letters of ASCII.
  public var question = ""
  public var rules = TopicRules()
  /// The highest deposit that the sender locks: the price may rise before the message comes.
  public var most = Amount()

  public init() {}

  public init(
    _ head: Head, name: String, question: String, _ rules: TopicRules, most: Amount
  ) {
    self.head = head
    self.name = name
    self.question = question
    self.rules = rules
    self.most = most
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("name", &name)
    try v("question", &question)
    try v("rules", &rules)
    try v("most", &most)
  }

  /// Whether a wallet and a terminal show it as it is.
  static func isQuestion(_ text: String) -> Bool {
    (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (32...126).contains($0) }
  }
}

/// The owner ends a topic: no newcomers, no new grants, one epoch after the running one.
public struct CloseTopic: MessageContent {
  public static let typeName = "CloseTopic"
  public static let kind: UInt8 = 107
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
    _ m: CreateTopic, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard m.name.isPlainName else { throw .badTopicName }
    guard CreateTopic.isQuestion(m.question) else { throw .badQuestion }
    try m.rules.check()
    var counts = counts
    guard counts.open < Openings.limit else { throw .tooManyTopics(limit: Openings.limit) }
    let (number, deposit) = try counts.take(at: k.now, most: m.most)
    var topic = Topic()
    topic.owner = m.head.from
    topic.name = m.name
    topic.question = m.question
    topic.rules = m.rules
    topic.deposit = deposit
    topic.created = k.now
    topic.begins = k.now
    try topic.enter(.sealWork)
    try k.ledger.post(from: .account(m.head.from), to: .escrow(Topic.escrow(number)), deposit)
    topics[number] = topic
    memories[number] = TopicMemory()
    counted[0] = counts
    k.timers.set(TopicTimer.stage(number), at: topic.deadline)
    k.emit(
      Event(
        "topicCreated", subject: Topic.escrow(number), parties: [m.head.from],
        numbers: [Number("topic", number), Number("deposit", deposit.units)]))
  }

  public mutating func apply(
    _ m: CloseTopic, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = try require(m.topic)
    guard topic.owner == m.head.from else { throw .notTopicOwner }
    // One that came to stand still while it was closing, or while it ended, is closed once more.
    let isStuck = topic.phase == .closing && topic.isFrozen && topic.deadline == .never
    guard topic.phase == .open || isStuck else { throw .topicCloses }
    topic.phase = .closing
    topic.lastEpoch = topic.epoch + 1
    if topic.isFrozen {
      // An epoch that could not be computed has no end; the rest goes back all the same.
      topic.deadline = try k.now.after(seconds: topic.rules.tempo)
      k.timers.set(TopicTimer.stage(m.topic), at: topic.deadline)
    }
    topics[m.topic] = topic
    k.emit(
      Event(
        "topicClosing", subject: Topic.escrow(m.topic), parties: [m.head.from],
        numbers: [Number("topic", m.topic), Number("last", topic.lastEpoch)]))
  }

  /// The end: deposit and stakes go back, what nobody earned goes to the treasury, so that no
  /// owner gains by it; grants stay their sponsors'.
  mutating func close(
    _ number: UInt64, _ old: Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = old
    let escrow = Holder.escrow(Topic.escrow(number))
    for role in TopicRole.allCases {
      for place in 0..<topic.rules.limit(of: role) {
        let key = TopicPlace(role, place).key(in: number)
        if let member = members[key] { try payOut(member, key, &topic, &k) }
        if let newcomer = newcomers[key] { try turnAway(newcomer, key, &topic, &k) }
      }
    }
    try k.ledger.post(from: escrow, to: .account(topic.owner), topic.deposit)
    let unearned = try topic.carried.adding(topic.withdrawn)
    try k.ledger.post(from: escrow, to: .treasury, unearned)
    // Of an epoch that never ends, what was withdrawn would have fallen then.
    try grants.forget(topic.withdrawn, of: number, at: topic.epoch + 1)
    let deposit = topic.deposit
    topic.phase = .closed
    topic.deadline = .never
    topic.deposit = .zero
    topic.carried = .zero
    topic.withdrawn = .zero
    topic.rate = .zero
    memories[number] = nil
    answers[number] = nil
    var counts = counts
    try counts.leave(at: k.now)
    counted[0] = counts
    keep(topic, number)
    k.emit(
      Event(
        "topicClosed", subject: Topic.escrow(number), parties: [topic.owner],
        numbers: [
          Number("topic", number), Number("returned", deposit.units),
          Number("burnt", unearned.units),
        ]))
  }

  /// Writes the row; that of a closed topic goes with the last grant.
  mutating func keep(_ topic: Topic, _ number: UInt64) {
    guard topic.phase == .closed && topic.grants == 0 else {
      topics[number] = topic
      return
    }
    topics[number] = nil
    for place in 0..<TopicResult.kept { results[PlaceIn(number, place)] = nil }
  }
}
