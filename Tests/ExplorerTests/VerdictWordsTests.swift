// What pages say of a verdict: true also where a court or a jury has spoken.

import Archive
import Chain
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct VerdictWordsTests {
  private static func verdict(_ outcome: Outcome, _ fates: [Fate]) -> Verdict {
    Verdict(outcome, seats: fates.map { SeatVerdict(provider: Address(), fate: $0) })
  }

  /// Groups of kinds have words of their own; one that is forgotten there says that it is unknown.
  @Test(arguments: MessageKind.allCases)
  func everyMessageIsSaid(kind: MessageKind) {
    #expect(MessageWords.text(kind) != MessageWords.text(nil))
  }

  @Test func aMajorityThatFellIsNotSaidToHaveLostNothing() {
    let fell = Self.verdict(.noMajority, [.fallen, .fallen, .undecided])
    #expect(fell.sentence.contains("shown to be wrong in court"))
    #expect(!fell.sentence.contains("loses anything"))
    let split = Self.verdict(.noMajority, [.undecided, .undecided, .undecided])
    #expect(split.sentence == Outcome.noMajority.sentence)
  }

  @Test func aJuryPaysForWhatAnswersTold() {
    let judged = Self.verdict(.judged, [.paid, .rejected, .absent])
    #expect(judged.reason(of: .paid).contains("for what its answers told"))
    #expect(judged.reason(of: .absent) == "it gave no answer: its bond is lost")
    let majority = Self.verdict(.majority, [.paid, .absent])
    #expect(majority.reason(of: .paid) == Fate.paid.reason)
    #expect(majority.reason(of: .absent) == Fate.absent.reason)
  }

  /// What burns is named by what it was, not as what rounding left.
  @Test(arguments: [
    (Outcome.judged, [Fate.paid, .rejected], "what the answers did not earn"),
    (.goldWithheld, [.paid, .paid], "pledge"),
    (.tooFew, [.undecided, .silent], "nothing could be held against"),
    (.tooFew, [.absent, .silent], "nobody could answer"),
  ])
  func whatAJuryBurnsHasAName(_ outcome: Outcome, _ fates: [Fate], _ words: String) throws {
    var run = SettledRun()
    run.verdict = Self.verdict(outcome, fates)
    run.fee = 50
    run.prices = [100, 100]
    run.stakes = [10, 10]
    run.payouts = [0, 60, 60].map { Payout(to: Address(), Amount($0)) }
    var treasury = Payout(to: Address(), Amount(150))
    treasury.kind = 2
    run.payouts.append(treasury)
    let line = try #require(RunMoney(run).lines.first { $0.role == "treasury" })
    #expect(line.why.contains(words), "\(line.why)")
    #expect(!line.why.contains("what rounding left"))
  }

  @Test func aBrokenLeaseWithNothingLeftToStartIsServed() {
    var road = Road()
    road.ending = "leaseBroken"
    road.runs = 1
    road.settled = 1
    #expect(EndingWords.sentence(of: road) == "Every run is settled; a seat lost its bond.")
    road.runs = 3
    #expect(EndingWords.sentence(of: road).contains("no further run was started"))
  }

  @Test func lettersThatAreDrawnAsNothingAreShown() {
    for code: UInt32 in [0x3164, 0x115f, 0x2800, 0xfe0f, 0x34f] {
      let scalar = Unicode.Scalar(code)
      #expect(scalar.map(Escape.isUnseen) == true, "\(code)")
    }
    #expect(!Escape.isUnseen("é") && !Escape.isUnseen("の"))
  }
}
