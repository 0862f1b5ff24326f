// Walks from many seeds: every rule after every block, every kind of message, most refusals.

import Chain
import Foundation
import Primitives
import Simulator
import Testing

@Suite("Walker")
struct WalkerTests {
  /// 260 seeds; `TOLSEY_SEEDS` and `TOLSEY_BLOCKS` walk farther by hand.
  static let seeds = number("TOLSEY_SEEDS") ?? 260
  static let blocks = number("TOLSEY_BLOCKS") ?? 70

  static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  @Test("no walk breaks a rule, and together they reach what they must")
  func walks() async throws {
    let cast = try Cast(people: 20, blocks: Self.blocks)
    var coverage = Coverage()
    for seed in 0..<UInt64(Self.seeds) {
      var walker = try Walker(seed: seed, cast: cast)
      for _ in 0..<Self.blocks { try walker.step() }
      coverage.add(walker.coverage)
      // Minutes without a pause would starve the servers of the tests beside.
      await Task.yield()
    }
    let unsent = MessageKind.allCases.filter { coverage.sent[$0] == nil }
    #expect(unsent.isEmpty)
    // Games of every end, on either side of the court.
    for event in ["gameWon", "gameLost", "auditorSilent", "inputShared", "traceOpened"] {
      #expect(coverage.events[event] ?? 0 > 0, "\(event)")
    }
    if Self.seeds >= 200 { #expect(coverage.refusalShare >= 950_000) }
    for line in coverage.report { FileHandle.standardError.write(Data((line + "\n").utf8)) }
  }

  @Test("the same seed walks the same way")
  func sameSeed() throws {
    let cast = try Cast(people: 8, blocks: 40)
    var roots: [Bytes32] = []
    for _ in 0..<2 {
      var walker = try Walker(seed: 7, cast: cast)
      for _ in 0..<40 { try walker.step() }
      roots.append(walker.state.stateRoot)
    }
    #expect(roots[0] == roots[1])
  }
}
