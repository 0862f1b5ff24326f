// Every settlement to the last unit, and attacks on the arithmetic.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite struct SettlementTests {
  static func cases() throws -> [JSONValue] {
    let file = try VectorFile.json("mechanisms/incentives.json")
    return try #require(file["settlements"]?.array)
  }

  @Test func everyVectorIsMet() throws {
    let cases = try SettlementCase.all(in: try VectorFile.json("mechanisms/incentives.json"))
    #expect(cases.count == 65)
    for one in cases {
      #expect(one.isMet == true, "\(one.name): \(one.paid)")
      let staked = one.stakes.reduce(UInt64(0)) { $0 + $1.amount.units }
      let paid = one.paid.reduce(UInt64(0)) { $0 + $1.amount.units }
      #expect(staked == paid, "\(one.name)")
    }
    let rules = ["open", "bidding", "replicated", "disputable", "claim"]
    for rule in rules { #expect(cases.contains { $0.rule == rule }) }
  }

  /// One unit more for any party of any vector must be noticed.
  @Test func aWrongUnitIsNoticed() throws {
    for json in try Self.cases() {
      for (place, party) in (json["payouts"]?.members ?? []).enumerated() {
        let units = try #require(party.value.uint64)
        let other = json.replacing("payouts", place, with: .unsigned(units + 1))
        #expect(try SettlementCase(json: other).isMet == false)
      }
      for (place, party) in (json["stakes"]?.members ?? []).enumerated() {
        let units = try #require(party.value.uint64)
        let other = json.replacing("stakes", place, with: .unsigned(units + 1))
        #expect(throws: Refusal.self) { try SettlementCase(json: other) }
      }
    }
  }

  /// Another take, share or idle fee changes some payout, so that the vectors pin each of them.
  @Test func everyTermThatPaysIsPinned() throws {
    let file = try VectorFile.json("mechanisms/incentives.json")
    let paths: [WritableKeyPath<Terms, UInt64>] = [
      \.take, \.winner, \.idle, \.minority, \.saltForfeit,
    ]
    for path in paths {
      var terms = Terms.standard
      terms[keyPath: path] += 1
      let met = try SettlementCase.all(in: file, terms: terms).map(\.isMet)
      #expect(met.contains(false))
    }
  }

  @Test func malformedCasesNameTheirField() throws {
    let good = try Self.cases()[0]
    func refusal(_ json: JSONValue) -> Refusal? {
      do {
        _ = try SettlementCase(json: json)
        return nil
      } catch { return error }
    }
    #expect(refusal(good) == nil)
    #expect(refusal("text")?.code == "badField")
    #expect(refusal(["name": "x", "rule": "open"])?.numbers.first?.name == "given")
    let open: JSONValue = ["price": 1, "bidBond": 2, "outcome": "accepted"]
    #expect(refusal(["name": "x", "rule": "open", "given": open]) == nil)
    #expect(
      refusal(["name": "x", "rule": "shut", "given": open])
        == .badField("rule", wants: "known word"))
    let negative: JSONValue = ["price": -1, "bidBond": 2, "outcome": "accepted"]
    #expect(
      refusal(["name": "x", "rule": "open", "given": negative])
        == .badField("given.price", wants: "uint64"))
    let strange: JSONValue = ["price": 1, "bidBond": 2, "outcome": "stolen"]
    #expect(refusal(["name": "x", "rule": "open", "given": strange])?.code == "badField")
    let more: JSONValue = ["price": 1, "bidBond": 2, "outcome": "accepted", "tip": 1]
    #expect(
      refusal(["name": "x", "rule": "open", "given": more]) == .unknownField("given.tip"))
    let seat: JSONValue = ["price": 1, "bond": 3, "bidBond": 1]
    #expect(
      refusal([
        "name": "x", "rule": "replicated",
        "given": ["auditPpm": 0, "fee": 0, "seats": [seat]],
      ]) == .missingField("given.seats.0.act"))
  }

  /// No member of any vector can be dropped, or be something else, and still settle; nothing traps.
  @Test func everyMemberOfEveryCaseMatters() throws {
    let optional = ["games", "lapsed", "audit"]
    for json in try Self.cases() {
      let given = try #require(json["given"]?.members)
      for place in given.indices {
        let broken = json.replacing("given", place, with: .string("#"))
        #expect(throws: Refusal.self) { try SettlementCase(json: broken) }
        guard !optional.contains(given[place].name) else { continue }
        let absent = json.replacing("given", place, with: .null)
        // A sum that the case does not use may be missing.
        if json["rule"]?.string == "bidding" && given[place].name != "bids" { continue }
        #expect(throws: Refusal.self) { try SettlementCase(json: absent) }
      }
    }
  }

  /// The largest numbers in any place refuse or settle; they never trap.
  @Test func hugeNumbersNeverTrap() throws {
    var refused = 0
    for json in try Self.cases() {
      let given = try #require(json["given"]?.members)
      for place in given.indices where given[place].value.uint64 != nil {
        for huge in [UInt64.max, UInt64.max - 1, 1 << 63, 0] {
          let bare = json.without("stakes").without("payouts")
          let other = bare.replacing("given", place, with: .unsigned(huge))
          do {
            let one = try SettlementCase(json: other)
            let staked = try one.stakes.reduce(Amount.zero) { try $0.adding($1.amount) }
            let paid = try one.paid.reduce(Amount.zero) { try $0.adding($1.amount) }
            #expect(staked == paid)
          } catch { refused += 1 }
        }
      }
    }
    #expect(refused > 0)
  }
}

extension JSONValue {
  /// The same object with one member of the object `name` replaced.
  func replacing(_ name: String, _ place: Int, with value: JSONValue) -> JSONValue {
    guard case .object(var members) = self,
      let at = members.firstIndex(where: { $0.name == name }),
      case .object(var inner) = members[at].value
    else { return self }
    inner[place].value = value
    members[at].value = .object(inner)
    return .object(members)
  }

  func without(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.name != name })
  }
}
