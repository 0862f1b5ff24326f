// The log on disk: what was changed is found, and two processes spend the last dollar once.

import Agents
import Foundation
import Glibc
import Kernel
import Primitives
import Testing

@Suite struct WalletLogTests {
  static func wallet() throws -> AgentWallet {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tolsey-wallet-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let wallet = AgentWallet(folder: folder)
    try wallet.set(WalletTests.policy, now: WalletTests.start)
    return wallet
  }

  static func pay(_ units: UInt64) -> Intent {
    .pay(WalletTests.payee, Amount(units), origin: WalletTests.shop)
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  static func filled() throws -> AgentWallet {
    let wallet = try wallet()
    for step in 0..<4 as Range<UInt64> {
      _ = try wallet.decide(pay(100 + step), now: WalletTests.later(step))
    }
    return wallet
  }

  @Test func everyDecisionIsALineThatFollows() throws {
    let wallet = try Self.filled()
    defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
    let log = try wallet.log()
    #expect(log.map(\.kind) == [.policy, .allowed, .allowed, .allowed, .allowed])
    #expect(zip(log, log.dropFirst()).allSatisfy { $1.previous == $0.hash })
    let mode = try FileManager.default.attributesOfItem(atPath: wallet.logFile)[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func anyChangeIsFoundAndNothingIsPaidAfterIt() throws {
    let changes: [(String) -> String] = [
      { $0.replacing("\"amount\":101", with: "\"amount\":1") },
      { $0.split(separator: "\n").dropLast().joined(separator: "\n") + "\n" },
      { $0.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n" },
      { _ in "" },
      { text in
        var lines = text.split(separator: "\n")
        lines.swapAt(1, 2)
        return lines.joined(separator: "\n") + "\n"
      },
      { $0 + $0 },
    ]
    for change in changes {
      let wallet = try Self.filled()
      defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
      let before = try Self.text(wallet.logFile)
      let after = change(before)
      #expect(after != before)
      try after.write(toFile: wallet.logFile, atomically: true, encoding: .utf8)
      #expect(throws: WalletFault.self) { try wallet.log() }
      #expect(throws: WalletFault.self) {
        try wallet.decide(Self.pay(1), now: WalletTests.later(9))
      }
    }
  }

  @Test func aLineThatWasBeingWrittenIsWrittenOver() throws {
    let wallet = try Self.filled()
    defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
    let before = try Self.text(wallet.logFile)
    try (before + "0x1234 {\"num").write(
      toFile: wallet.logFile, atomically: true, encoding: .utf8)
    #expect(try wallet.log().count == 5)
    _ = try wallet.decide(Self.pay(7), now: WalletTests.later(9))
    #expect(try wallet.log().count == 6)
  }

  @Test func aPolicyThatIsNoneStopsThePayments() throws {
    let wallet = try Self.filled()
    defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
    let text = try Self.text(wallet.policyFile).replacing("perHour", with: "perhour")
    try text.write(toFile: wallet.policyFile, atomically: true, encoding: .utf8)
    #expect(throws: WalletFault.self) {
      try wallet.decide(Self.pay(1), now: WalletTests.later(9))
    }
  }

  /// No policy is in force that the log does not name, whatever the disk does.
  @Test func aPolicyIsWrittenDownBeforeItCounts() throws {
    let before = try Self.wallet()
    defer { try? FileManager.default.removeItem(atPath: before.folder) }
    var wider = WalletTests.policy
    wider.perDay = Amount(900_000_000)
    for name in ["log.jsonl", "log.head", "policy.json"] {
      let wallet = AgentWallet(
        folder: before.folder,
        disk: WalletDisk { act, path in
          (act == .write || act == .rename) && path.contains(name) ? EIO : nil
        })
      #expect(throws: WalletFault.self) { try wallet.set(wider, now: WalletTests.later(1)) }
      #expect(try before.policy() == WalletTests.policy, "\(name)")
      let isNamed = try before.log().contains { $0.object == wider.hash }
      #expect(isNamed == (name == "policy.json"), "\(name)")
    }
    try before.set(wider, now: WalletTests.later(2))
    #expect(try before.policy() == wider)
  }

  @Test func theLastDollarIsSpentOnce() async throws {
    let wallet = try Self.wallet()
    defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
    let allowed = await withTaskGroup(of: Int.self) { group in
      for step in 0..<12 as Range<UInt64> {
        group.addTask {
          let made = try? wallet.decide(Self.pay(300_000), now: WalletTests.later(step))
          return made?.decision.kind == .allowed ? 1 : 0
        }
      }
      return await group.reduce(0, +)
    }
    #expect(allowed == 3)
    #expect(try wallet.log().count == 13)
  }

  @Test func aStormIsALineAMinute() throws {
    let wallet = try Self.wallet()
    defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
    for step in 0..<200 as Range<UInt64> {
      _ = try wallet.decide(Self.pay(1), now: WalletTests.later(step * 300))
    }
    // Thirty decisions, one line for the rest of the minute, and the policy's own.
    #expect(try wallet.log().filter { $0.reason == Reason.perMinute.rawValue }.count == 1)
    #expect(try wallet.log().count == 32)
  }

  @Test func theOwnerAnswersWhatWaitsAndNothingElse() throws {
    let wallet = try Self.wallet()
    defer { try? FileManager.default.removeItem(atPath: wallet.folder) }
    let (decision, number) = try wallet.decide(Self.pay(450_000), now: WalletTests.start)
    #expect(decision.reason == .largePayment)
    #expect(try wallet.log().pending.map(\.number) == [number])
    #expect(throws: WalletFault.notWaiting(0)) {
      try wallet.answer(0, isYes: true, now: WalletTests.start)
    }
    _ = try wallet.answer(number, isYes: true, now: WalletTests.later(1))
    #expect(throws: WalletFault.notWaiting(number)) {
      try wallet.answer(number, isYes: true, now: WalletTests.later(2))
    }
    let again = try wallet.decide(Self.pay(450_000), now: WalletTests.later(3))
    #expect(again.decision.reason == .approved)
    #expect(try wallet.log().pending.isEmpty)
  }
}
