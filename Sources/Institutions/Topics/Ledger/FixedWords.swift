// Fixed-point numbers in rows: sixteen bytes each, the most significant first.

public import Arithmetic

extension [Fixed64] {
  /// Sixteen bytes a number.
  public var words: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 * count)
    for number in self {
      let raw = UInt128(bitPattern: number.raw)
      for place in 0..<16 { bytes.append(UInt8(truncatingIfNeeded: raw >> (120 - 8 * place))) }
    }
    return bytes
  }

  /// The numbers in the bytes; what does not fill sixteen at the end is none.
  public init(words: [UInt8]) {
    self = (0..<(words.count / 16)).map { index in
      let raw = words[(16 * index)..<(16 * index + 16)].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      return Fixed64(raw: Int128(bitPattern: raw))
    }
  }

  /// As many rows of so many numbers.
  func rows(of width: Int) -> [[Fixed64]] {
    width == 0 ? [] : stride(from: 0, to: count, by: width).map { Array(self[$0..<($0 + width)]) }
  }
}
