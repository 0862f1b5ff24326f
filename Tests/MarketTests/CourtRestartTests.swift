// A node that is stopped anywhere in a dispute goes on as if nothing had happened.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Restarts in court")
struct CourtRestartTests {
  /// An audited run with a game of the auditor's and two of volunteers, restarted at one step.
  static func gains(restartAt step: Int) throws -> [Int64] {
    var t = try CourtTable(guests: ["a", "b"])
    var at = 0
    func mark(_ t: inout CourtTable) throws {
      if at == step { try t.restart() }
      at += 1
    }
    try mark(&t)
    try t.draw(audited: true)
    let auditor = t.auditor
    try mark(&t)
    try t.sealByProvider()
    try mark(&t)
    try t.house.send(House.sealTrace(auditor, t.run, House.salt("another trace")))
    try mark(&t)
    try t.house.send(House.unsealTrace("provider", t.run, t.trace.root, path: t.trace.path))
    try mark(&t)
    try t.house.send(House.unsealTrace(auditor, t.run, House.salt("another trace")))
    try t.house.send(House.challenge("a", t.run, t.answer))
    try t.house.block(seconds: 7)
    try t.house.send(House.challenge("b", t.run, t.answer))
    try mark(&t)
    try t.openRoot(auditor)
    try t.house.block(seconds: 11)
    try mark(&t)
    try t.lose("b", toll: 77)
    try t.house.send(House.pick(t.game(auditor), 0, 2))
    try mark(&t)
    // Nobody opens the step of the auditor's game: a's clock runs out before the defender's.
    try t.house.block(seconds: 3_700)
    try mark(&t)
    try t.house.block(seconds: 20)
    try mark(&t)
    try t.house.block(seconds: 20)
    try mark(&t)
    for _ in 0..<3 { try t.house.block() }
    t.expectNothingLeft()
    return t.names.map { t.gain($0) } + [Int64(t.house.treasury), Int64(t.operatorGain)]
  }

  @Test("at every step")
  func everyStep() throws {
    let whole = try Self.gains(restartAt: -1)
    #expect(whole.contains { $0 < 0 })
    for step in 0..<11 { #expect(try Self.gains(restartAt: step) == whole, "step \(step)") }
  }
}
