// The sums of a log, kept line by line: the same as those of the whole log, whatever happens.

import Foundation
import Kernel
import Primitives
import Testing

@testable import Agents

@Suite struct WalletTallyTests {
  /// Seeded, so that each run is the same.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private static let payees = (0..<3 as Range<UInt8>).map { PrivateKey(seed: [$0]).address }
  private static let shops = ["http://a.example", "http://b.example"].compactMap { Origin($0) }

  /// A log as a wallet would write it, with takings back and pauses of any length.
  private func log(_ dice: inout Dice, _ count: Int) -> [WalletEntry] {
    var log: [WalletEntry] = []
    var now = Time(1_800_000_000_000)
    for _ in 0..<count {
      now = Time(
        now.milliseconds + [0, 1, 500, 59_999, 60_000, 900_000, 3_600_000, 30_000_000]
          .randomElement(using: &dice)!)
      let kind = [
        EntryKind.allowed, .allowed, .allowed, .asked, .denied, .approved, .rejected,
        .takenBack,
      ].randomElement(using: &dice)!
      var entry = WalletEntry(
        kind, Bool.random(using: &dice) ? "approved" : "withinPolicy",
        .pay(
          Self.payees.randomElement(using: &dice)!, Amount(UInt64.random(in: 1...9, using: &dice)),
          origin: Self.shops.randomElement(using: &dice)!))
      entry.number = UInt64(log.count)
      entry.about = log.isEmpty ? 0 : UInt64.random(in: 0..<UInt64(log.count), using: &dice)
      if kind == .allowed || kind == .asked { entry.about = entry.number }
      entry.time = now
      log.append(entry)
    }
    return log
  }

  /// By looking at every line.
  private func spent(
    _ log: [WalletEntry], _ span: UInt64, _ now: Time, _ payee: Address? = nil
  ) -> UInt64 {
    var sum: UInt64 = 0
    for entry in log
    where entry.kind == .allowed && now.milliseconds - span < entry.time.milliseconds {
      let isBack = log.contains {
        $0.kind == .takenBack && $0.about == entry.number
          && $0.time.milliseconds - Policy.day < entry.time.milliseconds
      }
      if !isBack, payee == nil || entry.intent.payee == payee { sum += entry.intent.amount.units }
    }
    return sum
  }

  @Test func theSumsAreThoseOfTheWholeLog() {
    for seed in 1...12 as ClosedRange<UInt64> {
      var dice = Dice(state: seed)
      let log = log(&dice, 700)
      var tally = WalletTally()
      for (index, entry) in log.enumerated() {
        tally.take(entry)
        guard index % 23 == 0 else { continue }
        let known = Array(log[...index])
        // Later, and back again: a clock that jumps lets nothing be spent twice.
        for later in [0, 3_599_999, 3_600_000, 86_400_000, 5] as [UInt64] {
          let now = Time(entry.time.milliseconds + later)
          tally.move(to: now)
          func holds(_ window: WalletTally.Window, _ sum: UInt64) -> Bool {
            !tally.exceeds(Amount(sum + 1), window, by: Amount(1))
              && (sum == 0 || tally.exceeds(Amount(sum), window, by: Amount(1)))
          }
          #expect(holds(.day, spent(known, Policy.day, now)))
          #expect(holds(.hour, spent(known, Policy.hour, now)))
          for payee in Self.payees {
            #expect(holds(.payee(payee), spent(known, Policy.day, now, payee)))
          }
        }
        #expect(tally.pending.map(\.number) == known.pending.map(\.number))
        #expect(tally.hash == entry.hash && tally.count == UInt64(index + 1))
      }
    }
  }

  @Test func sumsDoNotOverflow() {
    var tally = WalletTally()
    var entry = WalletEntry(
      .allowed, "withinPolicy", .pay(Self.payees[0], Amount(.max), origin: Self.shops[0]))
    for number in 0..<3 as Range<UInt64> {
      entry.number = number
      tally.take(entry)
    }
    #expect(tally.exceeds(Amount(.max), .day, by: Amount(1)))
    #expect(tally.spentToday == Amount(.max))
  }

  @Test func aYesWhosePaymentWasTakenBackCountsAgain() throws {
    var policy = WalletTests.policy
    policy.askAbove = Amount(1)
    var book = WalletTests.Book(policy: policy)
    let intent = WalletLogTests.pay(50)
    #expect(book.decide(intent, WalletTests.later(0)).kind == .asked)
    book.add(.approved, intent, WalletTests.later(1), about: 0)
    #expect(book.decide(intent, WalletTests.later(2)).reason == .approved)
    #expect(book.decide(intent, WalletTests.later(3)).kind == .asked)
    book.add(.takenBack, Intent(), WalletTests.later(4), about: 2)
    #expect(book.decide(intent, WalletTests.later(5)).reason == .approved)
  }

  /// Nothing is read again while nobody else writes, and everything when somebody does.
  @Test func anotherProcessesLinesAreSeenAndChangesFound() throws {
    let wallet = try WalletLogTests.filled()
    defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
    let other = AgentWallet(folder: wallet.folder)
    #expect(try wallet.tally().count == 5)
    _ = try other.decide(WalletLogTests.pay(200), now: WalletTests.later(10))
    #expect(try wallet.tally().count == 6)
    _ = try wallet.decide(WalletLogTests.pay(200), now: WalletTests.later(11))
    #expect(try other.tally().hash == wallet.tally().hash)
    let text = try WalletLogTests.text(wallet.logFile)
      .replacing("\"amount\":101", with: "\"amount\":1")
    try text.write(toFile: wallet.logFile, atomically: true, encoding: .utf8)
    #expect(throws: WalletFault.self) { try wallet.tally() }
    #expect(throws: WalletFault.self) {
      try wallet.decide(WalletLogTests.pay(1), now: WalletTests.later(12))
    }
  }
}
