// Chance that nobody steers alone: numbers from the buyer's salt and the beacon.

public import Primitives

/// A draw for one object. Every use has words of its own, so that no use tells about another.
public struct Draw: Hashable, Sendable {
  /// SHA-256 of the tag, the object, what is drawn over, the salt and the beacon.
  public let seed: Bytes32

  /// - Parameters:
  ///   - object: the id of what the draw is for: an order, a run.
  ///   - fixed: what is drawn over, fixed a block before the beacon.
  ///   - salt: the buyer's, committed beforehand.
  ///   - beacon: E of the block after that in which `fixed` was.
  public init(object: Bytes32, fixed: Bytes32, salt: Bytes32, beacon: Bytes32) {
    seed = SHA256.hash {
      $0.update("tolsey/draw/1")
      $0.update(object)
      $0.update(fixed)
      $0.update(salt)
      $0.update(beacon)
    }
  }

  /// Word `i`: 64 even bits.
  public func word(_ i: UInt64) -> UInt64 {
    let digest = SHA256.hash {
      $0.update(seed)
      $0.update(i)
    }
    return digest.leadingWord
  }

  /// A number below `n`, from word `i`. There is none below zero.
  public func below(_ n: UInt64, _ i: UInt64) throws(Refusal) -> UInt64 {
    guard n > 0 else { throw .emptyDraw }
    return word(i).multipliedFullWidth(by: n).high
  }

  /// Whether a run is audited at that probability.
  public func isAudited(ppm: UInt64) -> Bool {
    word(0).multipliedFullWidth(by: million).high < ppm
  }

  /// The auditor of a turn: an index into the bonds, which lie in the order of the accounts.
  public func auditor(turn: UInt64, bonds: [Amount]) throws(Refusal) -> Int {
    // Word 8 belongs to the offset of a claim.
    guard turn < 7 else { throw .noSuchTurn(turn: turn, turns: 7) }
    var sum = Amount.zero
    for bond in bonds { sum = try sum.adding(bond) }
    var left = try below(sum.units, 1 + turn)
    for (index, bond) in bonds.enumerated() {
      if left < bond.units { return index }
      left -= bond.units
    }
    throw .emptyDraw
  }

  /// The offset in a claim of `delta` whose run is audited.
  public func offset(in delta: Amount) throws(Refusal) -> UInt64 {
    try below(delta.units, 8)
  }

  /// Which of `m` ranked entries get the `k` seats, and in which order the others stand by.
  public func seats(_ k: Int, of m: Int) throws(Refusal) -> (seats: [Int], reserve: [Int]) {
    guard k >= 0, m >= k else {
      throw .tooFewForSeats(entries: UInt64(clamping: m), seats: UInt64(clamping: k))
    }
    var list = Array(0..<m)
    for i in 0..<k {
      let step = try below(UInt64(m - i), 16 + UInt64(i))
      list.swapAt(i, i + Int(step))
    }
    return (Array(list[..<k]), Array(list[k...]))
  }
}

extension Refusal {
  /// Nothing to draw from.
  static var emptyDraw: Refusal { Refusal("emptyDraw") }
  static func noSuchTurn(turn: UInt64, turns: UInt64) -> Refusal {
    Refusal("noSuchTurn", ["turn": turn, "turns": turns])
  }
  static func tooFewForSeats(entries: UInt64, seats: UInt64) -> Refusal {
    Refusal("tooFewForSeats", ["entries": entries, "seats": seats])
  }
}
