// Those who are told of every block once it is durable: the counts, and the log's story.

import Chain
import Kernel
import Logging
import NetworkRoom
import Primitives

/// Sees each durable block on the producer's queue, so it keeps nothing and waits for nothing.
struct Witness: Sendable {
  let metrics: Metrics
  let log: Logger

  /// - Parameter microseconds: from the first message's execution to the answer of the disk.
  func saw(_ block: Block, microseconds: UInt64) {
    var done: [String] = []
    var refused: [String] = []
    for (message, outcome) in zip(block.body, block.results.outcomes) {
      let kind = message.message.kind?.name ?? "unknown"
      if outcome.isDone { done.append(kind) } else { refused.append(kind) }
    }
    metrics.block(
      done: done, refused: refused, events: block.results.events.count,
      microseconds: microseconds)
    if log.logLevel <= .info { tell(block) }
  }

  /// One line an event, each with the ids of its road, so that one order's lines are its story.
  private func tell(_ block: Block) {
    let height = block.header.height
    for (message, outcome) in zip(block.body, block.results.outcomes) where !outcome.isDone {
      log.info(
        "refused",
        metadata: [
          "height": "\(height)", "message": "\(outcome.id)", "code": "\(outcome.code)",
          "kind": "\(message.message.kind?.name ?? "unknown")",
          "from": "\(message.message.head.from.checksummed)",
        ])
    }
    for event in block.results.events {
      var about: Logger.Metadata = ["height": "\(height)"]
      if event.order != .zero { about["order"] = "\(PrintedID.full("order", event.order))" }
      if event.lease != .zero { about["lease"] = "\(PrintedID.full("lease", event.lease))" }
      if event.subject != .zero { about["subject"] = "\(event.subject)" }
      if !event.parties.isEmpty {
        about["parties"] = .array(event.parties.map { "\($0.checksummed)" })
      }
      for (name, values) in Witness.numbers(of: event) {
        about[name] = values.count == 1 ? .string(values[0]) : .array(values.map { .string($0) })
      }
      log.info("\(event.name)", metadata: about)
    }
    log.debug(
      "block",
      metadata: [
        "height": "\(height)", "messages": "\(block.body.count)",
        "events": "\(block.results.events.count)", "settled": "\(block.results.settled.count)",
      ])
  }

  /// By their names; where several have one name, as what each party was paid, it has them all.
  static func numbers(of event: Event) -> [String: [String]] {
    event.numbers.reduce(into: [:]) { $0[$1.name, default: []].append("\($1.value)") }
  }
}
