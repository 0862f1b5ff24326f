// Long vectors over the extension, eight elements at a time: what sum-checks go over.

/// Elements of the extension, lower halves in one array and upper halves in another, so that
/// eight of either are one vector register.
///
/// Each operation has a loop over lanes and a plain one, which takes the rest and, in builds
/// without optimisation, everything: there a vector operation is a call. Both give the same bits.
public struct PairVector: Sendable, Equatable {
  @usableFromInline var a: [UInt64]
  @usableFromInline var b: [UInt64]

  #if DEBUG
  public static let usesLanes = false
  #else
  public static let usesLanes = true
  #endif

  public init(zeros count: Int) {
    a = [UInt64](repeating: 0, count: count)
    b = a
  }

  public init(_ elements: [GoldilocksPair]) {
    self.init(uninitialized: elements.count) { v in
      for (index, element) in elements.enumerated() { v[index] = element }
    }
  }

  /// Every element is written by the body: to fill a long vector with zeros first takes as long as
  /// many an operation.
  init(uninitialized count: Int, _ body: (Pointer) -> Void) {
    var upper: [UInt64] = []
    a = [UInt64](unsafeUninitializedCapacity: count) { low, filled in
      upper = [UInt64](unsafeUninitializedCapacity: count) { high, filled in
        if let low = low.baseAddress, let high = high.baseAddress {
          body(Pointer(a: low, b: high))
        }
        filled = count
      }
      filled = count
    }
    b = upper
  }

  /// Elements of the field below.
  public init(base words: [UInt64]) {
    a = words
    b = [UInt64](repeating: 0, count: words.count)
  }

  init(a: [UInt64], b: [UInt64]) {
    self.a = a
    self.b = b
  }

  @inlinable public var count: Int { a.count }

  public subscript(_ index: Int) -> GoldilocksPair {
    @inlinable get {
      GoldilocksPair(Goldilocks(canonical: a[index]), Goldilocks(canonical: b[index]))
    }
    @inlinable set {
      a[index] = newValue.a.value
      b[index] = newValue.b.value
    }
  }

  public var elements: [GoldilocksPair] {
    let length = self.count
    return [GoldilocksPair](unsafeUninitializedCapacity: length) { elements, count in
      withReading { v in
        for index in 0..<length { elements.initializeElement(at: index, to: v[index]) }
      }
      count = length
    }
  }

  public func slice(_ range: Range<Int>) -> PairVector {
    PairVector(a: Array(a[range]), b: Array(b[range]))
  }

  /// The upper half, which is taken off: one copy in the place of two.
  public mutating func splitUpperHalf() -> PairVector {
    let half = count / 2
    let upper = slice(half..<(2 * half))
    a.removeLast(half)
    b.removeLast(half)
    return upper
  }

  /// constant − word for each canonical word of the field below.
  public init(_ constant: GoldilocksPair, minus words: [UInt64]) {
    let low = constant.a
    a = words.map { (low - Goldilocks(canonical: $0)).value }
    b = [UInt64](repeating: constant.b.value, count: words.count)
  }

  /// What the loops run over.
  struct Pointer {
    let a: UnsafeMutablePointer<UInt64>
    let b: UnsafeMutablePointer<UInt64>

    @inline(__always)
    subscript(_ index: Int) -> GoldilocksPair {
      get { GoldilocksPair(Goldilocks(canonical: a[index]), Goldilocks(canonical: b[index])) }
      nonmutating set {
        a[index] = newValue.a.value
        b[index] = newValue.b.value
      }
    }

    @inline(__always)
    subscript(lanes index: Int) -> GoldilocksPairLanes {
      get {
        GoldilocksPairLanes(
          UnsafeRawPointer(a + index).loadUnaligned(as: GoldilocksLanes.self),
          UnsafeRawPointer(b + index).loadUnaligned(as: GoldilocksLanes.self))
      }
      nonmutating set {
        UnsafeMutableRawPointer(a + index).storeBytes(of: newValue.a, as: GoldilocksLanes.self)
        UnsafeMutableRawPointer(b + index).storeBytes(of: newValue.b, as: GoldilocksLanes.self)
      }
    }
  }

  /// For reading and writing.
  @inline(__always)
  mutating func withPointer<T>(_ body: (Pointer) -> T) -> T {
    a.withUnsafeMutableBufferPointer { low in
      b.withUnsafeMutableBufferPointer { high in
        guard let low = low.baseAddress, let high = high.baseAddress else {
          return body(Pointer.nowhere)
        }
        return body(Pointer(a: low, b: high))
      }
    }
  }

  /// For reading only.
  @inline(__always)
  func withReading<T>(_ body: (Pointer) -> T) -> T {
    a.withUnsafeBufferPointer { low in
      b.withUnsafeBufferPointer { high in
        guard let low = low.baseAddress, let high = high.baseAddress else {
          return body(Pointer.nowhere)
        }
        return body(
          Pointer(a: UnsafeMutablePointer(mutating: low), b: UnsafeMutablePointer(mutating: high)))
      }
    }
  }

  /// How many of `count` elements go through lanes.
  @inline(__always)
  static func wide(_ count: Int, _ lanes: Bool) -> Int { lanes ? count & ~7 : 0 }
}

extension PairVector.Pointer {
  /// Of an empty vector, of which nothing is read.
  fileprivate static var nowhere: Self {
    let nothing = UnsafeMutablePointer<UInt64>(bitPattern: 64).unsafelyUnwrapped
    return Self(a: nothing, b: nothing)
  }
}
