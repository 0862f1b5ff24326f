// Whether a receipt's verdict and payouts follow from the answers, scores and gold that it holds.

import Kernel
import Market
import Primitives
import Tasks

extension ReceiptCheck {
  var isPanel: Bool { settled.check.kind == PanelCheck.name }

  /// What stands behind the bids: the scores that judges opened, each its judge's own and for this
  /// run. That these judges were drawn is the operator's word, as the payouts name them.
  func scores() throws(Refusal) -> [(judge: Address, sheet: [UInt8])] {
    var opened: [(judge: Address, sheet: [UInt8])] = []
    for (message, id) in zip(receipt.promises, settled.promises).dropFirst(seatCount) {
      try require(isSigned(message), .evidence, "signature")
      try require(message.id == id, .evidence, "id")
      guard case .openAnswer(let m) = message.message else { throw .broken(.evidence, "kind") }
      try require(m.run == RunKey(settled.lease, settled.index), .evidence, "run")
      let isKnown = opened.contains { $0.judge == m.head.from }
      try require(!isKnown && !isParty(m.head.from), .evidence, "judge")
      opened.append((m.head.from, m.answer))
    }
    return opened
  }

  private var seatCount: Int { settled.verdict.seats.count }

  private func isParty(_ account: Address) -> Bool {
    account == settled.buyer || settled.verdict.seats.contains { $0.provider == account }
  }

  /// Counts the panel's scores again, as the ledger did, and compares fates and money.
  func panel() throws(Refusal) {
    let outcome = settled.verdict.outcome
    let numbers = settled.check.own.numbers.map(\.value)
    try require(numbers.count == PanelCheck.numbers.count, .order, "check")
    guard case .placeOrder(let order) = receipt.order.message,
      order.request.work == TasksWork.name
    else { throw .broken(.evidence, "work") }
    let isGold = receipt.evidence.contains { $0.message.kind == .openGold }
    try require(!isGold || (outcome == .judged && numbers[5] > 0), .evidence, "kind")
    guard outcome != .inputWithheld else { return }
    let opened = try scores()
    try require(UInt64(opened.count) <= numbers[1], .evidence, "judges")
    try require(settled.payouts.count >= seatCount + 2, .settlement, "payouts")
    let bench = settled.payouts[(seatCount + 1)..<(settled.payouts.count - 1)]
    try require(UInt64(bench.count) <= numbers[1], .settlement, "judges")
    let names = bench.map(\.account)
    for (judge, _) in opened { try require(names.contains(judge), .evidence, "judge") }
    let isQuorum = UInt64(opened.count) * 2 > numbers[1]
    try require(!outcome.isJudged || isQuorum, .verdict, "judges")
    try require(outcome != .unjudged || !isQuorum, .verdict, "judges")
    var found: PanelRuling?
    if outcome.isJudged {
      let gold = try gold(numbers[5], order.request)
      let wanted: Outcome = numbers[5] > 0 && gold.isEmpty ? .goldWithheld : .judged
      try require(outcome == wanted, .verdict, "gold")
      found = try ruling(opened, on: names, gold, numbers, order.request)
    }
    // Without judges everybody is paid, with silent ones nobody.
    let isUndrawn = outcome == .unjudged && bench.isEmpty
    for seat in settled.verdict.seats where outcome == .unjudged {
      let isAnswered = seat.evidence != EvidenceID()
      try require((seat.fate == .paid) == (isAnswered && isUndrawn), .verdict, "fate")
    }
    var shares = settled.verdict.seats.map { _ in outcome.isGood || isUndrawn ? million : 0 }
    if let found {
      for (place, seat) in settled.verdict.seats.enumerated() where seat.evidence != EvidenceID() {
        let worth = found.worth(of: place, par: numbers[4], takesBonds: outcome == .judged)
        try require(seat.fate == worth.fate, .verdict, "fate")
        shares[place] = worth.share
      }
    }
    do throws(Refusal) { try money(shares, found, bench, numbers) } catch {
      throw error.station == nil ? .broken(.settlement, "sum") : error
    }
  }

