// Runs of somebody who works for money, as they settle: what each earned, and why.

import Agents
import Chain
import Kernel
import Labels
import Market
import NetworkRoom
import Primitives

/// A run that others judged, with one of its seats.
struct EarnedRun: Sendable {
  let id: RunID
  let fate: Fate
  let paid: Amount
  let lost: Amount
  /// Items of so many that it answered.
  let answered: Int
  let items: Int
  let why: String
}

extension EarnedRun {
  /// Nil where the receipt is of work that nobody judges, or the account has no seat in it.
  init?(_ receipt: Receipt, _ account: Address) {
    let settled = receipt.settled
    let seats = settled.verdict.seats
    guard let place = seats.firstIndex(where: { $0.provider == account }) else { return nil }
    if let review = LabelReview(receipt) {
      self.init(settled, review, place)
    } else if let review = PanelReview(receipt) {
      self.init(settled, review, place)
    } else {
      return nil
    }
  }

  init(_ settled: SettledRun, _ review: LabelReview, _ place: Int) {
    id = settled.run
    fate = settled.verdict.seats[place].fate
    (paid, lost) = settled.earned(by: place)
    answered = review.said(by: place)
    items = review.items.count
    why = review.why(fate, of: place)
  }

  init(_ settled: SettledRun, _ review: PanelReview, _ place: Int) {
    id = settled.run
    fate = settled.verdict.seats[place].fate
    (paid, lost) = settled.earned(by: place)
    answered = review.answered(by: place)
    items = Int(clamping: review.spec.items)
    why = review.why(settled.verdict, of: place)
  }

  var members: [JSONValue.Member] {
    [
      .init(name: "run", value: .string("\(id)")), .init(name: "fate", value: .string("\(fate)")),
      .init(name: "paid", value: .unsigned(paid.units)),
      .init(name: "lost", value: .unsigned(lost.units)),
      .init(name: "answered", value: .integer(Int64(answered))),
      .init(name: "items", value: .integer(Int64(items))), .init(name: "why", value: .string(why)),
    ]
  }

  var event: JSONValue { .object([.init(name: "event", value: "settled")] + members) }

  func line(_ paint: Paint) -> String {
    let money = lost > .zero ? "lost \(Dollars.text(lost))" : "earned \(Dollars.text(paid))"
    return "settled \(paint(.handle, id.short)): \(money); \(why)"
  }
}

/// Where ends of runs are looked for: a node, or in tests a list.
protocol EndedRuns: Sendable {
  /// What a run earned an account; nil while it is not settled, where nobody knows it, and where
  /// it has no such part in it.
  func end(of run: RunID, for account: Address, under check: String) async throws -> EarnedRun?
  /// Runs of an account that were settled after a height, with theirs.
  func settled(of account: Address, after height: UInt64) async throws -> [PlacedEvent]
}

extension NodeLink: EndedRuns {
  func end(of run: RunID, for account: Address, under check: String) async throws -> EarnedRun? {
    let bytes: [UInt8]
    do throws(ClientError) { bytes = try await client.receipt(of: run) } catch {
      if error.code == "notFound" { return nil }
      throw error
    }
    guard let receipt = try? Receipt(bytes: bytes), receipt.settled.check.kind == check else {
      return nil
    }
    return EarnedRun(receipt, account)
  }

  func settled(of account: Address, after height: UInt64) async throws -> [PlacedEvent] {
    try await market.events(["runSettled"], of: account, after: height)
  }
}

/// Settled runs of one account under one check, each told once, also those that were settled while
/// no program or no node was there.
actor EarnedRuns {
  private let address: Address
  private let check: String
  private let ended: any EndedRuns
  private var seen: UInt64 = 0
  /// Runs whose end is asked for: those that an earlier program answered, and those whose receipt
  /// did not come when they ended.
  private var open: [RunID]
  private var told: Set<RunID> = []
  private(set) var sum = Amount.zero

  /// - Parameter kept: runs that were answered before and, as far as is known, not settled.
  init(_ address: Address, _ check: String, _ ended: any EndedRuns, kept: [RunID]) {
    (self.address, self.check, self.ended, open) = (address, check, ended, kept)
  }

  func new(in news: BlockNews) async -> [EarnedRun] {
    if news.height > seen {
      var events = news.events
      if seen > 0, news.height > seen + 1 {
        // Blocks were made while the node was away from here.
        guard let missed = try? await ended.settled(of: address, after: seen) else { return [] }
        events = missed.filter { $0.height <= news.height }.map(\.event)
      }
      seen = news.height
      for event in events
      where event.name == "runSettled" && event.parties.contains(address) {
        let run = RunID(event.subject)
        if !open.contains(run) { open.append(run) }
      }
    }
    var found: [EarnedRun] = []
    var away: [RunID] = []
    for run in open where !told.contains(run) {
      do {
        // One that is not settled yet is heard of when it is.
        guard let earned = try await ended.end(of: run, for: address, under: check) else {
          continue
        }
        told.insert(run)
        sum = (try? sum.adding(earned.paid)) ?? sum
        found.append(earned)
      } catch { away.append(run) }
    }
    open = away
    return found
  }
}
