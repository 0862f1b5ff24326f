// A person's batches: one after the other, kept before they are sealed, and what became of them.

import Agents
import Foundation
import Labels
import Market
import Primitives
import Testing
import Workers

@testable import tolsey

@Suite struct LabelDeskTests {
  private func task(_ number: UInt8, question: String = "cat or dog?") -> LabelTask {
    LabelTask(
      run: RunID(SHA256.hash([number])),
      spec: LabelsSpec(question: question, choices: ["cat", "dog"], items: 2),
      items: [number, number + 100].map {
        LabelItem(name: "1", media: "text/plain", body: Array("item \($0)".utf8))
      }, until: Time(1_795_000_000_000))
  }

  private func settled(_ task: LabelTask, _ fate: Fate, paid: UInt64) -> EarnedRun {
    var settled = SettledRun()
    settled.run = task.run
    var seat = SeatVerdict()
    seat.fate = fate
    settled.verdict.seats = [seat]
    settled.stakes = [100]
    settled.payouts = [Payout(to: Address(), .zero), Payout(to: Address(), Amount(100 + paid))]
    let review = LabelReview(spec: task.spec, par: 150_000, answers: [[1, 2]], gold: [])
    return EarnedRun(settled, review, 0)
  }

  private func lies(_ desk: LabelDesk, _ text: String) async {
    while desk.view.batch?.items.first != Array(text.utf8) { await Task.yield() }
  }

  @Test func batchesComeOneAfterTheOtherAndAreKept() async throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    let (desk, shelf) = (LabelDesk(), try AnswerShelf(folder + "/shelf"))
    let person = DeskLabelling(desk, shelf)
    let (first, second) = (task(1), task(2))
    for task in [first, second, first] { #expect(await person.answers(to: task) == nil) }
    await lies(desk, "item 1")
    #expect(desk.view.batch?.until == "2026-11-18 11:06:40 UTC")
    #expect(desk.choose(2, for: 0, in: desk.view.number) && desk.handIn(desk.view.number))
    // On the disk before it was said to be taken: another process answers the same.
    #expect(shelf.answer(of: first.run) == [2, 0])
    let later = DeskLabelling(LabelDesk(), try AnswerShelf(folder + "/shelf"))
    #expect(await later.answers(to: first) == [2, 0])
    await lies(desk, "item 2")
    #expect(await person.answers(to: first) == [2, 0])
    await person.close(settled(first, .paid, paid: 30))
    let record = try #require(desk.view.records.first { $0.title == first.run.short })
    #expect(record.isAccepted == true && record.earned == Amount(30))
    #expect(shelf.answer(of: first.run) == nil)
    // The second is settled without an answer: it is taken away, and nothing is kept of it.
    await person.close(settled(second, .absent, paid: 0))
    while desk.view.batch != nil { await Task.yield() }
    let late = try #require(desk.view.records.first { $0.title == second.run.short })
    #expect(late.isAccepted == false && late.why == "it sealed no answer")
    #expect(desk.view.earned == Amount(30))
  }

  @Test func aQuestionThatMisleadsIsNotShown() async throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    let desk = LabelDesk()
    let person = DeskLabelling(desk, try AnswerShelf(folder + "/shelf"))
    #expect(await person.answers(to: task(1, question: "cat\u{202E}dog")) == nil)
    #expect(await person.answers(to: task(2)) == nil)
    await lies(desk, "item 2")
    #expect(desk.view.number == 1)
  }
}
