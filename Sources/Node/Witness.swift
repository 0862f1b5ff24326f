// Those who are told of every block once it is durable: the counts, and the log's story.

import Archive
import Chain
import Kernel
import Logging
import Market
import NetworkRoom
import Primitives

/// Sees each durable block on the producer's queue, so it keeps nothing and waits for nothing.
struct Witness: Sendable {
  let metrics: Metrics
  /// Where the road of a lease is read when its event does not name it.
  let records: any Records
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
    var roads = taken(in: block)
    for event in block.results.events {
      var about: Logger.Metadata = ["height": "\(height)"]
      let road = road(of: event, &roads)
      if road != .zero { about["order"] = "\(PrintedID.full("order", road))" }
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

  /// The roads that this block says itself, by lease: those that began by taking an offer in it,
  /// and those of which a run was settled, whose lease may be gone now.
  private func taken(in block: Block) -> [Bytes32: Bytes32] {
    var roads: [Bytes32: Bytes32] = [:]
    for (message, outcome) in zip(block.body, block.results.outcomes) where outcome.isDone {
      guard case .takeOffer = message.message else { continue }
      roads[LeaseID.of(take: outcome.id).digest] = outcome.id
    }
    for run in block.results.settled { roads[run.lease.digest] = run.order }
    return roads
  }

  /// The order, or the message that took an offer: of such a road events name the lease only.
  private func road(of event: Event, _ roads: inout [Bytes32: Bytes32]) -> Bytes32 {
    guard event.order == .zero, event.lease != .zero else { return event.order }
    if let known = roads[event.lease] { return known }
    let found = read(event.lease)
    roads[event.lease] = found
    return found
  }

  /// Zero where the store cannot say: a line less sure is better than a block that waits.
  private func read(_ lease: Bytes32) -> Bytes32 {
    if let row = try? records.row("leases", key: lease.keyBytes).value,
      let alive = try? CBOR.decode(Lease.self, from: row)
    {
      return alive.order == OrderID() ? alive.request : alive.order.digest
    }
    // A lease that was left between two runs has settled one before.
    if let last = try? records.settled(lease).value.first,
      let run = try? CBOR.decode(SettledRun.self, from: last.bytes)
    {
      return run.order
    }
    return .zero
  }

  /// By their names; where several have one name, as what each party was paid, it has them all.
  static func numbers(of event: Event) -> [String: [String]] {
    event.numbers.reduce(into: [:]) { $0[$1.name, default: []].append("\($1.value)") }
  }
}
