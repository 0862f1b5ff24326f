// Bonds, fees and tolls against the vectors and at the edges.

import Kernel
import Primitives
import Testing

@testable import Market

/// What the functions make of a formula's row, or nil for an unknown one.
private func formulaValues(_ row: JSONValue, _ terms: Terms) throws -> [String: UInt64]? {
  func amount(_ name: String) throws -> Amount { Amount(try #require(row[name]?.uint64)) }
  switch row["f"]?.string {
  case "seatBond":
    let ppm = try #require(row["auditPpm"]?.uint64)
    let bond = try Bonds.seatBond(price: try amount("price"), auditPpm: ppm, terms: terms)
    if ppm == 0 { return ["bond": bond.units] }
    let challenge = try Bonds.challengeBond(against: bond, terms: terms)
    return ["bond": bond.units, "challengeBond": challenge.units]
  case "take": return ["value": try Bonds.take(of: try amount("amount"), terms: terms).units]
  case "bidBond":
    return ["value": try Bonds.bidBond(limit: try amount("limit"), terms: terms).units]
  case "auditFee":
    return ["value": try Bonds.auditFee(price: try amount("price"), terms: terms).units]
  case "sliceBond":
    return ["value": try Bonds.sliceBond(claim: try amount("delta"), terms: terms).units]
  case "toll":
    let bytes = Int(try #require(row["bytes"]?.uint64))
    return [
      "value": try Toll.price(bytes: bytes, terms: terms).units,
      "newAccount": try Toll.priceOpening(bytes: bytes, terms: terms).units,
    ]
  case "rejectionRate":
    return [
      "value": RecordFormulas.rejectionRate(
        accepted: try amount("accepted"), rejected: try amount("rejected"),
        price: try amount("price"))
    ]
  case "weight":
    return [
      "value": RecordFormulas.weight(
        good: try amount("good"), bad: try amount("bad"), terms: terms)
    ]
  default: return nil
  }
}

@Suite struct BondsTests {
  @Test func everyFormulaValueIsMet() throws {
    let file = try VectorFile.json("mechanisms/incentives.json")
    let rows = try #require(file["formulas"]?.array)
    #expect(rows.count == 72)
    for row in rows {
      let values = try #require(try formulaValues(row, .standard), "\(row.text)")
      for (name, value) in values { #expect(row[name]?.uint64 == value, "\(row.text)") }
    }
  }

  /// The defaults that the vectors were computed with are those of the terms.
  @Test func vectorsUseTheStandardTerms() throws {
    let file = try VectorFile.json("mechanisms/incentives.json")
    for member in try #require(file["defaults"]?.members) {
      let range = try #require(Terms.ranges.first { $0.name == member.name })
      #expect(member.value.uint64 == Terms.standard[keyPath: range.path])
    }
  }

  /// The condition that the bond is derived from holds for every price, and for one unit less
  /// it does not, so that nobody locks more than is needed.
  @Test func theSeatBondIsTheLeastThatHolds() throws {
    var random = Seeded(state: 21)
    let terms = Terms.standard
    for _ in 0..<20_000 {
      let price = Amount(1_000_000 + random.below(1_000_000_000))
      let ppm = 10_000 + random.below(990_001)
      let bond = try Bonds.seatBond(price: price, auditPpm: ppm, terms: terms)
      func holds(_ s: UInt64) -> Bool {
        let m = UInt128(million)
        return UInt128(s) * UInt128(ppm) * (m - 300_000) * 500_000
          >= UInt128(price.units) * (m + UInt128(ppm)) * m * m
      }
      #expect(holds(bond.units) && !holds(bond.units - 1))
    }
  }

  @Test func nothingTraps() throws {
    let terms = Terms.standard
    #expect(throws: Refusal.overflow) {
      try Bonds.seatBond(price: Amount(.max), auditPpm: 10_000, terms: terms)
    }
    #expect(throws: Refusal.overflow) {
      try Bonds.seatBond(price: Amount(1), auditPpm: million + 1, terms: terms)
    }
    #expect(throws: Refusal.overflow) {
      try Bonds.seatBond(price: Amount(.max), auditPpm: 0, terms: terms)
    }
    var broken = terms
    broken.coalition = million
    #expect(throws: Refusal.overflow) {
      try Bonds.seatBond(price: Amount(1), auditPpm: 50_000, terms: broken)
    }
    #expect(throws: Refusal.overflow) { try Bonds.sliceBond(claim: Amount(1), terms: broken) }
    broken.coalition = .max
    #expect(throws: Refusal.overflow) { try Bonds.sliceBond(claim: Amount(1), terms: broken) }
    #expect(throws: Refusal.overflow) { try Bonds.auditFee(price: Amount(.max), terms: terms) }
    #expect(try Bonds.bidBond(limit: .zero, terms: terms) == Amount(1_000))
    #expect(try Bonds.take(of: .zero, terms: terms) == .zero)
  }

  /// The most that a standing bond backs is the greatest claim whose slice it holds.
  @Test(arguments: [0, 59_999, 60_000, 60_001, 1_000_000, 10_000_000, 9_999_999, 123_456_789])
  func whatABondBacksIsTheInverseOfTheSlice(bond: UInt64) throws {
    let most = try Bonds.backed(by: Amount(bond), terms: .standard)
    if bond < 60_000 {
      #expect(most == .zero)
    } else {
      #expect(try Bonds.sliceBond(claim: most, terms: .standard) <= Amount(bond))
      let more = Amount(most.units + 1)
      #expect(try Bonds.sliceBond(claim: more, terms: .standard) > Amount(bond))
    }
  }
}
