// What happens by chance, from a seed: the draws of the market itself, and what people do.

public import Kernel
import Market
public import Primitives

/// A source of chance that a seed replays. Draws are the market's own, over values that only the
/// seed decides; everything else (who looks, who stays away) is a plain coin.
public struct Chance: Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  public mutating func happens(_ share: Fraction) -> Bool {
    below(Int(share.denominator)) < Int(share.numerator)
  }

  /// Thirty-two bytes that nobody knows beforehand: a salt, a beacon, an id.
  public mutating func secret() -> Bytes32 {
    var bytes: [UInt8] = []
    for _ in 0..<4 { bytes += bigEndianBytes(next()) }
    return SHA256.hash(bytes)
  }

  public mutating func draw() -> Draw {
    let object = secret()
    return Draw(object: object, fixed: object, salt: secret(), beacon: secret())
  }
}

/// Who audits a run.
enum Auditor: Int, CaseIterable, Sendable {
  case nobody
  case own
  case stranger

  /// The auditor of a draw in which the first bond is the cheat's and four are strangers'.
  static func called(by draw: Draw, _ s: Setting) throws -> Auditor {
    let whole = 4_000_000_000 * s.owned
    let rest = (4_000_000_000 - whole) / 4
    let bonds = [whole] + Array(repeating: rest, count: 4)
    let place = try draw.auditor(
      turn: 0, bonds: bonds.map { Amount(UInt64($0.rounded)) })
    return place == 0 ? .own : .stranger
  }

  /// Whether the run is drawn, and for whom.
  static func drawn(by draw: Draw, _ s: Setting) throws -> Auditor {
    draw.isAudited(ppm: s.terms.audit) ? try called(by: draw, s) : .nobody
  }

  /// The chance of each, as the rules have it.
  func chance(_ s: Setting) -> Fraction {
    switch self {
    case .nobody: 1 - s.audited
    case .own: s.audited * s.owned
    case .stranger: s.audited * (1 - s.owned)
    }
  }
}

/// How many of the k drawn seats are the cheat's when a share of the bidders is.
enum Seats {
  /// Binomial: P(own = x).
  static func chance(of own: Int, among k: Int, share: Fraction) -> Fraction {
    Fraction(choose(k, own)) * share.power(own) * (1 - share).power(k - own)
  }

  /// Draws k of 2k bidders, of whom each is the cheat's with that chance.
  static func drawn(_ k: Int, share: Fraction, _ chance: inout Chance) throws -> Int {
    let isOwn = (0..<2 * k).map { _ in chance.happens(share) }
    return try chance.draw().seats(k, of: 2 * k).seats.count { isOwn[$0] }
  }

  static func choose(_ n: Int, _ k: Int) -> Int {
    var result = 1
    for i in 0..<k { result = result * (n - i) / (i + 1) }
    return result
  }
}
