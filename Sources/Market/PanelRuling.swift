// What the scores of a panel come to: what each answer is worth, and how well each judge judged.

public import Primitives

/// How the scores of several judges become one.
public enum PanelRule: UInt8, ByteChoice {
  /// The median, weighted by what gold says of the judges.
  case median = 1
  /// The mean of the scores, each cut to the highest that judges with half of the weight support:
  /// the clip of Yuma (Bittensor, subtensor `epoch.rs`, 2021). One judge can still pull down.
  case clipped = 2

  /// The rule that an order names.
  public init(number: UInt64) throws(Refusal) {
    let last = UInt64(PanelRule.clipped.rawValue)
    guard let rule = UInt8(exactly: number).flatMap(PanelRule.init(rawValue:)) else {
      throw Refusal(
        "outOfRange", [Number("rule", number), Number("least", 1), Number("most", last)])
    }
    self = rule
  }
}

/// A ruling is a pure function of what was opened, so that whoever has the receipt comes to the
/// same. All numbers are parts per million of the scale from 1 point to 10.
///
/// What stands of a part is the buyer's gold where there is any, else the judges' consensus, in
/// which gold weighs them. A judge is held against what stands by linearly weighted agreement
/// beyond chance (Cohen, "Weighted kappa", 1968), so that who always says the same agrees with
/// nobody.
public struct PanelRuling: Hashable, Sendable {
  /// What is found of a judge.
  public struct Judge: Hashable, Sendable {
    /// How far it is from what stands, in the mean.
    public var error: UInt64 = 0
    /// Agreement beyond chance, never below zero; nil where the answers differ too little to tell.
    public var skill: UInt64?
    /// The most that gold leaves of its purse; everything without gold.
    public var cap: UInt64 = million
    /// Of its purse.
    public var share: UInt64 = 0
    /// Gold and the other judges both say that it did not judge.
    public var isFalse = false
  }

  /// Below this mean distance between two parts, nobody can be measured by them.
  public static let leastSpread: UInt64 = 80_000
  /// Agreement beyond chance from which a judge has its whole purse.
  public static let fullSkill: UInt64 = 500_000
  /// Where nobody can be measured: who is as far off as this has nothing, nobody more than half.
  public static let farthest: UInt64 = 300_000
  /// From this mean distance to gold on, a judge knows nothing; from `goldFree` up it may be full.
  static let goldBlind: UInt64 = 500_000
  static let goldFree: UInt64 = 200_000
  /// From this mean distance to gold on, nobody has judged who the others disown, too.
  static let goldFalse: UInt64 = 400_000
  /// What gold leaves of the weight of a judge that it disowns.
  static let leastWeight: UInt64 = 31_250
  /// Fewer parts of gold condemn nobody.
  static let leastGold = 4

  /// What stands of each part, seat after seat; nil where a seat said nothing.
  public let stands: [UInt64?]
  /// What gold says of each part; nil where it says nothing.
  public let known: [UInt64?]
  /// The score of each seat.
  public let seats: [UInt64]
  /// In the order of the sheets; blank of a judge who opened none.
  public let judges: [Judge]
  /// Parts of which gold speaks, and of those, how many it condemns against the judges.
  public let golden: Int
  public let disowned: Int
  private let items: Int
  private let lowest: [Bool]

  /// - Parameters:
  ///   - answers: by seat the hash of each part, zero of an empty one; none of a silent seat.
  ///   - gold: the hash of the one right answer to each item, zero where there is none.
  ///   - sheets: by judge; empty of a silent one.
  public init(answers: [[Bytes32]], gold: [Bytes32], sheets: [[UInt8]], rule: PanelRule) {
    let items = answers.map(\.count).max() ?? 0
    var known = [UInt64?](repeating: nil, count: answers.count * items)
    var shown: [Int] = []
    for (seat, parts) in answers.enumerated() {
      for (item, part) in parts.enumerated() where part != .zero {
        shown.append(seat * items + item)
        guard item < gold.count, gold[item] != .zero else { continue }
        known[seat * items + item] = part == gold[item] ? million : 0
      }
    }
    let count = Scores(sheets, shown, known, rule)
    var stands = [UInt64?](repeating: nil, count: known.count)
    for place in shown { stands[place] = known[place] ?? count.consensus(of: place) }
    (self.items, self.known, self.stands) = (items, known, stands)
    seats = answers.indices.map { seat in
      let sum = stands[(seat * items)..<((seat + 1) * items)].reduce(0) { $0 + ($1 ?? 0) }
      return items == 0 ? 0 : sum / UInt64(items)
    }
    judges = count.judges
    golden = shown.count { known[$0] != nil }
    disowned = shown.count { known[$0] == 0 && count.crowd(at: $0) >= PanelCheck.usualPar }
    lowest = answers.indices.map { seat in
      let own = shown.filter { $0 / max(1, items) == seat }
      return count.isLowest(own) && !own.contains { known[$0] == million }
    }
  }

  /// What a seat that answered is paid, and whether its bond is lost: only where every judge gave
  /// every part the lowest point and no gold speaks for it, so that one honest judge saves it.
  public func worth(
    of seat: Int, par: UInt64, takesBonds: Bool
  ) -> (fate: Fate, share: UInt64) {
    let share = min(million, seats[seat] * million / max(1, par))
    if share > 0 { return (.paid, share) }
    return (takesBonds && lowest[seat] ? .differs : .undecided, 0)
  }

  /// One point of 1 to 10 for every part that was answered, and zero for what was not.
  public static func isSheet(_ sheet: [UInt8], of answers: [[Bytes32]]) -> Bool {
    let items = answers.map(\.count).max() ?? 0
    guard sheet.count == answers.count * items else { return false }
    for (seat, parts) in answers.enumerated() {
      for item in 0..<items {
        let isShown = item < parts.count && parts[item] != .zero
        let points = sheet[seat * items + item]
        guard isShown ? (1...10).contains(points) : points == 0 else { return false }
      }
    }
    return true
  }
}

