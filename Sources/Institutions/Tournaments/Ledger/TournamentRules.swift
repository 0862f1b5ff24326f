// What the owner of a tournament decides when it is made, and never again.

import Kernel
public import Market
public import Primitives

/// The rules of one tournament. They cannot be changed: who sponsors or enters knows what for.
public struct TournamentRules: Fielded, Hashable {
  public static let typeName = "TournamentRules"
  /// How many values a forecast has.
  public var values: UInt64 = 10
  /// How many entries there can be: those with the greatest stakes.
  public var entries: UInt64 = 64
  /// With fewer entries when they close nothing is scored.
  public var quorum: UInt64 = 2
  public var leastStake = Amount(1_000_000)
  /// The most of a stake that is earned or burnt, in ppm.
  public var limit: UInt64 = 500_000
  /// Seconds of market time for entering, where a run says the truth then for naming it, then for
  /// revealing, then for the truth.
  public var entryTime: UInt64 = 86_400
  public var nameTime: UInt64 = 3_600
  public var revealTime: UInt64 = 86_400
  public var truthTime: UInt64 = 604_800
  /// What the owner loses where the truth never comes, and the most that the purse can be: to
  /// withhold a truth never costs less than to pay for it.
  public var bond = Amount(10_000_000)

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("values", &values)
    try v("entries", &entries)
    try v("quorum", &quorum)
    try v("leastStake", &leastStake)
    try v("limit", &limit)
    try v("entryTime", &entryTime)
    try v("nameTime", &nameTime)
    try v("revealTime", &revealTime)
    try v("truthTime", &truthTime)
    try v("bond", &bond)
  }

  /// The ranges, one place for the ledger, the command line and the docs.
  public var ranges: [(name: String, value: UInt64, range: ClosedRange<UInt64>)] {
    let month: UInt64 = 30 * 86_400
    return [
      ("values", values, 2...256),
      ("entries", entries, 2...256),
      ("quorum", quorum, 1...min(max(entries, 1), 256)),
      ("leastStake", leastStake.units, 10_000...1_000_000_000_000),
      ("limit", limit, 1_000...500_000),
      ("entryTime", entryTime, 60...month),
      ("nameTime", nameTime, 60...month),
      ("revealTime", revealTime, 60...month),
      ("truthTime", truthTime, 60...2 * month),
      ("bond", bond.units, 1_000_000...1_000_000_000_000),
    ]
  }

  func check() throws(Refusal) {
    for (name, value, range) in ranges { try checkRange(name, value, range) }
  }
}

/// Where the truth comes from.
public enum TruthKind: UInt8, ByteChoice {
  /// The owner's word.
  case word = 0
  /// What a run of a named work gave, which the owner buys once entries are closed.
  case run = 1
}

/// What fixes the truth, said in advance. Either way the owner answers for it with its bond.
public struct TruthSource: Fielded, Hashable {
  public static let typeName = "TruthSource"
  public var kind = TruthKind.word
  /// The check with all its terms and the hash of the spec that the run must have; empty and zero
  /// for a word.
  public var check = CheckTerms()
  public var spec = Bytes32.zero
  /// Bytes of a value, the least significant first.
  public var width: UInt64 = 4
  public var isSigned = true

  public init() {}

  public init(runUnder check: CheckTerms, spec: [UInt8]) {
    kind = .run
    self.check = check
    self.spec = SHA256.hash(spec)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("check", &check)
    try v("spec", &spec)
    try v("width", &width)
    try v("isSigned", &isSigned)
  }

  func requireSense() throws(Refusal) {
    guard [1, 2, 4].contains(width) else { throw .badTruthSource }
    guard kind == .run else {
      guard check == CheckTerms(), spec == .zero else { throw .badTruthSource }
      return
    }
    // A lease without a spec names no work.
    guard spec != .zero, spec != SHA256.hash([]) else { throw .badTruthSource }
    try check.requireSense()
    guard givesOneAnswer else { throw .truthUnchecked }
  }

  /// The checks whose runs end with one answer that anybody can hold against its commitment.
  ///
  /// Under `open` the buyer rejects what it likes less; `judged` seats may all differ; without an
  /// audit a lease of `replicated` keeps no spec; a private proof's output is the buyer's alone.
  private var givesOneAnswer: Bool {
    switch check.known {
    case .disputable: true
    // Level 3 is the private one.
    case .proved: (1...2).contains(check.numbers[0].value)
    case .replicated: check.numbers[1].value > 0
    case .open, .judged, .panel, nil: false
    }
  }

  /// The values in the bytes; nil where they are not so many.
  public func values(in bytes: [UInt8], count: UInt64) -> [Int]? {
    let width = Int(width)
    guard width > 0, bytes.count == Int(count) * width else { return nil }
    return stride(from: 0, to: bytes.count, by: width).map { start in
      var value = 0
      for place in 0..<width { value |= Int(bytes[start + place]) << (8 * place) }
      let isNegative = isSigned && bytes[start + width - 1] >= 128
      return isNegative ? value - 1 << (8 * width) : value
    }
  }

  /// The bytes of values; nil where one does not fit.
  public func bytes(of values: [Int]) -> [UInt8]? {
    let bits = 8 * Int(width)
    let range = isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
    guard values.allSatisfy(range.contains) else { return nil }
    return values.flatMap { value in
      (0..<Int(width)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
  }
}
