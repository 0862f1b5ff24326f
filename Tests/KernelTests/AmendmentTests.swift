// New terms: only the operator's, only after notice in market time, old versions kept.

import Kernel
import Primitives
import Testing

@Suite("Amendments")
struct AmendmentTests {
  private let week: UInt64 = 604_800_000

  private func dearer(_ take: UInt64) -> Terms {
    var terms = Terms.standard
    terms.take = take
    return terms
  }

  private func fireDue(_ f: inout Founded) -> Int {
    var fired = 0
    while let due = f.k.timers.popDue(f.k.now) {
      if f.k.fire(due.key, at: due.deadline) { fired += 1 }
    }
    f.k.forgetUndo()
    return fired
  }

  @Test
  func termsWaitForTheirNotice() throws {
    var f = try Founded()
    try f.begin()
    try f.k.apply(AmendTerms(f.head(Founded.keeper), terms: dearer(17)), as: word(1))
    f.k.forgetUndo()
    #expect(f.k.terms.current == .standard)
    try f.begin(after: week - 1)
    #expect(fireDue(&f) == 0)
    #expect(f.k.terms.version == 0)
    try f.begin(after: 1)
    #expect(fireDue(&f) == 1)
    #expect(f.k.terms.version == 1)
    #expect(f.k.terms.current.take == 17)
    #expect(f.k.terms.at(0) == .standard)
    #expect((f.k.terms.pending == nil) == true)
    #expect(f.k.events.map(\.name) == ["termsAnnounced", "termsInForce"])
  }

  /// The notice counts market time: a node that is down for a week gives nobody notice.
  @Test
  func aPauseIsNoNotice() throws {
    var f = try Founded()
    try f.begin()
    try f.k.apply(AmendTerms(f.head(Founded.keeper), terms: dearer(17)), as: word(1))
    f.k.forgetUndo()
    try f.begin(after: 2 * week, pausedBy: 2 * week)
    #expect(fireDue(&f) == 0)
    try f.begin(after: week)
    #expect(fireDue(&f) == 1)
  }

  @Test
  func onlyTheOperatorAmends() throws {
    var f = try Founded()
    let refused = refusal { () throws(Refusal) in
      try f.k.apply(AmendTerms(f.head(Founded.alice), terms: dearer(17)), as: word(1))
    }
    #expect(refused == .onlyTheOperator)
    #expect((f.k.terms.pending == nil) == true)
  }

  /// A later amendment replaces the one that waits and gives its own full notice.
  @Test
  func aLaterAmendmentWaitsAnew() throws {
    var f = try Founded()
    try f.begin()
    try f.k.apply(AmendTerms(f.head(Founded.keeper), terms: dearer(17)), as: word(1))
    f.k.forgetUndo()
    try f.begin(after: week - 1)
    try f.k.apply(AmendTerms(f.head(Founded.keeper), terms: dearer(18)), as: word(2))
    f.k.forgetUndo()
    try f.begin(after: 1)
    #expect(fireDue(&f) == 0, "the first one's timer is stale")
    #expect(f.k.terms.current.take == 2_500)
    try f.begin(after: week)
    #expect(fireDue(&f) == 1)
    #expect(f.k.terms.current.take == 18)
    #expect(f.k.terms.version == 1)
  }

  @Test
  func anUndoneAmendmentNeverComes() throws {
    var f = try Founded()
    try f.begin()
    let mark = f.k.mark()
    try f.k.apply(AmendTerms(f.head(Founded.keeper), terms: dearer(17)), as: word(1))
    f.k.rollback(to: mark)
    f.k.forgetUndo()
    #expect(f.k.timers.earliest == nil)
    #expect((f.k.terms.pending == nil) == true)
  }

  /// The timer is rebuilt from the row, and nobody fires it early or under another name.
  @Test
  func theTimerSurvivesARestart() throws {
    var f = try Founded()
    try f.begin()
    try f.k.apply(AmendTerms(f.head(Founded.keeper), terms: dearer(17)), as: word(1))
    f.k.forgetUndo()
    let earliest = f.k.timers.earliest
    let deadline = try #require(earliest)
    f.k.rebuildTimers()
    #expect(f.k.timers.earliest == deadline)
    #expect(f.k.timers.count == 1)
    #expect(f.k.fire(KernelTimer.terms, at: deadline) == false)
    try f.begin(after: week)
    #expect(f.k.fire(TimerKey(room: 0, kind: 1), at: deadline) == false)
    #expect(f.k.fire(KernelTimer.terms, at: deadline) == true)
    #expect(f.k.fire(KernelTimer.terms, at: deadline) == false)
  }
}
