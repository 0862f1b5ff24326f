// Where the slots of a table lie: memory of its own, read and changed in place.

/// Elements behind each other, as an array has them.
///
/// It is no array, for two reasons that a tenth of the rules' time hung on. To read a number of an
/// element, an array hands out a copy of the whole, which for a lease counts anew who holds a dozen
/// arrays; and before each write it asks whether somebody else holds it. A table cannot be copied,
/// so nobody does. Every index is checked, as an array's.
@usableFromInline
struct SlotMemory<Element>: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<Element>
  @usableFromInline var capacity = 0
  @usableFromInline var count = 0

  @inlinable
  init() { base = .allocate(capacity: 0) }

  @inlinable
  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  @inlinable
  subscript(_ index: Int) -> Element {
    @inline(__always)
    unsafeAddress {
      precondition(index >= 0 && index < count, "no such slot")
      return UnsafePointer(base + index)
    }
    @inline(__always)
    unsafeMutableAddress {
      precondition(index >= 0 && index < count, "no such slot")
      return base + index
    }
  }

  @inlinable @inline(__always)
  func pointer(to index: Int) -> UnsafeMutablePointer<Element> {
    precondition(index >= 0 && index < count, "no such slot")
    return base + index
  }

  /// Takes an element over from where it lies, which holds none afterwards.
  ///
  /// It may lie within something greater, so it is moved as a value. `moveInitialize` is for
  /// elements of memory like this one: it takes a whole stride along, and for an element that is
  /// shorter than its stride the rest of that is another property of whatever it lies in.
  @inlinable @inline(__always)
  mutating func append(moving place: UnsafeMutablePointer<Element>) {
    if count == capacity { grow() }
    (base + count).initialize(to: place.move())
    count += 1
  }

  /// Moves the last element to where another lies, which goes; as a value, as above.
  @inlinable @inline(__always)
  mutating func moveLast(to place: UnsafeMutablePointer<Element>) {
    precondition(count > 0, "no such slot")
    count -= 1
    place.pointee = (base + count).move()
  }

  @inlinable var isEmpty: Bool { count == 0 }

  @inlinable @inline(__always)
  mutating func popLast() -> Element? {
    guard count > 0 else { return nil }
    count -= 1
    return (base + count).move()
  }

  @inlinable @inline(__always)
  mutating func removeLast() {
    precondition(count > 0, "no such slot")
    count -= 1
    (base + count).deinitialize(count: 1)
  }

  /// Lets go of everything, and of much memory too.
  @inlinable
  mutating func removeAll(keepingAtMost most: Int) {
    base.deinitialize(count: count)
    count = 0
    guard capacity > most else { return }
    base.deallocate()
    base = .allocate(capacity: 0)
    capacity = 0
  }

  @inlinable
  mutating func append(_ element: consuming Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count += 1
  }

  @inlinable @inline(never)
  mutating func grow() {
    let larger = max(16, capacity * 2)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.moveInitialize(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }
}

/// It holds its elements alone.
extension SlotMemory: @unchecked Sendable where Element: Sendable {}
