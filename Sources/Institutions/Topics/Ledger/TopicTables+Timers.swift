// What happens in topics at its time: an answer, the end of an epoch, the end of a grant.

public import Kernel
public import Primitives

/// The deadlines of this room.
public enum TopicTimer {
  public static let room: UInt8 = 10

  static let stageKind: UInt8 = 1
  static let grantKind: UInt8 = 2

  static func stage(_ number: UInt64) -> TimerKey {
    TimerKey(room: room, kind: stageKind, id: Topic.escrow(number), sub: number)
  }

  static func grant(_ id: Bytes32) -> TimerKey {
    TimerKey(room: room, kind: grantKind, id: id)
  }
}

/// What the ends of quarters may compute in one block.
///
/// A unit is about 16 nanoseconds of a server's processor (docs/reference/performance.md), measured
/// over whole epochs of full and of small topics: none took more than its units.
enum TopicWork {
  /// Beyond that the rest waits for the next block. A full topic's answer takes five sixths of it.
  static let cellsOfBlock: UInt64 = 98_304
  /// What one member's weight in one network costs: a power, and its part of a deviation.
  static let power: UInt64 = 8
  /// What one loss by one truth costs: a logarithm, and its part of means and distances.
  static let loss: UInt64 = 10
  /// What a place costs: to pay who has it, to let somebody come or go, to write its rows.
  static let row: UInt64 = 192

  /// The answer, and the answers without each of those who take part.
  static func answer(inferers i: UInt64, forecasters f: UInt64) -> UInt64 {
    let members = i + f
    return power * (members * (members + 1) + f * i * i + f * (i + 1) + i)
  }

  /// Losses of everything by every reputer's truth, and all that is paid by them.
  static func end(
    inferers i: UInt64, forecasters f: UInt64, reputers r: UInt64, _ rules: TopicRules
  ) -> UInt64 {
    let losses = (i + f + f * i + 2 + i + f + f) * r
    return loss * losses + row * (rules.inferers + rules.forecasters + rules.reputers)
  }
}

extension TopicTables {
  /// Lets a deadline act. False says that the entry was stale.
  public mutating func fire(
    _ key: TimerKey, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    switch key.kind {
    case TopicTimer.stageKind:
      guard let topic = topics[key.sub], topic.deadline == deadline,
        key == TopicTimer.stage(key.sub)
      else { return false }
      let cells = cells(for: topic, key.sub)
      guard cells == 0 || work.hasRoom(for: cells, of: TopicWork.cellsOfBlock, at: k.height)
      else {
        k.timers.postpone(key, at: deadline)
        return true
      }
      try act(key.sub, topic, &k)
      return true
    case TopicTimer.grantKind:
      guard let grant = grants.rows[key.id], grant.ends == deadline,
        key == TopicTimer.grant(key.id)
      else { return false }
      try end(key.id, grant, at: deadline, &k)
      return true
    default: return false
    }
  }

  private mutating func act(
    _ number: UInt64, _ topic: Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    if topic.isFrozen {
      try close(number, topic, &k)
      return
    }
    var topic = topic
    switch topic.stage {
    case .sealWork: try enter(.showWork, number, &topic, &k)
    case .showWork: try answer(number, topic, &k)
    case .sealTruth: try enter(.showTruth, number, &topic, &k)
    case .showTruth: try settle(number, topic, &k)
    }
  }

  /// The next quarter begins, and its end is awaited.
  mutating func enter(
    _ next: TopicStage, _ number: UInt64, _ topic: inout Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    try topic.enter(next)
    topics[number] = topic
    k.timers.set(TopicTimer.stage(number), at: topic.deadline)
    k.emit(
      Event(
        "topicQuarter", subject: Topic.escrow(number), parties: [topic.owner],
        numbers: [
          Number("topic", number), Number("epoch", topic.epoch),
          Number("quarter", UInt64(next.rawValue) + 1),
        ]))
  }

  /// What the end of the running quarter computes. Only who showed something is counted: places of
  /// whom nobody knows anything any more cost other topics nothing.
  func cells(for topic: Topic, _ number: UInt64) -> UInt64 {
    func there(_ role: TopicRole) -> UInt64 { UInt64(present(number, topic, role).count) }
    switch topic.stage {
    case .showWork where !topic.isFrozen:
      return max(TopicWork.answer(inferers: there(.inferer), forecasters: there(.forecaster)), 1)
    case .sealWork where !topic.isFrozen, .sealTruth where !topic.isFrozen: return 0
    default:
      let answer = answers[number]?.parties ?? TopicParties()
      return TopicWork.end(
        inferers: UInt64(answer.inferers.count), forecasters: UInt64(answer.forecasters.count),
        reputers: there(.reputer), topic.rules)
    }
  }

  /// Takes the deadline from an object whose timer was refused, so that a node that is restarted
  /// finds none either. Its owners' ways out stay open.
  public mutating func freeze(
    _ key: TimerKey, because refusal: Refusal, _ k: inout KernelTables
  ) {
    if key.kind == TopicTimer.stageKind {
      if var topic = topics[key.sub] {
        topic.isFrozen = true
        topic.deadline = .never
        topics[key.sub] = topic
      }
    } else {
      grants.rows[key.id]?.ends = .never
    }
    k.emit(Event("stuck", subject: key.id, numbers: refusal.numbers))
  }

  /// What timers computed in the block of this height, in units of work.
  public func work(at height: UInt64) -> UInt64 { work.charged(at: height) }

  /// Sets the deadlines of all rows after a restart.
  public func rebuildTimers(into k: inout KernelTables) {
    var due: [(key: TimerKey, at: Time)] = []
    topics.forEach { due.append((TopicTimer.stage($0), $1.deadline)) }
    grants.rows.forEach { due.append((TopicTimer.grant($0), $1.ends)) }
    for timer in due where timer.at != .never { k.timers.set(timer.key, at: timer.at) }
  }
}
