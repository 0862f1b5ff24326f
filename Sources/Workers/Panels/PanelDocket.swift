// What a judge has before it: question, items, the pieces that lie open, and how points are given.

import Kernel
public import Market
public import Primitives
public import Tasks

/// A run before a panel, as whoever scores it is shown it. Seats stand in it by their number alone.
public struct PanelDocket: Sendable {
  /// What one seat said to one item; both count from 1.
  public struct Piece: Hashable, Sendable {
    public let seat: Int
    public let item: Int
    public let body: [UInt8]
  }

  public let run: RunID
  public let spec: TasksSpec
  public let check: CheckTerms
  /// Empty where nobody hands out the input: the answers are scored all the same.
  public let items: [[UInt8]]
  /// What was answered, seat after seat; one point is given for each, in this order.
  public let pieces: [Piece]
  /// When the time for sealing is over, in market time.
  public let until: Time
  /// What a seal of it counts, as the lease says.
  let units: UInt64
  /// By seat and item, whether anything was answered.
  private let shown: [Bool]
  /// Names all that was looked at, on which network and by whom: points that are kept for one run
  /// are never given to another, be it of the same id on a network that was made anew.
  let digest: Bytes32

  /// - Parameters:
  ///   - said: by seat, what it opened.
  ///   - parts: by seat, the hashes of it that stand on the ledger; nothing else is believed.
  init?(
    _ key: RunKey, _ lease: Lease, items: [[UInt8]], said: [[[UInt8]]], parts: [[Bytes32]],
    input: Bytes32, until: Time, for judge: Address, network: Bytes32
  ) {
    guard let spec = try? TasksSpec(bytes: lease.spec), said.count == parts.count else {
      return nil
    }
    let width = parts.map(\.count).max() ?? 0
    var pieces: [Piece] = []
    var shown = [Bool](repeating: false, count: parts.count * width)
    for (seat, hashes) in parts.enumerated() {
      for (item, hash) in hashes.enumerated() where hash != .zero {
        guard item < said[seat].count, SHA256.hash(said[seat][item]) == hash else { return nil }
        shown[seat * width + item] = true
        pieces.append(Piece(seat: seat + 1, item: item + 1, body: said[seat][item]))
      }
    }
    (run, check, self.spec, self.items) = (key.id, lease.check, spec, items)
    (self.pieces, self.until, self.shown, units) = (pieces, until, shown, lease.units)
    digest = SHA256.hash { hash in
      hash.update(network)
      hash.update(judge)
      hash.update(key.id.digest)
      hash.update(SHA256.hash(lease.spec))
      hash.update(input)
      for seat in parts { for part in seat { hash.update(part) } }
    }
  }

  /// The sheet that says these points, a whole one of 1 to 10 for each piece.
  public func sheet(of points: [UInt64]) throws(ScoringTrouble) -> [UInt8] {
    guard points.count == pieces.count else {
      throw ScoringTrouble(
        .badScores, "\(points.count) scores were given for \(pieces.count) pieces")
    }
    if let bad = points.firstIndex(where: { !(1...10).contains($0) }) {
      throw ScoringTrouble(.badScores, "score \(bad + 1) is \(points[bad]), and not 1 to 10")
    }
    var next = points.makeIterator()
    return shown.map { $0 ? UInt8(next.next() ?? 0) : 0 }
  }

  /// Whether a sheet has a point for each piece, and none elsewhere.
  func fits(_ sheet: [UInt8]) -> Bool {
    sheet.count == shown.count
      && zip(sheet, shown).allSatisfy { $1 ? (1...10).contains($0) : $0 == 0 }
  }
}