  private func ruling(
    _ opened: [(judge: Address, sheet: [UInt8])], on bench: [Address], _ gold: [Bytes32],
    _ numbers: [UInt64], _ request: Request
  ) throws(Refusal) -> PanelRuling {
    var answers: [[Bytes32]] = []
    var shown = receipt.evidence.makeIterator()
    for seat in settled.verdict.seats {
      guard seat.evidence != EvidenceID() else {
        answers.append([])
        continue
      }
      guard case .openAnswer(let m)? = shown.next()?.message,
        let parts = try? TasksWork.parts(of: m.answer, to: request.spec)
      else { throw .broken(.evidence, "answer") }
      answers.append(parts)
    }
    for (_, sheet) in opened {
      try require(PanelRuling.isSheet(sheet, of: answers), .evidence, "sheet")
    }
    let sheets = bench.map { name in opened.first { $0.judge == name }?.sheet ?? [] }
    let rule: PanelRule
    do throws(Refusal) { rule = try PanelRule(number: numbers[3]) } catch {
      throw .broken(.order, error.code)
    }
    return PanelRuling(answers: answers, gold: gold, sheets: sheets, rule: rule)
  }

  private func gold(_ golden: UInt64, _ request: Request) throws(Refusal) -> [Bytes32] {
    guard let message = receipt.evidence.last, case .openGold(let m) = message.message else {
      return []
    }
    try require(isBuyers(message) && m.head.from == settled.buyer, .evidence, "gold")
    try require(m.run == RunKey(settled.lease, settled.index), .evidence, "run")
    do throws(Refusal) {
      try TasksWork.admit(GoldOpening(m, of: request.runs, items: golden), to: request.spec)
      return try TasksWork.parts(of: m.gold, to: request.spec)
    } catch { throw .broken(.evidence, "gold") }
  }

  /// Each seat and judge has what it earned, less at most the greatest take that terms allow; the
  /// buyer has exactly what comes back to it.
  private func money(
    _ shares: [UInt64], _ ruling: PanelRuling?, _ bench: ArraySlice<Payout>, _ numbers: [UInt64]
  ) throws(Refusal) {
    let (outcome, seats) = (settled.verdict.outcome, settled.verdict.seats)
    let isAnswered = !settled.verdict.isUnanswered
    let fee = Amount(numbers[5] > 0 ? settled.prices.max() ?? 0 : 0)
    try require(settled.fee == fee.units, .settlement, "fee")
    var lost = isAnswered ? Amount.zero : fee
    if outcome == .goldWithheld { lost = fee }
    if let ruling, outcome == .judged {
      lost = try Settlement.lostPledge(
        fee, isWithheld: false, disowned: ruling.disowned, of: max(1, ruling.golden))
    }
    var back = try fee.subtracting(lost)
    var purse = Amount.zero
    for (place, seat) in seats.enumerated() {
      let (price, stake) = (Amount(settled.prices[place]), Amount(settled.stakes[place]))
      let isSilent = seat.fate == .silent || seat.fate == .absent
      if isSilent || (outcome == .unjudged && !bench.isEmpty) { back = try back.adding(price) }
      let forJudges = try price.ppmDown(numbers[2])
      if !isSilent { purse = try purse.adding(forJudges) }
      let isKept = isSilent ? !isAnswered : seat.fate != .differs
      var worth = Amount.zero
      if seat.fate == .paid { worth = try price.subtracting(forJudges).ppmDown(shares[place]) }
      try require(
        worth, beside: isKept ? stake : .zero, is: settled.payouts[place + 1].amount)
    }
    try require(settled.payouts[0].amount == back, .settlement, "buyer")
    let own = Amount(purse.units / max(1, numbers[1]))
    for (place, payout) in bench.enumerated() {
      let share = ruling?.judges[place].share ?? 0
      try require(try own.ppmDown(share), beside: .zero, is: payout.amount)
    }
  }

  private func require(
    _ worth: Amount, beside stake: Amount, is got: Amount
  ) throws(Refusal) {
    let most = try stake.adding(worth)
    let least = try most.subtracting(try worth.ppmUp(ReceiptCheck.greatestTake))
    try require(least <= got && got <= most, .settlement, "worth")
  }
}
