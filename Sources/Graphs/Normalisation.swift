// Lines of activations brought to one size: LayerNorm and RMSNorm with an integer inverse root.

public import Primitives

/// Along an axis of n elements, with A = Σ x (zero for RMSNorm) and Q = Σ x²:
///
///     c_j = n · x_j − A,  D = n · Q − A² + E,  R = the greatest with R² · D ≤ 2^60,
///     u_j = (c_j · R + 2^15) >> 16,  q_j = clamp((u_j · M[j] + B[j] · 2^(s−16) + 2^(s−1)) >> s)
///
/// so that u is the normalised value in parts of 2^14. E is at least one, hence D is never zero and
/// R² · D ≤ 2^60 < (R + 1)² · D has one solution.
public struct Normalisation: ElementOperation, Hashable {
  public var axis: Axis
  /// Whether the mean is taken off first: LayerNorm does, RMSNorm does not.
  public var isCentred: Bool
  /// E: n² times the model's epsilon, in squares of the input's steps; 1 … 2^40.
  public var epsilon: UInt64
  /// One a place, −2^31 … 2^31 − 1.
  public var multipliers: [Int32]
  /// One a place, in parts of 65,536 of a step of the result.
  public var offsets: [Int32]
  public var shift: UInt8
  public var element: ElementType

  /// The longest line: D stays below 2^41, and c · R below 2^36.
  public static let mostElements = 4096
  public static let mostEpsilon: UInt64 = 1 << 40

  public init(
    axis: Axis, isCentred: Bool, epsilon: UInt64, multipliers: [Int32], offsets: [Int32],
    shift: UInt8, element: ElementType
  ) {
    self.axis = axis
    self.isCentred = isCentred
    self.epsilon = epsilon
    self.multipliers = multipliers
    self.offsets = offsets
    self.shift = shift
    self.element = element
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    try inputs[0].demandActivation()
    guard element.isActivation else { throw .wrongElement(element) }
    try axis.check(inputs[0].shape)
    guard axis.count <= Self.mostElements else {
      throw .tensorTooLarge(elements: axis.count, most: Self.mostElements)
    }
    guard (1...Self.mostEpsilon).contains(epsilon) else {
      throw Refusal("badEpsilon", ["got": epsilon, "most": Self.mostEpsilon])
    }
    for list in [multipliers, offsets] where list.count != axis.count {
      throw .wrongLength(got: list.count, wanted: axis.count)
    }
    try Rounding.check(shift)
    return TensorType(element, inputs[0].shape)
  }

  /// A, and R of D.
  private struct Line {
    let sum: Int64
    let root: Int64
  }

  private func line(_ first: Int, _ x: (Int, Int) -> Int32) -> Line {
    var (sum, squares): (Int64, Int64) = (0, 0)
    for place in 0..<axis.count {
      let value = Int64(x(0, first + place * axis.inner))
      if isCentred { sum += value }
      squares += value * value
    }
    let spread = UInt64(Int64(axis.count) * squares - sum * sum) + epsilon
    return Line(sum: sum, root: Self.inverseRoot(of: spread))
  }

  /// The greatest R with R² · D ≤ 2^60, which is the root of ⌊2^60 / D⌋ rounded down.
  public static func inverseRoot(of spread: UInt64) -> Int64 {
    let whole = (1 << 60) / spread
    var root: UInt64 = 0
    for bit in (0...30).reversed() {
      let next = root | 1 << UInt64(bit)
      if next * next <= whole { root = next }
    }
    return Int64(root)
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    let whole = axis.count * axis.inner
    // Lines of the slab that is being read, each looked at once. There is room for those alone that
    // are asked for: an axis may have millions of lines, and a block a few.
    var lines: [Int: Line] = [:]
    var slab = -1
    return elements.map { element in
      if element / whole != slab {
        slab = element / whole
        lines.removeAll(keepingCapacity: true)
      }
      let inner = element % axis.inner
      let line = lines[inner] ?? self.line(axis.first(of: element), x)
      lines[inner] = line
      let place = axis.place(of: element)
      let centred = Int64(axis.count) * Int64(x(0, element)) - line.sum
      let unit = (centred * line.root + 1 << 15) >> 16
      return Rounding.round(unit, multipliers[place], offsets[place], shift, self.element)
    }
  }

  public func work(_ count: Int, _ at: Frame) -> Int {
    3 * axis.lines(count, of: at.to.shape) * axis.count + 6 * count
  }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    [axis.reads(count, of: at.from[0])]
  }
}
