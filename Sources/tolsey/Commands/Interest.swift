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

  init(_ address: Address) {
    self.address = address
  }

  var hasBegun: Bool { order != nil || lease != nil }

  func lines(_ news: BlockNews) -> [String] {
    guard news.height > seen else { return [] }
    seen = news.height
    var lines: [String] = []
    for event in news.events {
      guard isOurs(event) else { continue }
      if event.lease != .zero { lease = event.lease }
      if let line = Interest.words[event.name] { lines.append(line) }
    }
    return lines
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
    "auditorCalled": "an auditor is called", "traceSealed": "a trace is sealed",
    "runOpen": "anybody may dispute the answer now", "gameBegun": "the answer is disputed",
    "inputShared": "the auditor can read the input", "rootFell": "one trace behind it fell",
    "gameWon": "the answer lost a dispute", "gameLost": "a dispute of the answer was lost",
    "orderNoMatch": "no provider bid for it", "orderCancelled": "the order was cancelled",
  ]
}
