// What settled while a program that works for money was away, and what it then forgets.

import Agents
import Kernel
import Market
import Primitives
import Synchronization
import Tasks
import Testing
import Workers

@testable import tolsey

@Suite struct EarnedRunsTests {
  private static let account = PrivateKey(seed: [1]).address

  private static func run(_ number: UInt8) -> RunID { RunID(SHA256.hash([number])) }

  private static func earned(_ run: RunID) -> EarnedRun {
    EarnedRun(
      id: run, fate: .paid, paid: Amount(5), lost: .zero, answered: 2, items: 2, why: "good")
  }

  /// A node of which a test says what it knows, and whether it answers.
  private final class Fake: EndedRuns {
    private struct Inside {
      var ended: [RunID: UInt64] = [:]
      var isAway = false
      var asked = 0
    }

    private let inside = Mutex(Inside())

    struct Away: Error {}

    func settle(_ run: RunID, at height: UInt64) { inside.withLock { $0.ended[run] = height } }
    func goAway(_ isAway: Bool) { inside.withLock { $0.isAway = isAway } }
    var asked: Int { inside.withLock { $0.asked } }

    func end(of run: RunID, for account: Address, under check: String) throws -> EarnedRun? {
      try inside.withLock { inside in
        inside.asked += 1
        if inside.isAway { throw Away() }
        return inside.ended[run].map { _ in EarnedRunsTests.earned(run) }
      }
    }

    func settled(of account: Address, after height: UInt64) throws -> [PlacedEvent] {
      try inside.withLock { inside in
        if inside.isAway { throw Away() }
        return inside.ended.filter { $0.value > height }
          .map { PlacedEvent(height: $0.value, event: EarnedRunsTests.settled($0.key)) }
          .sorted { $0.height < $1.height }
      }
    }
  }

  private static func settled(_ run: RunID, of account: Address = account) -> Event {
    Event("runSettled", subject: run.digest, parties: [account])
  }

  private func news(_ height: UInt64, _ events: [Event] = []) -> BlockNews {
    BlockNews(height: height, time: Time(height), now: Time(height), events: events)
  }

  private func earnings(_ node: Fake, kept: [RunID] = []) -> EarnedRuns {
    EarnedRuns(Self.account, PanelCheck.name, node, kept: kept)
  }

  @Test func eachRunIsToldOnceWhenItSettles() async {
    let node = Fake()
    let earnings = earnings(node)
    #expect(await earnings.new(in: news(7)).isEmpty)
    node.settle(Self.run(1), at: 8)
    let block = news(8, [Self.settled(Self.run(1)), Self.settled(Self.run(2), of: Address())])
    #expect(await earnings.new(in: block).map(\.id) == [Self.run(1)])
    // Between two blocks it is asked again and again.
    #expect(await earnings.new(in: block).isEmpty)
    #expect(await earnings.sum == Amount(5))
    #expect(node.asked == 1)
  }

  @Test func whatSettledWhileNoProgramRanIsToldAtTheStart() async {
    let node = Fake()
    node.settle(Self.run(1), at: 3)
    let earnings = earnings(node, kept: [Self.run(1), Self.run(2)])
    #expect(await earnings.new(in: news(7)).map(\.id) == [Self.run(1)])
    // One that is open, or was another network's, is not asked for at every look.
    #expect(await earnings.new(in: news(7)).isEmpty)
    #expect(node.asked == 2)
    node.settle(Self.run(2), at: 9)
    let block = news(8, [Self.settled(Self.run(2))])
    #expect(await earnings.new(in: block).map(\.id) == [Self.run(2)])
  }

  @Test func whatSettledWhileTheNodeWasAwayIsToldAfterwards() async {
    let node = Fake()
    let earnings = earnings(node, kept: [Self.run(3)])
    node.goAway(true)
    #expect(await earnings.new(in: news(7)).isEmpty)
    for number in UInt8(1)...3 { node.settle(Self.run(number), at: 8 + UInt64(number)) }
    // It is back, and answers the first question but not the next.
    #expect(await earnings.new(in: news(12)).isEmpty)
    node.goAway(false)
    let found = await earnings.new(in: news(12))
    #expect(Set(found.map(\.id)) == Set((1...3).map { Self.run($0) }))
    #expect(found.count == 3)
    #expect(await earnings.sum == Amount(15))
  }

  @Test func aReceiptThatDidNotComeIsAskedForAgain() async {
    let node = Fake()
    let earnings = earnings(node)
    _ = await earnings.new(in: news(7))
    node.goAway(true)
    #expect(await earnings.new(in: news(8, [Self.settled(Self.run(1))])).isEmpty)
    node.goAway(false)
    node.settle(Self.run(1), at: 8)
    #expect(await earnings.new(in: news(8)).map(\.id) == [Self.run(1)])
  }

  // MARK: - What is kept

  private func batch(_ items: Int) -> TaskBatch {
    TaskBatch(
      run: Self.run(1), spec: TasksSpec(question: "Say it.", items: UInt64(items)),
      items: Array(repeating: Array("Haus".utf8), count: items))
  }

  @Test func answersToTasksGoWhenTheirRunHasSettled() async throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    let shelf = try AnswerShelf(folder + "/shelf", limit: TaskPieces.largest + 64)
    let lock = try FolderLock(folder + "/shelf", .alreadyWorking("task work"))
    let batch = batch(2)
    let worker = ProgramAnswering("printf 'a\\nb\\n'", shelf, seconds: 600, warn: { _ in })
    while await worker.answers(to: batch) == nil { await Task.yield() }
    #expect(await worker.answers(to: batch) == [Array("a".utf8), Array("b".utf8)])
    // The lock that lies beside them is no run.
    #expect(shelf.runs == [Self.run(1)])
    await worker.close(Self.run(1))
    #expect(shelf.runs.isEmpty)
    withExtendedLifetime(lock) {}
  }

  @Test func twoProgramsOfOneKeyDoNotAnswerTheSame() throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    let first = try FolderLock(folder, .alreadyWorking("task work"))
    do {
      _ = try FolderLock(folder, .alreadyWorking("task work"))
      Issue.record("two at once")
    } catch {
      let failure = Failure(error)
      #expect(failure.code == "alreadyWorking" && failure.status == .tryAgain)
    }
    withExtendedLifetime(first) {}
  }
}
