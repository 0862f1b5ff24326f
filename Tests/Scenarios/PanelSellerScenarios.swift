// Sellers of answers whose node stumbles, or whose programs end at any moment.

import Agents
import Kernel
import Market
import Testing
import Workers

@Suite("Sellers of answers")
struct PanelSellerScenarios {
  @Test("a node that fails now and then costs no seller anything", arguments: [5, 7, 11])
  func stumblingSellers(_ interval: Int) async throws {
    let crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    var last = try await crew.stand()
    await crew.world.stumble(every: interval)
    await crew.world.nap(atMost: 10)
    for _ in 0..<400 where await crew.world.settled.isEmpty {
      for reactor in [crew.buyer] + crew.sellers + crew.judges as [any Reactor] {
        for _ in 0..<20 {
          guard let sent = try? await reactor.react(to: last) else { continue }
          for message in sent { try await crew.world.submit(message) }
          break
        }
      }
      for judge in crew.judges { await judge.scoringIsOver() }
      guard let next = try await crew.world.step() else { break }
      last = next
    }
    let settled = await crew.world.settled
    #expect(settled.first?.verdict.outcome == .judged)
    // Whoever sealed has opened: a seat that stays silent would lose its bond.
    #expect(settled.first?.verdict.seats.count == 3)
    for seat in settled.first?.verdict.seats ?? [] {
      #expect(![.silent, .absent].contains(seat.fate))
    }
    for name in ["bidNotRevealed", "seatNotHonoured", "judgeFined"] {
      #expect(await crew.events(name).isEmpty, "\(name)")
    }
    #expect(await crew.world.refusals == [])
  }

  @Test("sellers that are killed after every block answer what they sealed", arguments: [1, 3])
  func killedSellers(_ interval: UInt64) async throws {
    var crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    var news = try await crew.stand()
    for _ in 0..<300 where await crew.world.settled.isEmpty {
      guard let next = try await crew.turn(news) else { break }
      news = next
      guard news.height % interval == 0 else { continue }
      try await crew.restartSellers(at: news)
    }
    let settled = await crew.world.settled
    #expect(settled.first?.verdict.outcome == .judged)
    for seat in settled.first?.verdict.seats ?? [] {
      #expect(![.silent, .absent].contains(seat.fate))
    }
    #expect(await crew.events("bidNotRevealed").isEmpty)
    #expect(await crew.world.refusals == [])
  }
}
