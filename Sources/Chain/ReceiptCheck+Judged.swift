// Whether a judged receipt's verdict and payouts follow from the answers and gold that it holds.

import Kernel
import Labels
import Market
import Primitives

extension ReceiptCheck {
  /// Judges the answers again, as the ledger did, and compares fates and money with what it found.
  func judgement() throws(Refusal) {
    if isPanel { return try panel() }
    let outcome = settled.verdict.outcome
    let isGold = receipt.evidence.contains { $0.message.kind == .openGold }
    guard outcome.isJudged || outcome == .tooFew else {
      return try require(!isGold, .evidence, "kind")
    }
    // Gold that was opened ends the run as judged, and in no other way.
    try require(!isGold || outcome == .judged, .evidence, "kind")
    guard case .placeOrder(let order) = receipt.order.message,
      order.request.work == LabelsWork.name
    else { throw .broken(.evidence, "work") }
    let request = order.request
    let numbers = settled.check.own.numbers.map(\.value)
    try require(numbers.count == JudgedCheck.numbers.count, .order, "check")
    let (golden, par) = (numbers[1], numbers[2])
    try require(!isGold || golden > 0, .evidence, "kind")
    let gold = try gold(golden, request)
    let answers = try answers(to: request)
    let opened = answers.count { !$0.isEmpty }
    try require((opened > 1) == (outcome != .tooFew), .verdict, "opened")
    let wanted: Outcome = golden > 0 && gold.isEmpty ? .goldWithheld : .judged
    guard opened > 1 else { return try money([], golden) }
    try require(outcome == wanted, .verdict, "gold")
    let hearing = Hearing(spec: request.spec, answers: answers, gold: gold)
    let scores: [SeatScore]
    do throws(Refusal) { scores = try LabelsWork.judge(hearing) } catch {
      throw .broken(.evidence, error.code)
    }
    let worth = JudgedCheck.worth(scores, par: par, takesBonds: outcome == .judged)
    for (place, seat) in settled.verdict.seats.enumerated() where !answers[place].isEmpty {
      try require(seat.fate == worth[place].fate, .verdict, "fate")
    }
    try money(worth.map(\.share), golden)
  }

  /// The answer of each seat; empty of who opened none.
  private func answers(to request: Request) throws(Refusal) -> [[UInt8]] {
    var answers: [[UInt8]] = []
    var next = 0
    for seat in settled.verdict.seats {
      guard seat.evidence != EvidenceID() else {
        answers.append([])
        continue
      }
      guard next < receipt.evidence.count,
        case .openAnswer(let m) = receipt.evidence[next].message
      else { throw .broken(.evidence, "kind") }
      next += 1
      do throws(Refusal) {
        try LabelsWork.admit(answer: m.answer, to: request.spec)
      } catch {
        throw .broken(.evidence, error.code)
      }
      answers.append(m.answer)
    }
    return answers
  }

  /// What the buyer opened: its own message, and what the order's spec commits to.
  private func gold(_ golden: UInt64, _ request: Request) throws(Refusal) -> [UInt8] {
    guard let message = receipt.evidence.last, case .openGold(let m) = message.message else {
      return []
    }
    try require(isBuyers(message) && m.head.from == settled.buyer, .evidence, "gold")
    try require(m.run == RunKey(settled.lease, settled.index), .evidence, "run")
    let opening = GoldOpening(m, of: request.runs, items: golden)
    do throws(Refusal) { try LabelsWork.admit(opening, to: request.spec) } catch {
      throw .broken(.evidence, "gold")
    }
    return m.gold
  }

  /// Each seat has what its answer is worth, less at most the greatest take that terms allow; the
  /// buyer has exactly what comes back to it.
  private func money(_ shares: [UInt64], _ golden: UInt64) throws(Refusal) {
    let seats = settled.verdict.seats
    let count = seats.count
    try require(
      settled.prices.count == count && settled.stakes.count == count
        && settled.payouts.count > count, .settlement, "payouts")
    let isUnanswered = settled.verdict.isUnanswered
    var back = Amount.zero
    do throws(Refusal) {
      for (place, seat) in seats.enumerated() {
        let (price, stake) = (Amount(settled.prices[place]), Amount(settled.stakes[place]))
        let got = settled.payouts[place + 1].amount
        if seat.fate == .silent || seat.fate == .absent { back = try back.adding(price) }
        let isKept = seat.fate == .undecided || seat.fate == .rejected || isUnanswered
        var least = isKept ? stake : .zero
        var most = least
        if seat.fate == .paid {
          let worth = try price.ppmDown(place < shares.count ? shares[place] : 0)
          most = try stake.adding(worth)
          least = try most.subtracting(try worth.ppmUp(ReceiptCheck.greatestTake))
        }
        try require(least <= got && got <= most, .settlement, "worth")
      }
      let fee = Amount(golden > 0 ? settled.prices.max() ?? 0 : 0)
      try require(settled.fee == fee.units, .settlement, "fee")
      let opened = seats.count { $0.fate != .silent && $0.fate != .absent }
      let lost = try Settlement.lostPledge(
        fee, isWithheld: settled.verdict.outcome == .goldWithheld,
        disowned: seats.count { $0.fate == .rejected }, of: opened)
      back = try back.adding(try fee.subtracting(lost))
    } catch {
      throw error.station == nil ? .broken(.settlement, "sum") : error
    }
    try require(settled.payouts[0].amount == back, .settlement, "buyer")
  }

  /// Of a price, in parts per million: the end of the term's range.
  static var greatestTake: UInt64 {
    Terms.ranges.first { $0.name == "take" }?.most ?? 10_000
  }
}
