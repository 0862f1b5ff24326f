// Cheats in a subnet over its epochs: who loses, by how much, and where a majority begins.

import Primitives
import Testing

@testable import Cheats

@Suite struct SubnetRowTests {
  private func profit(_ title: String) throws -> Fraction {
    let cheat = try #require(SubnetMembers.cheats.first { $0.title == "subnet.\(title)" })
    return try cheat.expectation(in: Setting())
  }

  /// Who judges for itself loses its dividends, the more the more stake it has; from half of the
  /// stake on it decides.
  @Test func aMinorityLosesByItsOwnWeight() throws {
    let profits = try [10, 20, 30, 40, 50, 60].map { try profit("cabal (\($0) % of the stake)") }
    // A tenth of the validators' half of twelve epochs of $10, but for the first two, which are
    // paid to nobody, and a little for the noise of rounding.
    #expect(profits[0] < -5_000_000 && profits[0] > -6_000_000)
    for place in 1..<4 { #expect(profits[place] < profits[place - 1]) }
    #expect(profits[4] > 0 && profits[5] > profits[4])
    #expect(try profit("owner") == profits[3])
  }

  @Test func whoIsLateOrPassesOnLoses() throws {
    #expect(try profit("copier") < -10_000_000)
    // The price of one seat, and nothing else came.
    #expect(try profit("sniper") < -1_000_000 && profit("sniper") > -1_010_000)
    #expect(try profit("relay (validators compare answers)") < -1_000_000)
    #expect(try profit("relay (nobody compares)") > 0)
    #expect(try profit("two.keys") < 0)
  }

  /// Nineteen seats at once cost three hundred times the first one.
  @Test func seatsThatDoNothingAreDear() throws {
    #expect(try profit("sybils") < -300_000_000)
  }

  /// Two per cent of $100, and the tolls.
  @Test func stakeThatFleesIsSlashed() throws {
    let profit = try profit("flight")
    #expect(profit < -2_000_000 && profit > -2_010_000)
  }
}
