// Property 6: a lone liar among honest replicas loses money with every lie, however rare.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Lone liar")
struct LoneLiarTests {
  static let price = Amount(1_000_000)
  static let cost: Int64 = 800_000
  static let truth = ReplicaAct.answer(SHA256.hash([1]))
  static let lie = ReplicaAct.answer(SHA256.hash([2]))

  /// What the first seat gains in one job when it acts so and the others are honest.
  static func gain(_ act: ReplicaAct, replicas: Int) throws -> Int64 {
    let terms = Terms.standard
    let bond = try Bonds.seatBond(price: price, auditPpm: 0, terms: terms)
    let bidBond = try Bonds.bidBond(limit: price, terms: terms)
    let seats = (0..<replicas).map { place in
      ReplicatedSeat(
        price: price, bond: bond, bidBond: bidBond, act: place == 0 ? act : truth)
    }
    let payouts = try Settlement.replicated(
      auditPpm: 0, fee: .zero, seats: seats, audit: nil, games: [], terms: terms)
    return Int64(payouts[.seat(0)].units) - Int64(bond.units)
  }

  @Test("every lie costs three prices, work pays", arguments: [3, 5, 7])
  func everyLie(replicas: Int) throws {
    let honest = try Self.gain(Self.truth, replicas: replicas) - Self.cost
    let lying = try Self.gain(Self.lie, replicas: replicas)
    #expect(honest == 197_500)
    #expect(lying == -3_000_000)
  }

  /// x in lies per thousand jobs; the work that a lie saves is counted for it.
  @Test("lying in any share of jobs earns less than none", arguments: [1, 20, 100, 500, 1_000])
  func anyShare(perThousand lies: Int64) throws {
    let honest = try Self.gain(Self.truth, replicas: 3) - Self.cost
    let lying = try Self.gain(Self.lie, replicas: 3)
    let mixed = (1_000 - lies) * honest + lies * lying
    #expect(mixed < 1_000 * honest)
    if lies >= 100 { #expect(mixed < 0) }
  }

  /// g < 1 − C/(R + S): above it guessing would pay, which is why whole outputs are compared.
  @Test("guessing pays only from four right answers in five on")
  func guessing() throws {
    let right = try Self.gain(Self.truth, replicas: 3)
    let wrong = try Self.gain(Self.lie, replicas: 3)
    let honest = right - Self.cost
    func guess(_ percent: Int64) -> Int64 { percent * right + (100 - percent) * wrong }
    #expect(guess(79) < 100 * honest)
    #expect(guess(81) > 100 * honest)
  }
}
