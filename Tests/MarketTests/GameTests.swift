// A run's game as its row holds it: one number, its own bytes, nothing of other checks.

import Primitives
import Testing

@testable import Market

@Suite("Game rows")
struct GameTests {
  @Test("a game reads back as it was, in every state")
  func roundTrip() throws {
    var open = OpenCheck()
    open.submitted = true
    open.answer.units = 7
    var replicated = ReplicatedCheck()
    replicated.replicas = [Replica(), Replica(), Replica()]
    replicated.stage = .opening
    for game in [Game(), .open(open), .replicated(ReplicatedCheck()), .replicated(replicated)] {
      #expect(try CBOR.decode(Game.self, from: game.encoded) == game)
    }
  }

  @Test("an unknown check and bytes of another one are refused")
  func foreign() {
    let own = Game().encoded
    for place in own.indices {
      var bent = own
      bent[place] ^= 0x7f
      let read = try? CBOR.decode(Game.self, from: bent)
      #expect(read == nil || read?.encoded == bent)
    }
  }
}
