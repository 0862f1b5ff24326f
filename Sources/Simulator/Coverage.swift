// What a walk reached: kinds of messages, refusal codes, outcomes.

public import Chain
public import Primitives

/// Counts over one or many walks.
public struct Coverage: Sendable {
  public private(set) var blocks = 0
  public private(set) var sent: [MessageKind: Int] = [:]
  public private(set) var done: [MessageKind: Int] = [:]
  public private(set) var refusals: [String: Int] = [:]
  public private(set) var outcomes: [UInt8: Int] = [:]
  public private(set) var events: [String: Int] = [:]
  public var rehearsed = 0

  public init() {}

  public mutating func add(_ other: Coverage) {
    blocks += other.blocks
    rehearsed += other.rehearsed
    sent.merge(other.sent, uniquingKeysWith: +)
    done.merge(other.done, uniquingKeysWith: +)
    refusals.merge(other.refusals, uniquingKeysWith: +)
    outcomes.merge(other.outcomes, uniquingKeysWith: +)
    events.merge(other.events, uniquingKeysWith: +)
  }

  mutating func note(_ made: ProducedBlock, _ messages: [VerifiedMessage]) {
    blocks += 1
    for message in messages {
      if let kind = message.signed.message.kind { sent[kind, default: 0] += 1 }
    }
    for refused in made.refused { refusals[refused.refusal.code, default: 0] += 1 }
    for (message, outcome) in zip(made.block.body, made.block.results.outcomes) {
      if outcome.isDone {
        if let kind = message.message.kind { done[kind, default: 0] += 1 }
      } else {
        refusals[outcome.code, default: 0] += 1
      }
    }
    for run in made.block.results.settled {
      outcomes[run.verdict.outcome.rawValue, default: 0] += 1
    }
    for event in made.block.results.events { events[event.name, default: 0] += 1 }
  }

  public var messages: Int { sent.values.reduce(0, +) }
}

extension Coverage {
  /// Codes that a message can meet and that no walk has met.
  public var unmet: [String] { RefusalTexts.ofMessages.filter { refusals[$0] == nil } }

  /// Parts per million of those codes that were met.
  public var refusalShare: Int {
    let all = RefusalTexts.ofMessages.count
    return (all - unmet.count) * 1_000_000 / all
  }

  /// What people read after a walk: counts in fixed order.
  public var report: [String] {
    var lines = ["\(blocks) blocks, \(messages) messages, \(rehearsed) rehearsed"]
    lines += MessageKind.allCases.map {
      "  \($0.name): \(sent[$0] ?? 0) sent, \(done[$0] ?? 0) done"
    }
    lines.append("\(refusals.count) refusal codes, not met: \(unmet)")
    lines += refusals.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    lines += events.sorted { $0.key < $1.key }.map { "  event \($0.key): \($0.value)" }
    lines += outcomes.sorted { $0.key < $1.key }.map { "  outcome \($0.key): \($0.value)" }
    return lines
  }
}
