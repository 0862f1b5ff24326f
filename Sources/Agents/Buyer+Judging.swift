// Looking at what came: opened, held against its commitment, judged, and booked.

import Chain
import Kernel
import Market
import Primitives

extension Buyer {
  /// Accepts, rejects, or demands the key to what does not open.
  func judge(
    _ purchase: Purchase, _ key: RunKey, _ run: Run, _ id: EvidenceID, _ news: BlockNews
  ) async throws -> Message? {
    guard let shown = try await evidence(id) else { return nil }
    let contentKey = run.postedKey != .zero ? run.postedKey : shown.key
    let opening = await client.open(
      shown.evidence.output, as: .output, key: contentKey, reader: self.key, at: news.time)
    guard case .opened(let output) = opening else {
      return try await complain(purchase, key, run, opening, news)
    }
    guard attempts.begin(.judge(key), at: news.height) else { return nil }
    return try say(judge.judge(want: purchase.want, output: output), of: key, news)
  }

  /// Complains of an output that does not open, and else says nothing.
  func look(
    _ purchase: Purchase, _ key: RunKey, _ run: Run, _ id: EvidenceID, _ news: BlockNews
  ) async throws -> Message? {
    guard let shown = try await evidence(id) else { return nil }
    let contentKey = run.postedKey != .zero ? run.postedKey : shown.key
    let opening = await client.open(
      shown.evidence.output, as: .output, key: contentKey, reader: self.key, at: news.time)
    if case .opened = opening { return nil }
    return try await complain(purchase, key, run, opening, news)
  }

  private func say(
    _ judgement: Judgement, of key: RunKey, _ news: BlockNews
  ) throws -> Message {
    switch judgement {
    case .accept:
      var m = AcceptRun()
      m.head = try head(news)
      m.run = key
      return .acceptRun(m)
    case .reject(let reason):
      var m = RejectRun()
      m.head = try head(news)
      m.run = key
      m.reason = reason
      return .rejectRun(m)
    }
  }

  /// The output does not open: first its key is demanded, then the box that lies is shown.
  private func complain(
    _ purchase: Purchase, _ key: RunKey, _ run: Run, _ opening: Opening, _ news: BlockNews
  ) async throws -> Message? {
    if !run.buyerDemanded {
      guard attempts.begin(.demand(key), at: news.height) else { return nil }
      var m = DemandKey()
      m.head = try head(news)
      m.run = key
      return .demandKey(m)
    }
    guard attempts.begin(.show(key), at: news.height) else { return nil }
    if run.postedKey != .zero, case .lie(let shown) = opening {
      return .showChunk(ShowChunk(try head(news), key, shown))
    }
    // Under a court the buyer's word counts for nothing.
    guard case .open = run.game else { return nil }
    return try say(.reject(.unusable), of: key, news)
  }

  /// What a seat showed, and the content key that it wrapped to the buyer; zero where that opens
  /// nothing.
  private func evidence(
    _ id: EvidenceID
  ) async throws -> (evidence: Evidence, key: Bytes32)? {
    let wrapped: WrappedKey
    let evidence: Evidence
    switch try await client.message(id.digest) {
    case .submitEvidence(let m)?: (evidence, wrapped) = (m.evidence, m.key)
    case .submitProof(let m)?: (evidence, wrapped) = (m.evidence, m.key)
    case .unsealAnswer(let m)?: (evidence, wrapped) = (m.evidence, m.key)
    default: return nil
    }
    guard let outbox else { return nil }
    let key = wrapped.contentKey(
      of: evidence.output, for: key, as: address, network: outbox.network)
    return (evidence, key ?? .zero)
  }

