// What members say in an epoch: work under seal, then in the open; and later the truth likewise.

public import Kernel
public import Primitives

/// An inferer's answer or a forecaster's losses under seal, in the first quarter. Sent again it
/// takes the place of the seal.
public struct SealWork: MessageContent {
  public static let typeName = "SealWork"
  public static let kind: UInt8 = 103
  public var head = Head()
  public var topic: UInt64 = 0
  public var seal = Bytes32.zero

  public init() {}

  public init(_ head: Head, topic: UInt64, seal: Bytes32) {
    self.head = head
    self.topic = topic
    self.seal = seal
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("topic", &topic)
    try v("seal", &seal)
  }
}

/// Shows sealed work, in the second quarter.
public struct RevealWork: MessageContent {
  public static let typeName = "RevealWork"
  public static let kind: UInt8 = 104
  public var head = Head()
  public var topic: UInt64 = 0
  /// An inferer's answer; or a forecaster's logarithm of the loss of each inferer, by place.
  /// Decimal numbers.
  public var values: [String] = []
  public var salt = Bytes32.zero

  public init() {}

  public init(_ head: Head, topic: UInt64, values: [String], salt: Bytes32) {
    self.head = head
    self.topic = topic
    self.values = values
    self.salt = salt
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("topic", &topic)
    try v("values", &values)
    try v("salt", &salt)
  }
}

/// A reputer's truth under seal, in the third quarter. Sent again it takes the place of the seal.
public struct SealTruth: MessageContent {
  public static let typeName = "SealTruth"
  public static let kind: UInt8 = 105
  public var head = Head()
  public var topic: UInt64 = 0
  public var seal = Bytes32.zero

  public init() {}

  public init(_ head: Head, topic: UInt64, seal: Bytes32) {
    self.head = head
    self.topic = topic
    self.seal = seal
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("topic", &topic)
    try v("seal", &seal)
  }
}

/// Shows a sealed truth, in the fourth quarter.
public struct RevealTruth: MessageContent {
  public static let typeName = "RevealTruth"
  public static let kind: UInt8 = 106
  public var head = Head()
  public var topic: UInt64 = 0
  /// A decimal number.
  public var truth = ""
  public var salt = Bytes32.zero

  public init() {}

  public init(_ head: Head, topic: UInt64, truth: String, salt: Bytes32) {
    self.head = head
    self.topic = topic
    self.truth = truth
    self.salt = salt
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("topic", &topic)
    try v("truth", &truth)
    try v("salt", &salt)
  }
}

extension TopicTables {
  public mutating func apply(
    _ m: SealWork, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    try seal(m.seal, m.topic, m.head.from, isTruth: false, &k)
  }

  public mutating func apply(
    _ m: SealTruth, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    try seal(m.seal, m.topic, m.head.from, isTruth: true, &k)
  }

  public mutating func apply(
    _ m: RevealWork, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    try show(m.values, m.salt, m.topic, m.head.from, isTruth: false, &k)
  }

  public mutating func apply(
    _ m: RevealTruth, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    try show([m.truth], m.salt, m.topic, m.head.from, isTruth: true, &k)
  }

  private mutating func seal(
    _ seal: Bytes32, _ number: UInt64, _ account: Address, isTruth: Bool,
    _ k: inout KernelTables
  ) throws(Refusal) {
    let topic = try require(number)
    try topic.require(quarter: isTruth ? 2 : 0, at: k.now)
    var (place, member) = try member(account, in: number, isTruth: isTruth)
    // What nobody could show would cost stake.
    guard place.role != .forecaster || topic.inferers > 0 else { throw .noInferers }
    // Zero stands for nothing sealed.
    guard seal != .zero else { throw .nothingToShow }
    member.seal = seal
    members[place.key(in: number)] = member
    note(isTruth ? "truthSealed" : "workSealed", number, topic, account, &k)
  }

  private mutating func show(
    _ texts: [String], _ salt: Bytes32, _ number: UInt64, _ account: Address, isTruth: Bool,
    _ k: inout KernelTables
  ) throws(Refusal) {
    let topic = try require(number)
    try topic.require(quarter: isTruth ? 3 : 1, at: k.now)
    var (place, member) = try member(account, in: number, isTruth: isTruth)
    guard member.seal != .zero else { throw .nothingToShow }
    guard member.shown.isEmpty else { throw .shownAlready }
    let seal = TopicMember.seal(
      topic: number, epoch: topic.epoch, role: place.role, by: account, values: texts, salt: salt)
    guard seal == member.seal else { throw .valuesDiffer }
    let isForecast = place.role == .forecaster
    let wanted = isForecast ? topic.inferers : 1
    let values = texts.compactMap(isForecast ? TopicValue.loss : TopicValue.answer)
    guard values.count == texts.count, values.count == Int(wanted), wanted > 0 else {
      throw .badValues(texts.count, wanted: wanted)
    }
    member.shown = values.words
    members[place.key(in: number)] = member
    note(isTruth ? "truthShown" : "workShown", number, topic, account, &k)
  }

  /// The member that an account is, where its role does what it wants to do.
  private func member(
    _ account: Address, in number: UInt64, isTruth: Bool
  ) throws(Refusal) -> (TopicPlace, TopicMember) {
    let place = try parties.require(TopicParty(number, account), else: .notInTopic)
    guard (place.role == .reputer) == isTruth else { throw .otherRole(place.role) }
    guard let member = members[place.key(in: number)], member.account == account else {
      throw .notYetInTopic
    }
    return (place, member)
  }

  private func note(
    _ name: String, _ number: UInt64, _ topic: Topic, _ account: Address, _ k: inout KernelTables
  ) {
    k.emit(
      Event(
        name, subject: Topic.escrow(number), parties: [account],
        numbers: [Number("topic", number), Number("epoch", topic.epoch)]))
  }
}
