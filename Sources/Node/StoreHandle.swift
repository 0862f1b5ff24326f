// A store that many hold and one closes: afterwards nobody has it, and its folder is free.

import Store
import Synchronization

/// Shares a store until it is closed. A reader that comes later is refused instead of meeting
/// closed connections, and the last to leave gives back the lock on the folder.
final class StoreHandle<Kept: AnyObject & Sendable>: Sendable {
  private let kept: Mutex<Kept?>
  private let closing: @Sendable (Kept) throws(StoreError) -> Void

  init(_ kept: Kept, closing: @escaping @Sendable (Kept) throws(StoreError) -> Void) {
    self.kept = Mutex(kept)
    self.closing = closing
  }

  func open() throws(StoreError) -> Kept {
    guard let kept = kept.withLock({ $0 }) else { throw .stopped }
    return kept
  }

  /// Closing twice does nothing.
  func close() throws(StoreError) {
    let last = kept.withLock { kept in
      defer { kept = nil }
      return kept
    }
    if let last { try closing(last) }
  }
}
