// Whose stake counts in an epoch, whose rows are read, and who may judge after it.

import Arithmetic
import Primitives

extension YumaEpoch {
  /// Stakes below the threshold count nothing; the rest is a share of the whole.
  static func stake(_ input: YumaInput) -> [Fixed32] {
    var stakes = input.stakes
    for uid in stakes.indices where uid != input.owner {
      if stakes[uid].raw >> 64 < Int128(input.stakeThreshold) { stakes[uid] = .zero }
    }
    let sum = stakes.reduce(.zero, +)
    guard sum != .zero else { return stakes.map { _ in .zero } }
    return stakes.map { Fixed32(raw: Int64(truncatingIfNeeded: ($0 / sum).raw >> 32)) }
  }

  /// The members with the largest stakes, never one without; of equals the higher uid stays
  /// (`is_topk_nonzero`). The owner always may.
  static func permits(_ stake: [Fixed32], _ input: YumaInput) -> [Bool] {
    let order = stake.indices.sorted {
      stake[$0] == stake[$1] ? $0 < $1 : stake[$0] < stake[$1]
    }
    var permits = [Bool](repeating: false, count: stake.count)
    for uid in order.suffix(max(0, input.maxValidators)) where stake[uid] > .zero {
      permits[uid] = true
    }
    if let owner = input.owner { permits[owner] = true }
    return permits
  }

  /// The members whose rows count for anything.
  static func members(_ input: YumaInput, _ permits: [Bool]) -> [Int] {
    input.weights.withUnsafeBufferPointer { weights in
      input.bonds.withUnsafeBufferPointer { bonds in
        bonds.indices.filter { (permits[$0] && !weights[$0].isEmpty) || !bonds[$0].isEmpty }
      }
    }
  }

  /// Weights that count: of those with a permit, not for oneself, and not for somebody who took
  /// over a uid after the weight was set or sealed (UID sniping).
  static func weights(
    _ input: YumaInput, of members: [Int], _ permits: [Bool], _ lines: inout ShareLines?
  ) throws(Refusal) -> YumaRows {
    var rows = YumaRows(over: input.registeredAt)
    for (place, row) in members.enumerated() {
      guard permits[row] else {
        rows.appendEmpty()
        continue
      }
      var bound = input.lastUpdate[row]
      if !input.oldestCommit.isEmpty, let sealed = input.oldestCommit[row] {
        bound = min(bound, sealed == .max ? .max : sealed + 1)
      }
      // After the last weights come the first bonds.
      let next =
        place + 1 < members.count ? input.weights[members[place + 1]] : input.bonds[members[0]]
      try rows.append(
        input.weights[row], before: next, registeredBefore: bound,
        without: row == input.owner ? nil : row, &lines)
    }
    return rows
  }

  /// Bonds that count: not those to a uid that was taken over since the last epoch.
  static func bonds(
    _ input: YumaInput, of members: [Int], _ lines: inout ShareLines?
  ) throws(Refusal) -> YumaRows {
    let last =
      input.lastStepBlock > 0
      ? (input.lastStepBlock == .max ? .max : input.lastStepBlock + 1)
      : input.currentBlock - min(input.currentBlock, input.tempo)
    var rows = YumaRows(over: input.registeredAt)
    for (place, row) in members.enumerated() {
      let next = input.bonds[members[min(place + 1, members.count - 1)]]
      try rows.append(
        input.bonds[row], before: next, registeredBefore: last, without: nil, &lines)
    }
    return rows
  }
}
