// Shares of one: exponentials from a table, divided by their sum.

public import Primitives

/// Along the last axis, over the elements that take part:
///
///     m = max x,  e_j = table[m − x_j],  S = Σ e_j,  q_j = ⌊(510 · e_j + S) / (2 · S)⌋
///
/// The greatest element is attained and has a table entry above zero, so S is never zero and the
/// quotient has one remainder; m − x is a byte, since activations are. A result is `uint8` and
/// stands for parts of 255.
public struct Softmax: ElementOperation, Hashable {
  /// Whether only elements up to the row's own place take part; the others' results are zero.
  public var isCausal: Bool
  /// 256 entries below 2^16, the first of them not zero.
  public var exponentials: [UInt16]

  /// The longest line whose sum stays below 2^31.
  public static let mostElements = 1 << 15

  public init(isCausal: Bool, exponentials: [UInt16]) {
    self.isCausal = isCausal
    self.exponentials = exponentials
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    try inputs[0].demandActivation()
    guard exponentials.count == 256 else {
      throw .wrongLength(got: exponentials.count, wanted: 256)
    }
    guard exponentials[0] > 0 else { throw Refusal("badExponentials", ["first": 0]) }
    let dims = inputs[0].shape.dims
    let length = dims[dims.count - 1]
    guard length <= Self.mostElements else {
      throw .tensorTooLarge(elements: length, most: Self.mostElements)
    }
    if isCausal {
      guard dims.count >= 2 else { throw .badRank(got: dims.count, most: Shape.mostAxes) }
      guard dims[dims.count - 2] == length else {
        throw .wrongLength(got: dims[dims.count - 2], wanted: length)
      }
    }
    return TensorType(.uint8, inputs[0].shape)
  }

  /// How many elements of a line take part.
  public func length(ofLine line: Int, of last: Int) -> Int { isCausal ? line % last + 1 : last }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    let last = at.to.shape.dims[at.to.shape.dims.count - 1]
    var results: [Int32] = []
    results.reserveCapacity(elements.count)
    var line = -1
    var shares: [Int32] = []
    for element in elements {
      if element / last != line {
        line = element / last
        let own = (0..<length(ofLine: line, of: last)).map { x(0, line * last + $0) }
        shares = self.shares(own)
      }
      let place = element % last
      results.append(place < shares.count ? shares[place] : 0)
    }
    return results
  }

  private func shares(_ line: [Int32]) -> [Int32] {
    let greatest = line.max() ?? 0
    let powers = line.map { UInt32(exponentials[Int(greatest - $0)]) }
    let sum = powers.reduce(0, +)
    return powers.map { Int32((510 * $0 + sum) / (2 * sum)) }
  }

  private var axis: (TensorType) -> Axis {
    { Axis(count: $0.shape.dims[$0.shape.dims.count - 1], inner: 1) }
  }

  public func work(_ count: Int, _ at: Frame) -> Int {
    let axis = axis(at.to)
    return 6 * axis.lines(count, of: at.to.shape) * axis.count
  }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    [axis(at.from[0]).reads(count, of: at.from[0])]
  }
}
