// A topic as it stands: whose it is, its question, its running epoch, its money.

import Kernel
public import Primitives

/// Whether a topic works, is about to end, or has ended.
public enum TopicPhase: UInt8, ByteChoice {
  case open = 0
  /// Its owner closed it: the epochs up to the last are still run and paid.
  case closing = 1
  /// Nothing happens any more; grants go back to who made them.
  case closed = 2
}

/// The quarter of an epoch that is running.
public enum TopicStage: UInt8, ByteChoice {
  case sealWork = 0
  case showWork = 1
  /// The answer stands from here on.
  case sealTruth = 2
  case showTruth = 3
}

/// The row of a topic.
public struct Topic: Fielded, Hashable {
  public static let typeName = "Topic"
  public var owner = Address.zero
  public var name = ""
  public var question = ""
  public var rules = TopicRules()
  public var phase = TopicPhase.open
  /// What the owner locked to make it; it comes back when the topic closes.
  public var deposit = Amount()
  public var created = Time.zero
  /// The running epoch, when it began, and how far it is.
  public var epoch: UInt64 = 0
  public var begins = Time.zero
  public var stage = TopicStage.sealWork
  /// When the quarter ends. Each end makes a block, so that whoever waits sees the next begin.
  public var deadline = Time.never
  /// The last epoch of a topic that is closing.
  public var lastEpoch = UInt64.max
  /// An epoch could not be computed: members have their stake back when they leave.
  public var isFrozen = false
  /// Up to which place somebody of each role is there in the running epoch; a forecaster gives a
  /// loss for each place of an inferer.
  public var inferers: UInt64 = 0
  public var forecasters: UInt64 = 0
  public var reputers: UInt64 = 0
  /// What members and those who wait for a place have staked.
  public var staked = Amount()
  /// What sponsors pay for the running epoch.
  public var rate = Amount()
  /// What the epoch before had and could pay to nobody: at most what its grants paid.
  public var carried = Amount()
  /// The part of the running epoch's rate whose grant was withdrawn.
  public var withdrawn = Amount()
  public var grants: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("owner", &owner)
    try v("name", &name)
    try v("question", &question)
    try v("rules", &rules)
    try v("phase", &phase)
    try v("deposit", &deposit)
    try v("created", &created)
    try v("epoch", &epoch)
    try v("begins", &begins)
    try v("stage", &stage)
    try v("deadline", &deadline)
    try v("lastEpoch", &lastEpoch)
    try v("isFrozen", &isFrozen)
    try v("inferers", &inferers)
    try v("forecasters", &forecasters)
    try v("reputers", &reputers)
    try v("staked", &staked)
    try v("rate", &rate)
    try v("carried", &carried)
    try v("withdrawn", &withdrawn)
    try v("grants", &grants)
  }

  /// Under which the ledger holds deposit, grants and stakes; also the subject of its events.
  public static func escrow(_ number: UInt64) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/topic/1")
    hasher.update(number)
    return hasher.finalize()
  }

  /// When a quarter of the running epoch begins, 0 to 3; the end for 4.
  public func quarter(_ index: UInt64) throws(Refusal) -> Time {
    try begins.adding(Time(rules.quarter.milliseconds * index))
  }

  public var epochEnds: Time {
    phase == .closed || isFrozen ? .never : (try? quarter(4)) ?? .never
  }

  /// Which quarter runs now; nil where a stage is over and its block has not come yet.
  public func quarter(at now: Time) -> UInt64? {
    guard phase != .closed, !isFrozen, now < deadline else { return nil }
    return UInt64(stage.rawValue)
  }

  /// The next quarter begins.
  mutating func enter(_ next: TopicStage) throws(Refusal) {
    stage = next
    deadline = try quarter(UInt64(next.rawValue) + 1)
  }

  /// Refuses what would change a stage that is over and has not been computed yet.
  func requireRunning(at now: Time) throws(Refusal) {
    guard phase != .closed else { throw .topicClosed }
    guard now < deadline else { throw .epochIsDue }
  }

  /// Refuses what belongs into another quarter.
  func require(quarter wanted: UInt64, at now: Time) throws(Refusal) {
    try requireRunning(at: now)
    guard !isFrozen, let running = quarter(at: now) else { throw .topicStands }
    guard running == wanted else { throw .otherQuarter(running, wanted: wanted) }
  }

  func places(of role: TopicRole) -> UInt64 {
    switch role {
    case .inferer: inferers
    case .forecaster: forecasters
    case .reputer: reputers
    }
  }

  /// Counts up to the last place that somebody has: what nobody has any more costs nobody a loss,
  /// nor a block its time.
  mutating func count(_ parties: TopicParties) {
    inferers = parties.width(of: .inferer)
    forecasters = parties.width(of: .forecaster)
    reputers = parties.width(of: .reputer)
  }
}
