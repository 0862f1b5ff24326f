// The pool of an own asset: dollars beside the asset, a price, and an average of it that no single
// trade moves.

public import Primitives

/// A constant-product pool (Adams, Zinsmeister, Robinson, Uniswap v2, 2020, §3.2): whoever puts one
/// side in takes so much of the other that the product of both does not fall.
public struct AssetPool: Fielded, Hashable {
  public static let typeName = "AssetPool"
  /// What a seeder puts in: a pool of less is not worth a price.
  public static let seeds: ClosedRange<UInt64> = 100_000_000...1_000_000_000_000
  /// What a trade leaves in the pool beside, in ppm.
  public static let fees: ClosedRange<UInt64> = 1_000...30_000

  public var seeder = Address.zero
  public var seeded = Time.zero
  public var fee: UInt64 = 3_000
  public var dollars = Amount()
  public var own = Amount()
  /// What it began with.
  public var seedDollars = Amount()
  public var seedOwn = Amount()
  /// The moving average of its value, when that was last read, and what was gathered since.
  public var average = Wide()
  public var read = Time.zero
  public var sum = Wide()
  public var watched: UInt64 = 0
  public var touched = Time.zero
  /// When its seeder has its part back, and after that when the rest is burnt; never where nobody
  /// asked.
  public var ends = Time.never
  /// The notice is over: its seeder has had its part, and the pool only buys back what it sold.
  public var isOver = false
  /// What the seeder has had of the dollars. The price counts it as if it lay there still.
  public var taken = Amount()
  /// What the root fund gave its subnet so far.
  public var fed = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("seeder", &seeder)
    try v("seeded", &seeded)
    try v("fee", &fee)
    try v("dollars", &dollars)
    try v("own", &own)
    try v("seedDollars", &seedDollars)
    try v("seedOwn", &seedOwn)
    try v("average", &average)
    try v("read", &read)
    try v("sum", &sum)
    try v("watched", &watched)
    try v("touched", &touched)
    try v("ends", &ends)
    try v("isOver", &isOver)
    try v("taken", &taken)
    try v("fed", &fed)
  }

  /// Under which the ledger holds both sides.
  public static func escrow(_ subnet: UInt64) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/subnet-pool/1")
    hasher.update(subnet)
    return hasher.finalize()
  }
}

// MARK: - Trades

extension AssetPool {
  /// What comes out of one side for what goes into the other: `out = y·a′ / (x + a′)` rounded down,
  /// `a′` what goes in less the fee, which is rounded up.
  private func output(
    _ sum: Amount, into x: Amount, from y: Amount
  ) throws(Refusal) -> Amount {
    let net = try sum.subtracting(sum.ppmUp(fee))
    return try y.scaledDown(net.units, over: x.adding(net).units)
  }

  /// What dollars buy.
  public func bought(for sum: Amount) throws(Refusal) -> Amount {
    try output(sum, into: dollars, from: own)
  }

  /// What the own asset sells for. Where the seeder has left, those who were paid the asset may
  /// sell before those who bought it: the last of them have what is left.
  public func sold(_ sum: Amount) throws(Refusal) -> Amount {
    min(try output(sum, into: own, from: dollars.adding(taken)), dollars)
  }

  mutating func buy(for sum: Amount, at now: Time) throws(Refusal) -> Amount {
    if isOver { throw .poolEnds }
    gather(until: now)
    let out = try bought(for: sum)
    dollars = try dollars.adding(sum)
    own = try own.subtracting(out)
    return out
  }

  mutating func sell(_ sum: Amount, at now: Time) throws(Refusal) -> Amount {
    gather(until: now)
    let out = try sold(sum)
    own = try own.adding(sum)
    dollars = try dollars.subtracting(out)
    return out
  }
}

// MARK: - The end

extension AssetPool {
  /// For how long the pool buys back what its holders did not sell while the notice ran.
  static let grace: UInt64 = 365 * 86_400

  /// What of the dollars is the seeder's: what would lie here if all that the pool ever sold were
  /// sold back to it, `x y / y₀`. The product never falls, so that this is the seed at least; and
  /// the way back along the same curve costs no more than the rest. Where more was sold to the pool
  /// than was bought from it, nobody has anything to bring back.
  var seedersPart: Amount {
    get throws(Refusal) {
      own < seedOwn ? try dollars.scaledDown(own.units, over: seedOwn.units) : dollars
    }
  }
}

// MARK: - Value

extension AssetPool {
  /// Blocks of the source are twelve seconds long.
  private static let block: UInt64 = 12_000
  /// A reading gathers no longer than this, so that its sum fits.
  private static let longest: UInt64 = 1 << 32 - 1

  /// What the asset that it was seeded with would cost at the price of now, in 2⁻³² millionths of
  /// a dollar: the seed's dollars when it began. A price for one unit would be what the owner made
  /// of it who chose how many units there are.
  public var value: UInt128 {
    guard own > .zero else { return 0 }
    let (whole, rest) = (UInt128(dollars.units + taken.units) * UInt128(seedOwn.units))
      .quotientAndRemainder(dividingBy: UInt128(own.units))
    if whole > UInt128(UInt64.max) { return UInt128(UInt64.max) << 32 }
    return whole << 32 + (rest << 32) / UInt128(own.units)
  }

  /// The value in whole millionths of a dollar.
  public var valueDollars: Amount { Amount(UInt64(truncatingIfNeeded: value >> 32)) }

  /// The average in whole millionths of a dollar.
  public var averageDollars: Amount { Amount(UInt64(truncatingIfNeeded: average.value >> 32)) }

  /// Notes for how long the value was what it is, before it changes: a price that was pushed up
  /// counts by the time that it stood, and not at all where it went back within its block.
  mutating func gather(until now: Time) {
    let since = now.milliseconds - min(now.milliseconds, touched.milliseconds)
    let counted = min(since, Self.longest - min(watched, Self.longest))
    sum = Wide(sum.value + value * UInt128(counted))
    watched += counted
    touched = max(touched, now)
  }

  /// Moves the average toward what was gathered, by 3·10⁻⁶ · b / (b + 201600) a block, `b` the
  /// blocks since it was seeded (subtensor's `update_moving_price`). What is gathered counts for
  /// twice the average at most, or for the seed where that is more.
  mutating func readAverage(at now: Time) {
    gather(until: now)
    let seen = watched > 0 ? sum.value / UInt128(watched) : value
    let old = average.value
    let limit = max(old << 1, UInt128(seedDollars.units) << 32)
    let sample = min(seen, limit)
    let age = UInt128(now.milliseconds - min(now.milliseconds, seeded.milliseconds))
    let since = UInt128(
      min(now.milliseconds - min(now.milliseconds, read.milliseconds), Self.longest))
    let blocks = min(age / UInt128(Self.block), 1 << 40)
    let scale = UInt128(Self.block) * 1_000_000 * (blocks + 201_600)
    let part = min((3 * since * blocks) << 32 / scale, 1 << 32)
    // A value has 96 bits and its part 33, of which the last is 2³² itself.
    let moved = ((sample > old ? sample - old : old - sample) * part) >> 32
    average = Wide(sample > old ? old + moved : old - moved)
    sum = Wide()
    watched = 0
    read = max(read, now)
  }

  /// By what the root fund counts it: the average, and no more than four times the dollars that
  /// lie in it. The price of a thin pool is cheap to move.
  public var weight: UInt128 {
    ends == .never ? min(average.value >> 32, 4 * UInt128(dollars.units)) : 0
  }
}
