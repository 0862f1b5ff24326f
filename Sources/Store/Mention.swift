// The index entry of the log: the start of an id, and the place in the log that it finds.

import Primitives

/// Where something stands in the log, in one number that sorts by height.
struct Place: Hashable, Comparable {
  enum Kind: Int64 {
    case message = 0
    case receipt = 1
    case event = 2
    /// What came of a message; the index of ids has none.
    case outcome = 3
  }

  static let positionBits: Int64 = 20
  static let kindBits: Int64 = 2
  /// Items of one kind in one block.
  static let positionLimit = 1 << positionBits

  var number: Int64

  init(number: Int64) { self.number = number }

  init(height: UInt64, kind: Kind, position: Int) {
    number =
      Int64(height) << (Place.kindBits + Place.positionBits) | kind.rawValue << Place.positionBits
      | Int64(position)
  }

  /// The least place of a height, for ranges.
  static func start(of height: UInt64) -> Int64 {
    height >= UInt64(1) << 41 ? Int64.max : Int64(height) << (kindBits + positionBits)
  }

  /// All places of one kind in one block.
  static func all(of kind: Kind, at height: UInt64) -> ClosedRange<Int64> {
    let first = Place(height: height, kind: kind, position: 0).number
    return first...first + Int64(positionLimit - 1)
  }

  var height: UInt64 { UInt64(number >> (Place.kindBits + Place.positionBits)) }
  /// Two bits, and four kinds.
  var kind: Kind { Kind(rawValue: number >> Place.positionBits & 3) ?? .outcome }
  var position: Int { Int(number & Int64(Place.positionLimit - 1)) }

  static func < (l: Place, r: Place) -> Bool { l.number < r.number }
}

/// The first eight bytes of an id as a signed number that keeps their order.
///
/// A padded address begins with twelve zeros, so its own first bytes stand for it; a digest that
/// begins so is not met in practice, and would only be found by the same rule.
enum Stem {
  static func of(_ id: Bytes32) -> Int64 { signed(word(id)) }

  static func word(_ id: Bytes32) -> UInt64 {
    let words = id.words
    return words.0 == 0 && words.1 >> 32 == 0 ? words.1 << 32 | words.2 >> 32 : words.0
  }

  static func signed(_ word: UInt64) -> Int64 { Int64(bitPattern: word ^ 1 << 63) }

  /// All stems that ids beginning with `prefix` may have.
  static func range(of prefix: IDPrefix) -> ClosedRange<Int64> {
    let kept = min(prefix.bitCount, 64)
    let word = prefix.leading.words.0
    if kept == 0 { return Int64.min...Int64.max }
    let mask = kept == 64 ? UInt64.max : ~(UInt64.max >> UInt64(kept))
    return signed(word & mask)...signed(word | ~mask)
  }
}
