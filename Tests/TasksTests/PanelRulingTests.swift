// What scores come to: consensus, gold, lone and lazy judges, and nothing a minority can bend.

import Kernel
import Primitives
import Tasks
import Testing

@testable import Market

@Suite struct PanelRulingTests {
  static func hash(_ text: String) -> Bytes32 {
    text.isEmpty ? .zero : SHA256.hash(Array(text.utf8))
  }

  /// Three seats that answer four items, each in its own words.
  static let answers = (0..<3).map { seat in (0..<4).map { hash("\(seat) \($0)") } }
  static let honest: [UInt8] = [9, 8, 9, 10, 5, 6, 4, 5, 1, 2, 1, 1]

  static func rule(
    _ sheets: [[UInt8]], gold: [Bytes32] = [], by rule: PanelRule = .median,
    answers: [[Bytes32]] = Self.answers
  ) -> PanelRuling {
    PanelRuling(answers: answers, gold: gold, sheets: sheets, rule: rule)
  }

  @Test func theMedianIsWhatStands() {
    let ruling = Self.rule([Self.honest, Self.honest, [UInt8](repeating: 10, count: 12)])
    #expect(ruling.stands[4] == 4 * 1_000_000 / 9)
    #expect(ruling.seats[0] > ruling.seats[1] && ruling.seats[1] > ruling.seats[2])
    #expect(ruling.judges[0].share == 1_000_000 && ruling.judges[1].share == 1_000_000)
    // Who always says the same agrees with nobody beyond chance.
    #expect(ruling.judges[2].skill == 0 && ruling.judges[2].share == 0)
    #expect(!ruling.judges[2].isFalse)
  }

  /// One judge of three moves no part beyond what the two others say of it.
  @Test func aMinorityBendsNothing() {
    let plain = Self.rule([Self.honest, Self.honest, Self.honest])
    for lie in [[UInt8](repeating: 1, count: 12), [UInt8](repeating: 10, count: 12)] {
      #expect(Self.rule([Self.honest, lie, Self.honest]).stands == plain.stands)
    }
    // The clip cuts who is too kind, and lets who is too strict pull down by its weight.
    let tens = [UInt8](repeating: 10, count: 12)
    let kind = Self.rule([Self.honest, tens, Self.honest], by: .clipped)
    #expect(kind.stands == Self.rule([Self.honest, Self.honest, Self.honest], by: .clipped).stands)
    let ones = [UInt8](repeating: 1, count: 12)
    let strict = Self.rule([Self.honest, ones, Self.honest], by: .clipped)
    #expect((strict.stands[0] ?? 0) < (plain.stands[0] ?? 0))
    #expect((strict.stands[0] ?? 0) >= (plain.stands[0] ?? 0) * 2 / 3)
  }

  @Test func aSilentJudgeCountsNothing() {
    let ruling = Self.rule([Self.honest, [], Self.honest])
    #expect(ruling.stands == Self.rule([Self.honest, Self.honest]).stands)
    #expect(ruling.judges[1] == PanelRuling.Judge())
  }

  /// Where all answers are as good, nobody can be told from who did not look: at most half.
  @Test func answersThatHardlyDifferMeasureNobody() {
    let alike = [UInt8](repeating: 9, count: 12)
    let ruling = Self.rule([alike, alike, [UInt8](repeating: 5, count: 12)])
    #expect(ruling.judges[0].skill == nil && ruling.judges[0].share == 500_000)
    #expect(ruling.judges[2].share == 0)
  }

