// The machine goes down after each act of the disk, in whole or in half, and comes up again.

import Foundation
import Glibc
import Kernel
import Primitives
import Synchronization
import Testing

@testable import Agents
@testable import NetworkRoom

@Suite struct CrashTests {
  private static let request = SHA256.hash([1])
  private static let price = Amount(10_000)

  /// A disk that does so many acts and no more.
  private final class DyingDisk: Sendable {
    private let left: Mutex<Int>
    private let code: Int32
    /// Whether it comes back after the act that failed.
    private let isBrief: Bool

    init(after acts: Int, _ code: Int32 = EIO, isBrief: Bool = false) {
      left = Mutex(acts)
      self.code = code
      self.isBrief = isBrief
    }

    var isDead: Bool { left.withLock { $0 < 0 } }

    var disk: WalletDisk {
      WalletDisk { [self] _, _ in
        left.withLock { left in
          left -= 1
          return isBrief ? (left == -1 ? code : nil) : (left < 0 ? code : nil)
        }
      }
    }
  }

  /// What a seller was shown.
  private final class Shown: Sendable {
    let headers = Mutex<Set<String>>([])
    func take(_ payment: AgentPayment) { headers.withLock { _ = $0.insert(payment.header) } }
    var count: Int { headers.withLock { $0.count } }
  }

  private func run(_ teller: Teller, _ shown: Shown) async {
    guard
      let payment = try? await teller.pay(
        try Demand.of(Self.price.units), for: Self.request, at: FakeAgent.shop)
    else { return }
    shown.take(payment)
    await teller.noteCarried(payment, SHA256.hash([2]))
    await teller.close(payment, SHA256.hash([2]))
  }

  /// Whenever it dies: what was shown is charged, once, and shown again; what was not is free.
  @Test func killedAfterEachActOfTheDisk() async throws {
    var acts = 0
    var reached: Set<PaymentState> = []
    while true {
      let dying = DyingDisk(after: acts)
      let agent = try FakeAgent(disk: dying.disk)
      let shown = Shown()
      if let teller = try? agent.teller() { await run(teller, shown) }
      let after = AgentWallet(folder: agent.wallet.folder)
      let before = try PaymentJournal(after).book.standing.first?.state ?? .asked
      reached.insert(before)
      let teller = try Teller(after, agent.pocket, clock: agent.clock)
      _ = try after.log()
      let owed = await teller.owed
      let spent = try agent.spent
      if shown.count == 0 {
        // A signature that may have left counts as shown, though nobody saw it.
        #expect(spent == (owed.isEmpty ? .zero : Self.price), "\(acts): \(before)")
      } else {
        #expect(spent == Self.price, "\(acts): \(before)")
      }
      // The same request, from a client that asks again.
      let again = await teller.again(Self.request, isRetry: true)
      if shown.count > 0 {
        let header = try #require(again).header
        #expect(shown.headers.withLock { $0.contains(header) }, "\(acts): \(before)")
      }
      if let again { shown.take(again) } else { await run(teller, shown) }
      let spentAfter = try agent.spent
      #expect(shown.count == 1 && spentAfter == Self.price, "\(acts): \(before)")
      if !dying.isDead { break }
      acts += 1
    }
    // Decided, a line without its mark, signed, shown, paid, answered: each was died in.
    #expect(acts > 12)
    #expect(reached.isSuperset(of: [.asked, .decided, .shown, .carried]), "\(reached)")
  }

  /// A disk that fails once: nothing is paid then, nothing stays charged, and it goes on after.
  @Test func aFullDiskRefusesToPayAndTakesBackWhatItCharged() async throws {
    var acts = 0
    while true {
      let full = DyingDisk(after: acts, ENOSPC, isBrief: true)
      let agent = try FakeAgent(disk: full.disk)
      let teller: Teller
      do { teller = try agent.teller() } catch {
        #expect(error as? WalletFault != nil)
        acts += 1
        continue
      }
      let shown = Shown()
      do {
        shown.take(
          try await teller.pay(
            try Demand.of(Self.price.units), for: Self.request, at: FakeAgent.shop))
      } catch {
        guard case Unpaid.folder(let fault) = error else { throw error }
        #expect(fault.isDiskFull)
        await teller.tidy()
        #expect(try agent.spent == .zero, "\(acts)")
        #expect(await teller.owed.isEmpty)
        await run(teller, shown)
      }
      let spent = try agent.spent
      #expect(spent == Self.price && shown.count == 1, "\(acts)")
      if !full.isDead { break }
      acts += 1
    }
    #expect(acts > 8)
  }

  /// While the disk stays full nothing is paid, however often it is tried.
  @Test func aDiskThatStaysFullPaysNothing() async throws {
    let disk = FailingDisk()
    let agent = try FakeAgent(disk: disk.disk)
    let teller = try agent.teller()
    for act in [DiskAct.write, .sync, .syncFolder, .rename] {
      disk.set(act, ENOSPC)
      for number in 0..<4 as Range<UInt8> {
        await #expect(throws: Unpaid.self) {
          _ = try await teller.pay(
            try Demand.of(1_000), for: SHA256.hash([number]), at: FakeAgent.shop)
        }
      }
    }
    #expect(agent.pocket.inside.withLock { $0.signed } == 0)
    disk.set(.write, 0)
    let shown = Shown()
    await run(teller, shown)
    let spent = try agent.spent
    #expect(spent == Self.price && shown.count == 1)
  }
}
