// The journal of an agent's payments: what follows what, what a disk loses, what somebody changes.

import Foundation
import Glibc
import Kernel
import Primitives
import Synchronization
import Testing

@testable import Agents

@Suite final class PaymentJournalTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "journal-\(UUID().uuidString)")
  private var path: String { folder.path + "/payments.journal" }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static func payment(_ number: UInt64, _ state: PaymentState = .decided) -> AgentPayment {
    var payment = AgentPayment()
    payment.number = number
    payment.state = state
    payment.amount = Amount(10 + number)
    payment.request = SHA256.hash([UInt8(number & 0xff)])
    payment.seller = "http://shop.example"
    return payment
  }

  private func open(_ disk: WalletDisk = .real) throws -> PaymentJournal {
    try PaymentJournal(path, disk)
  }

  private func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func fill() throws {
    let journal = try open()
    for number in 0..<3 as Range<UInt64> {
      let first = Self.payment(number)
      try journal.put(first)
      try journal.put(first.become(.signed, .zero), first.become(.shown, .zero))
    }
  }

  @Test func everyStepHasThoseThatMayFollow() {
    let all: [PaymentState] = [
      .asked, .decided, .signed, .shown, .carried, .answered, .givenUp, .unknown,
    ]
    var seen: Set<PaymentState> = [.asked]
    for state in all {
      #expect(!state.mayBecome(.asked) && !state.mayBecome(state))
      for next in all where state.mayBecome(next) { seen.insert(next) }
      if state.isOver { #expect(!all.contains { state.mayBecome($0) }) }
      // What somebody saw is never unseen: its charge can no more be taken back.
      if state.hasLeft {
        #expect(all.filter { state.mayBecome($0) }.allSatisfy { $0.hasLeft || $0 == .givenUp })
      }
    }
    #expect(seen == Set(all))
    #expect(!PaymentState.decided.mayBecome(.shown) && !PaymentState.asked.mayBecome(.signed))
  }

  @Test func whatStandsIsReadBack() throws {
    try fill()
    let journal = try open()
    #expect(journal.book.standing.map(\.state) == [.shown, .shown, .shown])
    #expect(journal.book.next == 3 && journal.book.count == 9)
    try journal.put(journal.book.standing[1].become(.answered, Time(5)))
    #expect(journal.book.standing.map(\.number) == [0, 2])
    #expect(journal.book.answered(Self.payment(1).request, since: Time(5))?.number == 1)
    #expect(journal.book.answered(Self.payment(1).request, since: Time(6)) == nil)
  }

  @Test func whatDoesNotFollowIsNotTaken() {
    var book = PaymentBook()
    let first = Self.payment(0)
    func takes(_ payment: AgentPayment, _ change: (inout PaymentLine) -> Void = { _ in }) -> Bool {
      var line = book.lines([payment])[0]
      change(&line)
      var copy = book
      return copy.take(line)
    }
    #expect(!takes(Self.payment(0, .shown)) && !takes(Self.payment(1)))
    #expect(!takes(first) { $0.number = 1 } && !takes(first) { $0.previous = SHA256.hash([1]) })
    let isTaken = book.take(book.lines([first])[0])
    #expect(isTaken)
    var dearer = first.become(.signed, .zero)
    dearer.amount = Amount(1_000)
    #expect(!takes(dearer) && !takes(first.become(.shown, .zero)) && !takes(first))
    // A line that says that it repeats an older file stands at the beginning only.
    #expect(!takes(Self.payment(1)) { $0.isKept = true })
    #expect(takes(first.become(.signed, .zero)) && takes(Self.payment(1)))
  }

  @Test func everyChangeOfTheFileIsFound() throws {
    try fill()
    let before = try text()
    let lines = before.split(separator: "\n").map(String.init)
    let changes: [String] = [
      before.replacing("\"amount\":11", with: "\"amount\":1"), lines[1...].joined(separator: "\n"),
      ([lines[0]] + lines[2...]).joined(separator: "\n") + "\n", before + before,
      "\n" + before, before + "0x00 {}\n", lines[0] + "\n" + lines[0] + "\n",
    ]
    for after in changes {
      try after.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: WalletFault.self) { try open() }
    }
    // A last line that was being written: nobody acted on it.
    for count in 1..<lines[8].utf8.count {
      let torn = lines[..<8].joined(separator: "\n") + "\n" + lines[8].prefix(count)
      if count % 97 != 0 { continue }
      try torn.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try open().book.standing.map(\.state) == [.shown, .shown, .signed])
    }
  }

  @Test func aFailedWriteCountsForNothingAndIsWrittenOver() throws {
    let fails = FailingDisk()
    let journal = try open(fails.disk)
    try journal.put(Self.payment(0))
    let before = try text()
    for act in [DiskAct.write, .sync, .cut] {
      fails.set(act, ENOSPC)
      #expect(throws: WalletFault.file(path: path, errno: ENOSPC)) {
        try journal.put(Self.payment(1))
      }
      #expect(journal.book.count == 1)
      #expect(try text() == before)
    }
    // Half a line is left where it cannot be cut off, and is gone with the next write.
    fails.set(nil, EIO)
    #expect(throws: WalletFault.self) { try journal.put(Self.payment(1)) }
    fails.set(.rename, 0)
    try journal.put(Self.payment(1))
    #expect(try text().split(separator: "\n").count == 2)
  }

  private static func hash(_ number: UInt64) -> Bytes32 { SHA256.hash(Array("\(number)".utf8)) }

  /// However many there were: a client that asks again within ten minutes finds its payment.
  @Test func whatWasAnsweredIsRememberedByTimeAndNotByNumber() throws {
    var book = PaymentBook()
    func answer(_ number: UInt64, _ time: Time) throws {
      var payment = Self.payment(number)
      payment.request = Self.hash(number)
      for step in [
        payment, payment.become(.signed, .zero), payment.become(.shown, .zero),
        payment.become(.answered, time),
      ] {
        let isTaken = book.take(book.lines([step])[0])
        try #require(isTaken)
      }
    }
    for number in 0..<1_000 as Range<UInt64> { try answer(number, Time(number)) }
    #expect(book.answered(Self.hash(0), since: .zero)?.number == 0)
    #expect(book.answered(by: "http://shop.example") == 1_000)
    try answer(1_000, Time(600_500))
    #expect(book.answered(Self.hash(499), since: .zero) == nil)
    #expect(book.answered(Self.hash(500), since: .zero)?.number == 500)
    #expect(book.kept.count == 501)
  }

  @Test func aLongFileIsWrittenAnewAndItsChainGoesOn() throws {
    func fill(_ journal: PaymentJournal, to count: UInt64) throws {
      for number in journal.book.next..<count {
        let first = Self.payment(number)
        let end = Time(number * 1_000)
        try journal.put(
          first, first.become(.signed, .zero), first.become(.shown, .zero),
          first.become(number % 700 == 5 ? .carried : .answered, end))
      }
    }
    let fails = FailingDisk()
    let journal = try open(fails.disk)
    try fill(journal, to: 1_024)
    #expect(try text().split(separator: "\n").count == 4_096)
    let last = journal.book.hash
    // A new file that cannot be written is none, and the old one stands.
    fails.set(.rename, ENOSPC)
    try fill(journal, to: 1_025)
    #expect(try text().split(separator: "\n").count == 4_100)
    #expect(journal.book.hash != last)
    fails.set(.rename, 0)
    try fill(journal, to: 2_100)
    #expect(try text().split(separator: "\n").count < 4_096)
    let first = try #require(try text().split(separator: "\n").first)
    let line = try PaymentLine(json: try JSONValue(parsing: String(first.dropFirst(67))))
    #expect(line.isKept && line.number > 8_192 && line.previous != .zero)
    #expect(journal.book.standing.map(\.number) == [5, 705, 1_405])
    #expect(throws: WalletFault.inUse) { try open() }
  }

  @Test func whatWasWrittenAnewIsReadBackAndOneThatMayBeLostPaysNothing() throws {
    let fails = FailingDisk()
    do {
      let journal = try open(fails.disk)
      for number in 0..<1_024 as Range<UInt64> {
        let first = Self.payment(number)
        try journal.put(
          first, first.become(.signed, .zero), first.become(.shown, .zero),
          first.become(number == 5 ? .carried : .answered, Time(number * 1_000)))
      }
      fails.set(.syncFolder, EIO)
      try journal.put(Self.payment(1_024))
      #expect(throws: WalletFault.file(path: path, errno: ESTALE)) {
        try journal.put(Self.payment(1_025))
      }
    }
    let journal = try open()
    #expect(journal.book.standing.map(\.number) == [5, 1_024] && journal.book.next == 1_025)
    // Those of the last ten minutes, and two that stand.
    #expect(try text().split(separator: "\n").count == 601 + 2)
    try journal.put(Self.payment(1_025))
  }
}

/// A disk on which an act fails, or all of them.
final class FailingDisk: Sendable {
  private let state = Mutex<(act: DiskAct?, code: Int32)>((nil, 0))

  /// - Parameter act: nil for every act; an errno of 0 is no failure.
  func set(_ act: DiskAct?, _ code: Int32) { state.withLock { $0 = (act, code) } }

  var disk: WalletDisk {
    WalletDisk { [self] act, _ in
      let (failing, code) = state.withLock { $0 }
      return code != 0 && (failing == nil || failing == act) ? code : nil
    }
  }
}
