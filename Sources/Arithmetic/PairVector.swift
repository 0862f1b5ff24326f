// Long vectors over the extension, eight elements at a time: what sum-checks go over.

public import Primitives

/// Elements of the extension, lower halves in one stretch and upper halves in another, so that
/// eight of either are one vector register.
///
/// Each operation has a loop over lanes and a plain one, which takes the rest and, in builds
/// without optimisation, everything: there a vector operation is a call. Both give the same bits.
public struct PairVector: Sendable, Equatable {
  @usableFromInline var words: LongWords
  /// From a lower half to its upper one.
  @usableFromInline let reach: Int
  public private(set) var count: Int

  #if DEBUG
  public static let usesLanes = false
  #else
  public static let usesLanes = true
  #endif

  /// Every element is written by the body: to fill a long vector with zeros first takes as long as
  /// many an operation.
  init(uninitialized count: Int, _ body: (Pointer) -> Void) {
    words = LongWords(2 * count)
    reach = count
    self.count = count
    body(Pointer(a: words.base, b: words.base + count))
  }

  public init(zeros count: Int) {
    self.init(uninitialized: count) { v in v.a.initialize(repeating: 0, count: 2 * count) }
  }

  public init(_ elements: [GoldilocksPair]) {
    self.init(uninitialized: elements.count) { v in
      for (index, element) in elements.enumerated() { v[index] = element }
    }
  }

  /// Elements of the field below.
  public init(base words: [UInt64]) { self.init(parts: [(0, words)], count: words.count) }

  /// Parts of elements of the field below, in order, each at its place; zeros between them.
  public init(parts: [(start: Int, words: [UInt64])], count: Int) {
    self.init(uninitialized: count) { v in
      var end = 0
      for (start, words) in parts {
        precondition(end <= start && start + words.count <= count)
        (v.a + end).initialize(repeating: 0, count: start - end)
        words.withUnsafeBufferPointer { own in
          if let base = own.baseAddress { (v.a + start).initialize(from: base, count: own.count) }
        }
        end = start + words.count
      }
      (v.a + end).initialize(repeating: 0, count: count - end)
      v.b.initialize(repeating: 0, count: count)
    }
  }

  public static func == (left: PairVector, right: PairVector) -> Bool {
    left.count == right.count && (0..<left.count).allSatisfy { left[$0] == right[$0] }
  }

  public subscript(_ index: Int) -> GoldilocksPair {
    @inlinable get {
      precondition(index >= 0 && index < count)
      return GoldilocksPair(
        Goldilocks(canonical: words.base[index]), Goldilocks(canonical: words.base[reach + index]))
    }
    @inlinable set {
      precondition(index >= 0 && index < count)
      if !isKnownUniquelyReferenced(&words) { self = copied() }
      words.base[index] = newValue.a.value
      words.base[reach + index] = newValue.b.value
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
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return withReading { own in
      PairVector(uninitialized: range.count) { v in
        v.a.initialize(from: own.a + range.lowerBound, count: range.count)
        v.b.initialize(from: own.b + range.lowerBound, count: range.count)
      }
    }
  }

  @usableFromInline func copied() -> PairVector { slice(0..<count) }

  /// The upper half, which is taken off: one copy in the place of two.
  public mutating func splitUpperHalf() -> PairVector {
    let half = count / 2
    let upper = slice(half..<(2 * half))
    keepFirst(count - half)
    return upper
  }

  /// Forgets what lies behind.
  mutating func keepFirst(_ length: Int) {
    precondition(length >= 0 && length <= count)
    count = length
  }

  /// constant − word for each canonical word of the field below.
  public init(_ constant: GoldilocksPair, minus words: [UInt64], lanes: Bool = usesLanes) {
    self.init(uninitialized: words.count) { v in
      let wide = PairVector.wide(words.count, lanes)
      let many = GoldilocksLanes(constant.a)
      words.withUnsafeBytes { raw in
        for index in stride(from: 0, to: wide, by: 8) {
          let own = raw.loadUnaligned(fromByteOffset: 8 * index, as: GoldilocksLanes.self)
          UnsafeMutableRawPointer(v.a + index).storeBytes(
            of: many.fieldDifference(own), as: GoldilocksLanes.self)
        }
      }
      for index in wide..<words.count {
        v.a[index] = (constant.a - Goldilocks(canonical: words[index])).value
      }
      v.b.initialize(repeating: constant.b.value, count: words.count)
    }
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
    if !isKnownUniquelyReferenced(&words) { self = copied() }
    return withExtendedLifetime(words) {
      body(Pointer(a: words.base, b: words.base + reach))
    }
  }

  /// For reading only.
  @inline(__always)
  func withReading<T>(_ body: (Pointer) -> T) -> T {
    withExtendedLifetime(words) { body(Pointer(a: words.base, b: words.base + reach)) }
  }

  /// How many of `count` elements go through lanes.
  @inline(__always)
  static func wide(_ count: Int, _ lanes: Bool) -> Int { lanes ? count & ~7 : 0 }
}
