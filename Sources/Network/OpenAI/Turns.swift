// Limits of a door that answers slowly: how many at once, and how much may wait for a reader.

import Synchronization

/// How many may be at it at once.
final class Turns: Sendable {
  private let left: Mutex<Int>

  init(most: Int) { left = Mutex(most) }

  /// Nil while all are taken.
  func take() -> Turn? {
    let taken = left.withLock { left -> Bool in
      guard left > 0 else { return false }
      left -= 1
      return true
    }
    return taken ? Turn(self) : nil
  }

  fileprivate func giveBack() { left.withLock { $0 += 1 } }
}

/// A turn that was taken. It is given back once: when it ends, or when nobody holds it any more.
final class Turn: Sendable {
  private let turns: Turns
  private let isOver = Mutex(false)

  init(_ turns: Turns) { self.turns = turns }

  func end() {
    let isFirst = isOver.withLock { over -> Bool in
      defer { over = true }
      return !over
    }
    if isFirst { turns.giveBack() }
  }

  deinit { end() }
}

/// Bytes that were said and not read yet.
final class Unread: Sendable {
  private let bytes = Mutex(0)
  private let most: Int

  init(most: Int) { self.most = most }

  /// Throws when more would wait than may, which ends the talk.
  func put(_ piece: String) throws(SpeechProblem) {
    let fits = bytes.withLock { bytes in
      bytes += piece.utf8.count
      return bytes <= most
    }
    if !fits { throw .slowReader }
  }

  func took(_ piece: String) { bytes.withLock { $0 -= piece.utf8.count } }
}
