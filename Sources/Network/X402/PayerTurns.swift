// One payment of a payer at a time is unsettled: one balance must not hold all who make answers.

import Primitives
import Synchronization

/// An answer is made before its payment is settled. A payer whose balance is enough for one would
/// otherwise be good for any number at once, of which one is paid.
final class PayerTurns: Sendable {
  private let queues = Mutex<[Address: [CheckedContinuation<Void, Never>]]>([:])

  /// Requests of one payer that may wait; more are told to come again.
  static let mostWaiting = 16

  /// Waits until no other payment of the payer is unsettled; nil where too many wait.
  func enter(_ payer: Address) async -> PayerTurn? {
    enum Way { case free, full, waits }
    let way = queues.withLock { queues -> Way in
      guard let queue = queues[payer] else {
        queues[payer] = []
        return .free
      }
      return queue.count < PayerTurns.mostWaiting ? .waits : .full
    }
    switch way {
    case .free: break
    case .full: return nil
    case .waits:
      await withCheckedContinuation { continuation in
        let isFree = queues.withLock { queues -> Bool in
          guard queues[payer] != nil else {
            queues[payer] = []
            return true
          }
          queues[payer]?.append(continuation)
          return false
        }
        if isFree { continuation.resume() }
      }
    }
    return PayerTurn(payer, self)
  }

  fileprivate func leave(_ payer: Address) {
    let next = queues.withLock { queues -> CheckedContinuation<Void, Never>? in
      guard var queue = queues[payer], !queue.isEmpty else {
        queues[payer] = nil
        return nil
      }
      let first = queue.removeFirst()
      queues[payer] = queue
      return first
    }
    next?.resume()
  }
}

/// It ends once: when the payment is settled, or when nobody holds it any more.
final class PayerTurn: Sendable {
  private let payer: Address
  private let turns: PayerTurns
  private let isOver = Mutex(false)

  init(_ payer: Address, _ turns: PayerTurns) { (self.payer, self.turns) = (payer, turns) }

  func end() {
    let isFirst = isOver.withLock { over -> Bool in
      defer { over = true }
      return !over
    }
    if isFirst { turns.leave(payer) }
  }

  deinit { end() }
}
