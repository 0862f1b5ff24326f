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

  @Test("each check is found by its name, its number and its game", arguments: KnownCheck.allCases)
  func known(check: KnownCheck) throws {
    #expect(KnownCheck(name: check.name) == check)
    let numbers = [UInt64](repeating: 1, count: check.rules.numbers.count)
    let game = try check.rules.init(numbers).game
    #expect(game.known == check)
    #expect(type(of: game.check) == check.rules)
    #expect(try CBOR.decode(Game.self, from: game.encoded) == game)
  }

  /// A verdict that no check gives could not be verified in any receipt.
  @Test("some check can end in every outcome", arguments: Outcome.allCases)
  func outcomes(outcome: Outcome) {
    #expect(KnownCheck.allCases.contains { $0.canEnd(outcome) })
  }

  @Test("numbers of checks are for ever")
  func numbers() {
    #expect(
      KnownCheck.allCases.map(\.name)
        == ["open", "replicated", "disputable", "proved", "judged", "panel"])
    #expect(KnownCheck.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
  }
}
