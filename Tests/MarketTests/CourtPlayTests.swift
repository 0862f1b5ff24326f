// Every worked case of the court reached by messages, and random runs against the settlement.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Every worked case of the court, by messages")
struct CourtPlayTests {
  static func play(_ given: JSONValue) throws -> CourtPlay {
    func number(_ name: String) throws -> UInt64 { try #require(given[name]?.uint64) }
    var play = CourtPlay()
    play.price = try number("price")
    play.audit = try number("auditPpm")
    play.outcome = DisputableOutcome(rawValue: given["outcome"]?.string ?? "") ?? .noEvidence
    play.finding = RunAudit(rawValue: given["audit"]?.string ?? "") ?? .none
    for game in given["games"]?.array ?? [] {
      let by = try #require(game["by"]?.string)
      let results: [String: Settlement.GameResult] = [
        "challenger": .won, "claim": .lost, "stopped": .stopped,
      ]
      play.games.append(
        Settlement.PlayedGame(
          by: by == "auditor" ? .auditor : .volunteer(Int(by.dropFirst()) ?? 0),
          result: try #require(results[game["won"]?.string ?? ""]),
          tolls: Amount(try #require(game["tolls"]?.uint64)),
          bond: Amount(try #require(game["bond"]?.uint64))))
    }
    return play
  }

  static func party(_ name: String) -> Party {
    switch name {
    case "buyer": .buyer
    case "provider": .provider
    case "auditor": .auditor
    case "operator": .operator
    case "treasury": .treasury
    default: .challenger(Int(name.dropFirst()) ?? 0)
    }
  }

  @Test("all twenty cases of the vectors, to the last unit")
  func vectors() throws {
    let file = try VectorFile.json("mechanisms/incentives.json")
    let all = try #require(file["settlements"]?.array)
    let cases = all.filter { $0["rule"]?.string == "disputable" }
    #expect(cases.count == 20)
    for one in cases {
      let name = one["name"]?.string ?? ""
      let gains = try Self.play(try #require(one["given"])).play()
      var wanted: [Party: Int64] = [:]
      for paid in one["payouts"]?.members ?? [] {
        wanted[Self.party(paid.name), default: 0] += Int64(try #require(paid.value.uint64))
      }
      for staked in one["stakes"]?.members ?? [] {
        wanted[Self.party(staked.name), default: 0] -= Int64(try #require(staked.value.uint64))
      }
      for (party, gain) in gains.of {
        #expect(gain == wanted[party] ?? 0, "\(name): \(party)")
      }
    }
  }

  /// A run with any audit and any number of games in any state.
  static func random(_ seed: UInt64) throws -> CourtPlay {
    var random = Seeded(state: seed)
    var play = CourtPlay()
    play.price = [1_000_000, 777_777, 100, 13][Int(random.below(4))]
    play.audit = [50_000, 70_000, 500_000][play.price < 1_000 ? 0 : Int(random.below(3))]
    play.outcome = random.below(5) == 0 ? .silent : .evidence
    play.finding = [.none, .none, .equal, .differs, .silent][Int(random.below(5))]
    let terms = Terms.standard
    let bidBond = try Bonds.bidBond(limit: Amount(play.price), terms: terms)
    let stake = max(
      bidBond,
      try Bonds.seatBond(price: Amount(play.price), auditPpm: play.audit, terms: terms))
    let bond = try Bonds.challengeBond(against: stake, terms: terms)
    let falls = play.outcome == .evidence && random.below(2) == 0
    func add(_ who: Settlement.Challenger, _ result: Settlement.GameResult) {
      let tolls = random.below(5) == 0 ? random.below(80_000) : random.below(7_000)
      play.games.append(
        Settlement.PlayedGame(
          by: who, result: result, end: UInt64(play.games.count), tolls: Amount(tolls),
          bond: bond))
    }
    // Where nothing falls and nobody leaves, a claim stands only when every game is lost.
    func anyLoss() -> Settlement.GameResult {
      falls || play.outcome == .silent ? (random.below(2) == 0 ? .lost : .stopped) : .lost
    }
    if play.finding == .differs { add(.auditor, anyLoss()) }
    for place in 0..<Int(random.below(4)) { add(.volunteer(place), anyLoss()) }
    if falls {
      let place = play.games.count { $0.by != .auditor }
      add(.volunteer(place), .won)
    }
    return play
  }

  @Test("the messages of any run pay what the settlement pays with all games at once")
  func anyRun() throws {
    for seed in 0..<UInt64(60) {
      let play = try Self.random(seed)
      let terms = Terms.standard
      let price = Amount(play.price)
      let bidBond = try Bonds.bidBond(limit: price, terms: terms)
      let stake = max(
        bidBond, try Bonds.seatBond(price: price, auditPpm: play.audit, terms: terms))
      let stakes = DisputableStakes(
        price: price, bond: stake, bidBond: bidBond,
        fee: try Bonds.auditFee(price: price, terms: terms),
        auditBond: try Bonds.challengeBond(against: stake, terms: terms))
      let paid = try Settlement.disputable(
        stakes, outcome: play.outcome, audit: play.finding, games: play.games, terms: terms)
      let gains = try play.play()
      #expect(gains.of.values.reduce(0, +) == 0, "seed \(seed)")
      for (party, gain) in gains.of {
        let staked = paid.stakes.first { $0.party == party }?.amount.units ?? 0
        #expect(
          gain == Int64(paid[party].units) - Int64(staked), "seed \(seed): \(party), \(play)")
      }
    }
  }
}
