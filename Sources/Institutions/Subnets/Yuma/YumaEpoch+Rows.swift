// Which rows of an epoch are kept as lines of a matrix, when it is read and when it is stored.

import Primitives

extension YumaEpoch {
  /// Room for the dense rows of weights and bonds, all in one piece.
  static func lines(
    for input: YumaInput, _ members: [Int], _ permits: [Bool]
  ) -> ShareLines? {
    let n = input.count
    var count = 0
    for uid in members {
      if permits[uid], ShareLines.keeps(input.weights[uid].count, of: n) { count += 1 }
      if ShareLines.keeps(input.bonds[uid].count, of: n) { count += 1 }
    }
    return count > 0 ? ShareLines(members: n, lines: count) : nil
  }

  /// The lines of the matrix that is stored, −1 for a row that has none; the rows that are
  /// stored as lists; and where both go.
  static func stored(
    _ input: YumaInput, _ members: [Int], _ permits: [Bool], inLines: Bool
  ) -> (lines: [Int], lists: [Int], bonds: YumaBonds) {
    var lines = [Int](repeating: -1, count: members.count)
    var lists: [Int] = []
    var dense: [Int] = []
    var bonds = YumaBonds(members: input.count)
    for (row, uid) in members.enumerated() where permits[uid] {
      let (weights, old) = (input.weights[uid].count, input.bonds[uid].count)
      if inLines, ShareLines.keeps(weights + old, of: input.count) {
        lines[row] = dense.count
        dense.append(uid)
      } else {
        lists.append(row)
        bonds.reserve(max(weights, old), for: uid)
      }
    }
    if !dense.isEmpty { bonds.lineUp(dense) }
    return (lines, lists, bonds)
  }
}
