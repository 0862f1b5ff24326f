// How likely a false proof passes, worked out in integers from public numbers alone.

import Primitives

/// Errors in units of 2^-128, which is also one over the size of the field.
public struct SecurityLevel: Sendable, Equatable {
  /// What each step of the protocol adds.
  public private(set) var terms: [Term] = []

  public struct Term: Sendable, Equatable {
    public var name: String
    public var units: UInt128
  }

  /// A proof below so many bits is refused.
  public static let leastBits: UInt64 = 100
  /// The bits that queries and the work before them have to give, in 1024ths: half a bit is left
  /// for the rest.
  static let queryBits: UInt64 = 100 * 1024 + 512
  /// The same in whole bits, as `queryUnits` counts them.
  static let wholeQueryBits: UInt64 = 101 * 1024
  static let workBits = UInt64(Transcript.workBits)

  public init() {}

  mutating func add(_ name: String, _ units: UInt128) {
    terms.append(Term(name: name, units: max(1, units)))
  }

  public var units: UInt128 { terms.reduce(0) { $0 + $1.units } }

  /// −log2 of the sum, rounded down.
  public var bits: UInt64 {
    units == 0 ? 128 : 128 - SecurityLevel.log2Up(units)
  }

  /// Refuses what a verifier would refuse, before a proof of it is made.
  func check() throws(Refusal) {
    guard bits >= SecurityLevel.leastBits else {
      throw Refusal("proofTooWeak", ["bits": bits, "least": SecurityLevel.leastBits])
    }
  }

  /// Columns to open so that a word that is no codeword is met, at the rate C/N within the radius
  /// of unique decoding: each query misses with (1 + C/N)/2 at most.
  ///
  /// - Parameter work: bits of work before each trial of places.
  static func queries(
    columns: UInt64, length: UInt64, bits: UInt64 = SecurityLevel.queryBits,
    work: UInt64 = workBits
  ) -> Int {
    let each = log2(numerator: 2 * length, denominator: length + columns)
    // Bits in 1024ths against bits in 2^32ths.
    let wanted = UInt128(bits - 1024 * work) << 22
    return Int((wanted + UInt128(each) - 1) / UInt128(each))
  }

  /// The same where rows have a random entry more for each column opened: their code is longer by
  /// as many. Nil where no number is enough.
  static func hidingQueries(
    columns: UInt64, length: UInt64, bits: UInt64 = wholeQueryBits, work: UInt64 = workBits
  ) -> Int? {
    var count = 0
    while columns + UInt64(count) < length / 2 {
      let wanted = queries(
        columns: columns + UInt64(count), length: length, bits: bits, work: work)
      if wanted <= count { return count }
      count = wanted
    }
    return nil
  }

  /// The same where a budget of proofs and two re-commitments open columns of one matrix: rows have
  /// a random entry for each of all these columns. A re-commitment answers to no nonce, so that its
  /// queries are of 128 bits.
  static func budgetQueries(
    columns: UInt64, length: UInt64, budget: Int
  ) -> (queries: Int, links: Int, tail: Int)? {
    var tail = 0
    while columns + UInt64(tail) < length / 2 {
      let row = columns + UInt64(tail)
      let own = queries(columns: row, length: length, bits: wholeQueryBits)
      let links = queries(columns: row, length: length, bits: 128 * 1024, work: 0)
      let wanted = budget * own + 2 * links
      if wanted <= tail { return (own, links, tail) }
      tail = wanted
    }
    return nil
  }

  /// ((C + N) / 2N)^queries and the work before it, in units of 2^-128, rounded up.
  static func queryUnits(
    columns: UInt64, length: UInt64, queries: Int, work: UInt64 = workBits
  ) -> UInt128 {
    let each = UInt128(log2(numerator: 2 * length, denominator: length + columns))
    let all = each * UInt128(queries) + UInt128(work) << 32
    let (bits, rest) = (all >> 32, all & 0xffff_ffff)
    guard bits < 128 else { return 1 }
    guard bits > 0 else { return .max }
    // 2^-f ≤ 1 − f/2 for the fraction that is left.
    let units = UInt128(1) << (128 - bits)
    return units - (units < 1 << 64 ? (units * rest) >> 33 : (units >> 33) * rest)
  }

  /// log2 of a ratio between 1 and 2, in 2^-32, rounded down: the binary digits of a logarithm come
  /// out one by one when its number is squared (Feynman's method, Knuth 1.2.2 exercise 25).
  static func log2(numerator: UInt64, denominator: UInt64) -> UInt64 {
    precondition(numerator >= denominator && numerator < 2 * denominator)
    var mantissa = (UInt128(numerator) << 62) / UInt128(denominator)
    var digits: UInt64 = 0
    for _ in 0..<32 {
      mantissa = (mantissa * mantissa) >> 62
      digits <<= 1
      if mantissa >= UInt128(1) << 63 {
        mantissa >>= 1
        digits |= 1
      }
    }
    return digits
  }

  /// The least e with 2^e ≥ value.
  private static func log2Up(_ value: UInt128) -> UInt64 {
    UInt64(128 - (value - 1).leadingZeroBitCount)
  }
}
