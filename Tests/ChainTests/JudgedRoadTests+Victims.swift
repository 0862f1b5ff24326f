// What a judged run does to those who did nothing wrong, whoever sits beside them.

import Kernel
import Labels
import Primitives
import Reputation
import Testing

@testable import Chain
@testable import Market

extension JudgedRoadTests {
  /// Nobody could answer, or nobody would: no seat loses anything, and the pledge burns.
  @Test(arguments: [nil, Self.gold])
  func itemsThatNobodyAnswersCostTheBuyerAndNoSeat(_ gold: [UInt8]?) throws {
    let receipt = try Self.ended([nil, nil, nil], gold: gold).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.outcome == .tooFew)
    #expect(settled.verdict.seats.allSatisfy { $0.fate == .absent })
    #expect(Self.gains(receipt) == [0, 0, 0])
    #expect(settled.payouts[0].amount.units == settled.prices.reduce(0, +))
    #expect(settled.payouts.last?.amount.units == settled.fee)
    var record = ReputationTables()
    record.conclude(settled)
    #expect(record.record(of: settled.verdict.seats[0].provider).noEvidence == .zero)
  }

  /// The one seat that looked is paid by gold; the two that outvote it are not.
  @Test func theVictimOfTwoColludersHasItsPrice() throws {
    let lie = Self.truth.enumerated().map { UInt8(1 + ($0 * $0 + $0 / 3 + Int($1)) % 3) }
    let receipt = try Self.ended([Self.good(), lie, lie]).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.seats.map(\.fate)[0] == .paid)
    let price = settled.prices[0]
    #expect(Self.gains(receipt)[0] == Int64(price - (price * 2_500 + 999_999) / 1_000_000))
    #expect(Self.gains(receipt)[1] <= 0 && Self.gains(receipt)[2] <= 0)
  }

  /// A batch of cats alone measures nobody.
  @Test func aPureBatchTakesNoBond() throws {
    let receipt = try Self.ended(
      [Self.constant, Self.constant, Self.constant],
      gold: Self.constant.enumerated().map { $0 % 4 == 0 ? $1 : 0 }
    ).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.seats.allSatisfy { $0.fate == .undecided })
    #expect(Self.gains(receipt) == [0, 0, 0])
    #expect(settled.payouts[0].amount.units == settled.fee)
  }

  /// Gold against one of three seats that the others vouch for costs a third of the pledge.
  @Test func thePledgeBurnsByTheSeatsThatGoldAloneDisowns() throws {
    let own = zip(Self.truth, Self.gold).map { $1 == 0 ? $0 : 1 + $0 % 3 }
    let receipt = try Self.ended([Self.good(3), own, Self.good(7)]).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .rejected, .paid])
    let lost = (settled.fee * 333_333 + 999_999) / 1_000_000
    #expect(settled.payouts[0].amount.units == settled.fee - lost)
  }

  /// Gold may come as late as an acceptance; and where it never comes no bond falls.
  @Test func goldHasTheTimeOfAnAcceptance() throws {
    var network = try SampleNetwork.market()
    let answers = [Self.good(3), Self.constant, Self.good(7)]
    let (run, _) = try Self.opened(&network, answers)
    let timer = MarketTimer.run.key(run.lease.digest, run.index)
    // 120 answers weigh as much as seven timers beside their own.
    #expect(network.state.market.weight(of: timer) == 1 + 120 / JudgedCheck.answersPerTimer)
    try network.block(after: 3_000_000)
    _ = try network.say("buyer") { .openGold(Self.openGold(run, Self.gold, $1)) }
    let settled = try #require(network.blocks.last?.results.settled.last)
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .differs, .paid])
    let shut = try Self.ended(answers, opens: false).receipt
    let other = try ReceiptVerifier.verify(shut.bytes)
    #expect(other.settled.verdict.seats.map(\.fate) == [.paid, .undecided, .paid])
    #expect(Self.gains(shut)[1] == 0)
    #expect(other.trust([])[0].hasSuffix("is the operator's word"))
    var record = ReputationTables()
    record.conclude(other.settled)
    #expect(record.record(of: other.settled.buyer).saltWithheld != .zero)
  }

  /// A block takes few messages that may make it judge.
  @Test func anOpeningTakesTheRoomOfItsJudgement() {
    let run = RunKey()
    let open = Message.openAnswer(Self.open(run, "seat", Self.constant, Head()))
    #expect(open.judgingRoom == 40 * 32)
    #expect(Message.openGold(Self.openGold(run, Self.gold, Head())).judgingRoom == 40 * 32)
    #expect(Message.sealAnswer(SealAnswer()).judgingRoom == 0)
  }

  /// An order that keeps rankings takes the room of their rows: 9,321 of them stood in a block, and
  /// that block took five times as long as one of other orders.
  @Test func aRoutedOrderTakesTheRoomOfItsRankings() {
    func room(_ check: CheckTerms) -> UInt64 {
      var order = PlaceOrder()
      order.request.check = check
      return Message.placeOrder(order).judgingRoom
    }
    #expect(room(CheckTerms("open")) == 0)
    #expect(room(CheckTerms("open").routed(to: 7)) == 64 * 32)
    #expect(room(CheckTerms("panel").routed(jury: 7)) == 64 * 32)
    #expect(room(CheckTerms("panel").routed(to: 7, jury: 8)) == 2 * 64 * 32)
  }
}