  /// Books a purchase that has ended; one that brought nothing at all is tried again.
  func finish(_ purchase: Purchase, _ news: BlockNews) async throws {
    var result = PurchaseResult(
      want: purchase.want, message: purchase.message, road: purchase.road,
      end: purchase.end ?? "")
    result.most = purchase.most
    result.wanted = purchase.runs
    for index in purchase.over.sorted() {
      guard let lease = purchase.lease,
        let settled = try await client.settled(RunKey(lease, index))
      else {
        touch(purchase.message)
        return
      }
      let share = wants[purchase.want].routingShare
      var run = RunResult(settled: settled, cost: try cost(of: settled, sharing: share))
      run.receipt = try? await client.receipt(settled.key)
      run.output = try await output(of: settled, news)
      if wants[purchase.want].check.hidesInput {
        run.inputSalt = try inputSalt(purchase, settled.key).value
        guard try await check(&run, of: purchase) else { return touch(purchase.message) }
      }
      result.cost = try result.cost.adding(run.cost)
      result.runs.append(run)
    }
    open.removeAll { $0 == purchase.message }
    try budget.settle(reserved: purchase.most, cost: result.cost)
    results.append(result)
    for run in result.runs { refuse(run.settled, isMisled: run.isMisled) }
    if !result.isGood, !stops, !queue.contains(purchase.want) {
      // Of several runs some may have come; those are not bought twice.
      if result.delivered == 0,
        tried[purchase.want, default: 0] < wants[purchase.want].tries ?? tries
      {
        queue.append(purchase.want)
      } else {
        refusals[purchase.want] = .givenUp(tries: tried[purchase.want, default: 0])
      }
    }
  }

  /// Holds what was paid for against the input that it hides. Nothing that was not seen is called
  /// checked; false where it may be seen yet.
  private func check(_ run: inout RunResult, of purchase: Purchase) async throws -> Bool {
    guard let seat = run.settled.verdict.seats.first, seat.fate == .paid else { return true }
    switch try await isAboutOurs(purchase, run.run, seat.evidence) {
    case true?: break
    case false?: run.isMisled = true
    case nil:
      looks[run.run, default: 0] += 1
      guard looks[run.run, default: 0] >= Buyer.mostLooks else { return false }
      run.isUnchecked = true
      run.output = nil
    }
    return true
  }

  /// After so many looks for a proof that a node does not show nothing is waited for any more.
  private static let mostLooks = 5

  /// What a run cost, with the share of the subnet that it was routed to.
  private func cost(
    of settled: SettledRun, sharing share: UInt64
  ) throws(Refusal) -> Amount {
    var paidIn = try settled.earned().ppmDown(share)
    for price in settled.prices { paidIn = try paidIn.adding(Amount(price)) }
    paidIn = try paidIn.adding(Amount(settled.fee))
    guard let back = settled.payouts.first?.amount else { return paidIn }
    return try paidIn.subtracting(back)
  }

  /// Opens the answer that was paid for; of a majority, any one of its blobs will do.
  private func output(of settled: SettledRun, _ news: BlockNews) async throws -> [UInt8]? {
    for seat in settled.verdict.seats where seat.fate == .paid {
      // What was proved stands in clear, and the ledger has held it against its commitment.
      if case .submitProof(let m)? = try await client.message(seat.evidence.digest) {
        return m.output
      }
      guard let shown = try await evidence(seat.evidence) else { continue }
      let opening = await client.open(
        shown.evidence.output, as: .output, key: shown.key, reader: key, at: news.time)
      if let bytes = opening.bytes { return bytes }
    }
    return nil
  }

  /// Whoever took an offer's money and gave nothing usable gets no second one; and nobody whose
  /// answer lost a dispute gets another run, by bid or by offer.
  private func refuse(_ settled: SettledRun, isMisled: Bool) {
    let seats = settled.verdict.seats
    let alone: [Fate] = [.rejected, .absent, .spoiled, .fallen, .left]
    // The key to a hidden input was sealed to who then demanded it.
    let demanded =
      settled.check.hidesInput && settled.verdict.outcome == .inputWithheld
      && settled.startedBy != .zero
    for seat in seats {
      let hasFallen = seat.fate == .fallen || isMisled || demanded
      if hasFallen, !fallen.contains(seat.provider) { fallen.append(seat.provider) }
      if hasFallen || (seats.count == 1 && alone.contains(seat.fate)),
        !refused.contains(seat.provider)
      {
        refused.append(seat.provider)
      }
    }
  }
}

extension Refusal {
  /// Every try ended without an answer.
  static func givenUp(tries: Int) -> Refusal {
    Refusal("givenUp", ["tries": UInt64(tries)])
  }
}
