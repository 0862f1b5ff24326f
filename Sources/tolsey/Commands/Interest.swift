// What a person who waits is told of the blocks that pass.

import Agents
import Kernel
import Primitives
import Synchronization

/// Keeps the first failure of several.
final class FirstFailure: Sendable {
  private let kept = Mutex<Failure?>(nil)

  var failure: Failure? { kept.withLock { $0 } }

  func note(_ failure: Failure) {
    kept.withLock { if $0 == nil { $0 = failure } }
  }
}

/// Follows the next road that an account begins through the events, for a person who waits.
actor Interest {
  private let address: Address
  /// The order or the lease, once it stands.
  private var order: Bytes32?
  private var lease: Bytes32?
  private var seen: UInt64 = 0

  /// How many runs the road is to have.
  private let runs: UInt64

  init(_ address: Address, runs: UInt64 = 1) {
    self.address = address
    self.runs = runs
  }

  var hasBegun: Bool { order != nil || lease != nil }

  func lines(_ news: BlockNews) -> [String] {
    guard news.height > seen else { return [] }
    seen = news.height
    var lines: [String] = []
    for event in news.events {
      guard isOurs(event) else { continue }
      if event.lease != .zero { lease = event.lease }
      if let line = line(for: event) { lines.append(line) }
    }
    return lines
  }

  /// Of several runs the line says which one it is.
  private func line(for event: Event) -> String? {
    guard runs > 1, let index = event.numbers.first(where: { $0.name == "index" })?.value else {
      return Interest.words[event.name]
    }
    switch event.name {
    case "runStarted": return "run \(index + 1) of \(runs) has begun"
    case "runSettled": return "run \(index + 1) of \(runs) is settled"
    default: return Interest.words[event.name]
    }
  }

  private func isOurs(_ event: Event) -> Bool {
    if event.name == "orderPlaced", event.parties.first == address, order == nil {
      order = event.subject
      return true
    }
    if event.name == "offerTaken", event.parties.first == address, lease == nil { return true }
    if let order, event.order == order { return true }
    return lease != nil && event.lease == lease
  }

  /// Only what tells a waiting person something; the rest is in the events.
  private static let words: [String: String] = [
    "orderPlaced": "the order stands", "orderRevealing": "bids are being opened",
    "offerTaken": "an offer was taken", "leaseFunded": "the providers have locked their bonds",
    "runStarted": "the run has begun", "runSettled": "the run is settled",
    "runSubmitted": "the answer is in", "runDrawn": "the lot of the audit is opened",
    "panelDrawn": "judges are drawn and score the answers",
    "auditorCalled": "an auditor is called", "traceSealed": "a trace is sealed",
    "runOpen": "anybody may dispute the answer now", "gameBegun": "the answer is disputed",
    "inputShared": "the auditor can read the input", "rootFell": "one trace behind it fell",
    "gameWon": "the answer lost a dispute", "gameLost": "a dispute of the answer was lost",
    "runContested": "the input was shown, and the proof is about another one",
    "leaseBroken": "a provider lost its bond: no further run begins",
    "leaseLeft": "the rest of the lease is given up",
    "orderNoMatch": "no provider bid for it", "orderCancelled": "the order was cancelled",
  ]
}
