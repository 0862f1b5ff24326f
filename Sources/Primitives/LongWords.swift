// Memory of long vectors, taken from what earlier ones left as long as somebody proves.

import Synchronization

/// Words that nobody has written yet.
///
/// A proof takes and frees gigabytes; the system would give every page of them anew, cleared, which
/// was two fifths of the time of proving many samples.
public final class LongWords: @unchecked Sendable {
  public let base: UnsafeMutablePointer<UInt64>
  private let capacity: Int

  public init(_ count: Int) {
    capacity = LongMemory.capacity(count)
    base = LongMemory.take(capacity)
  }

  deinit { LongMemory.give(base, capacity) }
}

/// While one of these lives, memory of long vectors is kept for the next ones; with the last of
/// them it goes back to the system.
public final class LongMemory: Sendable {
  private struct Kept {
    var holders = 0
    /// Addresses by capacity.
    var free: [Int: [UInt]] = [:]
  }

  private static let kept = Mutex(Kept())
  /// Just below 32 MiB.
  private static let large = 32 << 20 - 1 << 16
  /// Shorter ones are the allocator's own affair.
  private static let least = 1 << 12

  public init() {
    Self.kept.withLock { $0.holders += 1 }
    // The allocator of Linux keeps of what is freed as much as twice the largest block that it ever
    // gave back whole, up to this size: ordinary arrays of a proof then find their pages again.
    UnsafeMutableRawPointer.allocate(byteCount: Self.large, alignment: 16).deallocate()
  }

  deinit {
    let left = Self.kept.withLock { kept in
      kept.holders -= 1
      guard kept.holders == 0 else { return [UInt]() }
      defer { kept.free = [:] }
      return kept.free.values.flatMap { $0 }
    }
    for address in left { UnsafeMutablePointer<UInt64>(bitPattern: address)?.deallocate() }
  }

  /// Four sizes to a doubling, so that a vector finds what one about as long left behind.
  fileprivate static func capacity(_ count: Int) -> Int {
    guard count > least else { return count }
    let step = 1 << (Int.bitWidth - count.leadingZeroBitCount - 3)
    return (count + step - 1) / step * step
  }

  fileprivate static func take(_ capacity: Int) -> UnsafeMutablePointer<UInt64> {
    if capacity > least,
      let address = kept.withLock({ $0.free[capacity]?.popLast() }),
      let base = UnsafeMutablePointer<UInt64>(bitPattern: address)
    {
      return base
    }
    return .allocate(capacity: capacity)
  }

  fileprivate static func give(_ base: UnsafeMutablePointer<UInt64>, _ capacity: Int) {
    let isKept =
      capacity > least
      && kept.withLock { kept in
        guard kept.holders > 0 else { return false }
        kept.free[capacity, default: []].append(UInt(bitPattern: base))
        return true
      }
    if !isKept { base.deallocate() }
  }
}
