// Over random graphs and random lies the honest side always wins.

import Primitives
import Testing

@testable import Graphs

@Suite struct DisputeTests {
  /// Plays a liar's claim against an honest challenger.
  private func expectCaught(
    _ liar: some Defender, _ random: RandomGraph, _ honest: Trace, _ note: Comment
  ) throws {
    var game = try DisputeGame(random)
    let winner = try game.play(liar, HonestChallenger(honest, random))
    #expect(winner == .challenger, note)
    #expect(game.rounds <= game.mostRounds, note)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func anHonestDefenderBeatsEveryChallenger(seed: UInt64) throws {
    let random = try RandomGraph(seed: seed, nodes: 2 + Int(seed % 24))
    let trace = try random.trace()
    let defender = TraceDefender(trace, random)
    for attempt in 0..<6 as Range<UInt64> {
      var game = try DisputeGame(random)
      let challenger = RandomChallenger(seed: seed << 8 | attempt, game.shape)
      #expect(try game.play(defender, challenger) == .defender)
      #expect(game.rounds <= game.mostRounds)
      #expect(game.openingBytes <= BlockCut.mostOpening)
    }
  }
}