/// The sheets of those who opened one, with their weights.
private struct Scores {
  private let sheets: [[UInt8]]
  private let heard: [Int]
  private let shown: [Int]
  private let known: [UInt64?]
  private let rule: PanelRule
  private let caps: [UInt64]
  private let weights: [UInt64]
  private let goldErrors: [UInt64]
  private let golden: [Int]

  init(_ sheets: [[UInt8]], _ shown: [Int], _ known: [UInt64?], _ rule: PanelRule) {
    (self.sheets, self.shown, self.known, self.rule) = (sheets, shown, known, rule)
    let heard = sheets.indices.filter { !sheets[$0].isEmpty }
    let golden = shown.filter { known[$0] != nil }
    var errors = [UInt64](repeating: 0, count: sheets.count)
    var caps = [UInt64](repeating: million, count: sheets.count)
    if !golden.isEmpty {
      for judge in heard {
        let sum = golden.reduce(UInt64(0)) {
          $0 + distance(Scores.value(sheets[judge][$1]), known[$1] ?? 0)
        }
        errors[judge] = sum / UInt64(golden.count)
        // Two parts that it judged rightly are given to everybody.
        let error = sum / UInt64(golden.count + 2)
        let room = PanelRuling.goldBlind - min(PanelRuling.goldBlind, error)
        caps[judge] = min(
          million, room * million / (PanelRuling.goldBlind - PanelRuling.goldFree))
      }
    }
    (self.heard, self.golden, self.caps, goldErrors) = (heard, golden, caps, errors)
    weights = caps.map { max($0, PanelRuling.leastWeight) }
  }

  static func value(_ points: UInt8) -> UInt64 { UInt64(max(1, points) - 1) * million / 9 }

  func consensus(of place: Int) -> UInt64 {
    consensus(heard.map { (Scores.value(sheets[$0][place]), weights[$0]) })
  }

  /// The same, with every judge as good as the other: what they say without gold.
  func crowd(at place: Int, without judge: Int? = nil) -> UInt64 {
    consensus(heard.filter { $0 != judge }.map { (Scores.value(sheets[$0][place]), 1) })
  }

  func isLowest(_ places: [Int]) -> Bool {
    heard.count > 1 && heard.allSatisfy { judge in places.allSatisfy { sheets[judge][$0] == 1 } }
  }

  private func consensus(_ votes: [(value: UInt64, weight: UInt64)]) -> UInt64 {
    let all = votes.reduce(0) { $0 + $1.weight }
    guard all > 0 else { return 0 }
    let isMedian = rule == .median
    let sorted = votes.sorted { isMedian ? $0.value < $1.value : $0.value > $1.value }
    var reached: UInt64 = 0
    var middle: UInt64 = 0
    for (place, vote) in sorted.enumerated() {
      reached += vote.weight
      middle = vote.value
      guard reached * 2 >= all else { continue }
      // Between two halves stands the mean of both, so that neither side is favoured.
      if isMedian, reached * 2 == all, place + 1 < sorted.count {
        middle = (middle + sorted[place + 1].value) / 2
      }
      break
    }
    if isMedian { return middle }
    return votes.reduce(0) { $0 + min($1.value, middle) * $1.weight } / all
  }

  var judges: [PanelRuling.Judge] {
    let stands = shown.map { known[$0] ?? consensus(of: $0) }
    return sheets.indices.map { judge in
      guard !sheets[judge].isEmpty, !shown.isEmpty else { return PanelRuling.Judge() }
      return measured(judge, by: stands)
    }
  }

  private func measured(_ judge: Int, by stands: [UInt64]) -> PanelRuling.Judge {
    let own = shown.map { Scores.value(sheets[judge][$0]) }
    var found = PanelRuling.Judge()
    found.cap = caps[judge]
    found.error = error(of: own, against: stands)
    found.skill = skill(of: own, against: stands)
    if let skill = found.skill {
      found.share = min(found.cap, min(million, skill * million / PanelRuling.fullSkill))
    } else {
      let near = PanelRuling.farthest - min(PanelRuling.farthest, found.error)
      found.share = min(found.cap, near * (million / 2) / PanelRuling.farthest)
    }
    guard golden.count >= PanelRuling.leastGold, goldErrors[judge] >= PanelRuling.goldFalse else {
      return found
    }
    // Gold is the buyer's word: a bond falls only where the others, left to themselves, agree.
    found.isFalse = skill(of: own, against: shown.map { crowd(at: $0, without: judge) }) == 0
    return found
  }

  private func error(of own: [UInt64], against others: [UInt64]) -> UInt64 {
    zip(own, others).reduce(0) { $0 + distance($1.0, $1.1) } / UInt64(own.count)
  }

  /// Agreement beyond chance, never below zero; nil where the others hardly differ.
  private func skill(of own: [UInt64], against others: [UInt64]) -> UInt64? {
    guard mean(of: others, against: others) >= PanelRuling.leastSpread else { return nil }
    let chance = mean(of: own, against: others)
    return (chance - min(chance, error(of: own, against: others))) * million / max(1, chance)
  }

  /// How far two are apart that are picked at random, one of each list.
  private func mean(of own: [UInt64], against others: [UInt64]) -> UInt64 {
    var sum: UInt64 = 0
    for one in own { for other in others { sum += distance(one, other) } }
    return sum / UInt64(own.count * others.count)
  }
}

private func distance(_ l: UInt64, _ r: UInt64) -> UInt64 { l > r ? l - r : r - l }
