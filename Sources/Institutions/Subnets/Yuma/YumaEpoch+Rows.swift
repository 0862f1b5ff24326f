// Which rows of an epoch are kept as lines of a matrix, when it is read and when it is stored.

import Primitives

extension YumaEpoch {
  /// Room for the dense rows of weights and bonds, all in one piece.
  static func lines(
    for input: YumaInput, _ members: [Int], _ permits: [Bool], _ rule: LineRule
  ) -> ShareLines? {
    var count = 0
    for uid in members {
      let (weights, bonds) = (input.weights[uid].count, input.bonds[uid].count)
      if permits[uid], rule.keeps(weights) { count += 1 }
      if rule.keeps(bonds) { count += 1 }
    }
    return count > 0 ? ShareLines(rule, lines: count) : nil
  }

  /// The lines of the matrix that is stored, −1 for a row that has none; the rows that are
  /// stored as lists; and where both go. Without a rule all are.
  static func stored(
    _ input: YumaInput, _ members: [Int], _ permits: [Bool], _ rule: LineRule?
  ) -> (lines: [Int], lists: [Int], bonds: YumaBonds) {
    var lines = [Int](repeating: -1, count: members.count)
    var lists: [Int] = []
    var dense: [Int] = []
    var bonds = YumaBonds(members: input.count)
    for (row, uid) in members.enumerated() where permits[uid] {
      let (weights, old) = (input.weights[uid].count, input.bonds[uid].count)
      if let rule, rule.keeps(weights + old) {
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
