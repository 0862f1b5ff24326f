// How the operations beyond the first six are written, each list in one place for both ways.

import Primitives

extension NodeRecord {
  /// Writes kinds 7 and above.
  mutating func describe(_ operation: Operation) {
    switch operation {
    case .averagePool(let o):
      set(7, Self.rounding(o.shift, o.element) + Self.list(o.window.numbers))
      multipliers = [UInt64(o.multiplier)]
    case .affine(let o):
      set(8, Self.rounding(o.shift, o.element) + Self.list([o.axis.count, o.axis.inner]))
      multipliers = Self.words(o.multipliers) + Self.words(o.offsets)
    case .table(let o):
      set(9, [UInt64(o.element.rawValue)])
      multipliers = o.bytes.map { UInt64($0) }
    case .rearrange(let o): set(10, Self.list(o.dims + o.strides + [o.offset]))
    case .pad(let o): set(11, Self.list(o.before + o.behind) + [UInt64(o.value)])
    case .concat(let o):
      set(12, Self.rounding(o.shift, o.element) + Self.list([o.axis]))
      multipliers = o.multipliers.map { UInt64($0) }
    case .subtract(let o):
      set(18, Self.rounding(o.shift, o.element))
      multipliers = [UInt64(o.left), UInt64(o.right)]
    case .product(let o):
      set(13, Self.rounding(o.shift, o.element))
      multipliers = [UInt64(o.multiplier)]
    case .matMul(let o): set(14, [o.isLeftTransposed, o.isRightTransposed].map { $0 ? 1 : 0 })
    case .softmax(let o):
      set(15, [o.isCausal ? 1 : 0])
      multipliers = o.exponentials.map { UInt64($0) }
    case .normalise(let o):
      set(
        16,
        Self.rounding(o.shift, o.element) + Self.list([o.axis.count, o.axis.inner])
          + [o.isCentred ? 1 : 0, o.epsilon >> 32, o.epsilon & UInt64(UInt32.max)])
      multipliers = Self.words(o.multipliers) + Self.words(o.offsets)
    case .embedding(let o):
      set(
        17,
        [UInt64(clamping: o.outputs), UInt64(o.biasBound)] + Self.list([o.vocabulary])
          + [o.hasPlaces ? 1 : 0])
    case .linear, .convolution, .requantise, .maxPool, .add, .reshape: break
    }
  }

  private mutating func set(_ kind: UInt8, _ numbers: [UInt64]) {
    self.kind = kind
    self.numbers = numbers
  }

  private static func words(_ list: [Int32]) -> [UInt64] {
    list.map { UInt64(UInt32(bitPattern: $0)) }
  }

  /// Reads kinds 7 and above. What the lists cannot say is caught when the node is written again.
  func laterOperation(_ small: [Int]) throws(Refusal) -> Operation {
    switch (kind, small.count) {
    case (7, 10):
      return .averagePool(
        AveragePool(
          window: Window(small[2...]), multiplier: try only(), shift: try shift(),
          element: try element()))
    case (8, 4):
      let (multipliers, offsets) = try halves()
      return .affine(
        Affine(
          axis: Axis(count: small[2], inner: small[3]), multipliers: multipliers,
          offsets: offsets, shift: try shift(), element: try element()))
    case (9, 1):
      guard let byte = UInt8(exactly: small[0]) else { throw badNode }
      var bytes: [UInt8] = []
      for entry in multipliers {
        guard let own = UInt8(exactly: entry) else { throw badNode }
        bytes.append(own)
      }
      return .table(ByteTable(bytes: bytes, element: try ElementType(wire: byte)))
    case (10, 3...): return try rearrangement(small)
    case (11, 3...):
      // What lies before and behind each axis, and the value: an odd count.
      guard small.count % 2 == 1 else { throw badNode }
      let rank = small.count / 2
      guard let value = UInt8(exactly: small[2 * rank]) else { throw badNode }
      return .pad(
        Padding(
          before: Array(small[..<rank]), behind: Array(small[rank..<2 * rank]), value: value))
    case (12, 3):
      return .concat(
        Concatenation(
          axis: small[2], multipliers: try Self.small(multipliers).map { UInt32($0) },
          shift: try shift(), element: try element()))
    case (13, 2):
      return .product(
        Product(multiplier: try only(), shift: try shift(), element: try element()))
    case (18, 2):
      guard multipliers.count == 2 else { throw badNode }
      return .subtract(
        Difference(
          left: try Self.word(multipliers[0]), right: try Self.word(multipliers[1]),
          shift: try shift(), element: try element()))
    default: return try sequenceOperation(small)
    }
  }

  private func sequenceOperation(_ small: [Int]) throws(Refusal) -> Operation {
    switch (kind, small.count) {
    case (14, 2):
      return .matMul(
        MatrixProduct(isLeftTransposed: small[0] == 1, isRightTransposed: small[1] == 1))
    case (15, 1):
      var exponentials: [UInt16] = []
      for entry in multipliers {
        guard let own = UInt16(exactly: entry) else { throw badNode }
        exponentials.append(own)
      }
      return .softmax(Softmax(isCausal: small[0] == 1, exponentials: exponentials))
    case (16, 7):
      let (multipliers, offsets) = try halves()
      return .normalise(
        Normalisation(
          axis: Axis(count: small[2], inner: small[3]), isCentred: small[4] == 1,
          epsilon: UInt64(small[5]) << 32 | UInt64(small[6]), multipliers: multipliers,
          offsets: offsets, shift: try shift(), element: try element()))
    case (17, 4):
      return .embedding(
        Embedding(
          outputs: small[0], biasBound: try Self.word(numbers[1]), vocabulary: small[2],
          hasPlaces: small[3] == 1))
    default: throw badNode
    }
  }

  private func rearrangement(_ small: [Int]) throws(Refusal) -> Operation {
    let rank = small.count / 2
    guard small.count == 2 * rank + 1 else { throw badNode }
    return .rearrange(
      Rearrangement(
        dims: Array(small[..<rank]), strides: Array(small[rank..<2 * rank]),
        offset: small[2 * rank]))
  }

  private func only() throws(Refusal) -> UInt32 {
    guard multipliers.count == 1 else { throw badNode }
    return try Self.word(multipliers[0])
  }

  /// Two lists of signed words, as long as each other.
  private func halves() throws(Refusal) -> ([Int32], [Int32]) {
    guard multipliers.count % 2 == 0 else { throw badNode }
    var list: [Int32] = []
    for entry in multipliers { list.append(Int32(bitPattern: try Self.word(entry))) }
    return (Array(list[..<(list.count / 2)]), Array(list[(list.count / 2)...]))
  }
}