  /// Two of three vouch for junk; the buyer's gold knows better, and pays who alone saw it.
  @Test func goldOutweighsTheCrowd() {
    let known = [Self.hash("house"), Self.hash("tree"), Self.hash("well"), .zero]
    let answers = [
      known.dropLast() + [Self.hash("free")], (0..<4).map { Self.hash("junk \($0)") },
    ].map { Array($0) }
    let right: [UInt8] = [10, 10, 9, 8, 1, 1, 2, 1]
    let lie: [UInt8] = [1, 1, 1, 1, 10, 10, 10, 10]
    let ruling = Self.rule([right, lie, lie], gold: known, answers: answers)
    #expect(ruling.golden == 6 && ruling.disowned == 3)
    #expect(ruling.judges[0].share == 1_000_000)
    #expect(ruling.judges[1].share == 0 && ruling.judges[2].share == 0)
    // Beside each other the liars agree: gold alone takes no bond.
    #expect(!ruling.judges[1].isFalse)
    #expect(ruling.seats[0] >= 900_000 && ruling.seats[1] == 0)
    // One liar beside two honest ones has gold and the others against it.
    let alone = Self.rule([right, right, lie], gold: known, answers: answers)
    #expect(alone.judges[2].isFalse && alone.judges[2].share == 0)
    #expect(alone.disowned == 0)
    // Without gold the liars are the majority, and that is said.
    let blind = Self.rule([right, lie, lie], answers: answers)
    #expect(blind.judges[0].share == 0 && blind.judges[1].share == 1_000_000)
  }

  /// A buyer that lies about its gold takes no judge's bond, and its pledge burns.
  @Test func falseGoldCondemnsNobodyByItself() {
    let gold = (0..<4).map { Self.hash("never said \($0)") }
    let kind = [UInt8](repeating: 9, count: 8) + [7, 8, 7, 8]
    let ruling = Self.rule([kind, kind, kind], gold: gold)
    #expect(ruling.golden == 12 && ruling.disowned == 12)
    #expect(ruling.judges.allSatisfy { !$0.isFalse && $0.share == 0 })
  }

  @Test func aBondFallsOnlyByAllVotes() {
    let junk = [UInt8](repeating: 1, count: 12)
    let all = Self.rule([junk, junk, junk])
    #expect(all.worth(of: 0, par: 600_000, takesBonds: true) == (.differs, 0))
    #expect(all.worth(of: 0, par: 600_000, takesBonds: false) == (.undecided, 0))
    var saved = junk
    saved[3] = 2
    let one = Self.rule([junk, saved, junk])
    #expect(one.worth(of: 0, par: 600_000, takesBonds: true) == (.undecided, 0))
    #expect(one.worth(of: 1, par: 600_000, takesBonds: true) == (.differs, 0))
  }

  @Test func whatWasNotAnsweredIsNotScored() {
    var answers = Self.answers
    answers[1] = []
    answers[2][3] = .zero
    var sheet = Self.honest
    #expect(!PanelRuling.isSheet(sheet, of: answers))
    for place in [4, 5, 6, 7, 11] { sheet[place] = 0 }
    #expect(PanelRuling.isSheet(sheet, of: answers))
    #expect(!PanelRuling.isSheet(Array(sheet.dropLast()), of: answers))
    sheet[0] = 11
    #expect(!PanelRuling.isSheet(sheet, of: answers))
    sheet[0] = 9
    let ruling = Self.rule([sheet, sheet, sheet], answers: answers)
    #expect(ruling.seats[1] == 0 && ruling.stands[11] == nil)
    // An empty piece counts as nothing in the seat's mean.
    #expect(ruling.seats[2] == (1 * 1_000_000 / 9) / 4)
  }

  @Test func orderOfJudgesChangesNothing() {
    var chance = SystemlessChance(7)
    for _ in 0..<50 {
      let sheets = (0..<5).map { _ in (0..<12).map { _ in UInt8(1 + chance.next(10)) } }
      let turned = Array(sheets[2...] + sheets[..<2])
      let (a, b) = (Self.rule(sheets), Self.rule(turned))
      #expect(a.stands == b.stands)
      #expect(a.judges.map(\.share).sorted() == b.judges.map(\.share).sorted())
    }
  }
}

/// A sequence that is the same on every machine.
struct SystemlessChance {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next(_ below: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % below
  }
}
