// What a network's own tests say about an epoch, held against the outcome in the form it has there.

import Arithmetic
import Primitives

/// Published numbers are parts of lists, shares in 65535ths or proportions, and rows in several
/// forms; each is compared as it stands.
struct PublishedEpoch {
  let published: JSONValue
  let tolerance: Fixed64
  let outcome: YumaOutcome
  let input: YumaInput
  /// Whether shares are given as proportions of 1.
  let areProportions: Bool

  init(
    _ published: JSONValue, _ tolerance: Fixed64?, _ outcome: YumaOutcome, _ input: YumaInput
  ) {
    self.published = published
    // Traces print ten digits.
    self.tolerance = tolerance ?? Fixed64(1, over: 1_000_000_000)
    self.outcome = outcome
    self.input = input
    areProportions =
      tolerance != nil
      || (published.members ?? []).contains { member in
        (member.value.array ?? []).contains { if case .decimal = $0 { true } else { false } }
      }
  }

  var differences: [String] {
    (published.members ?? []).compactMap { member in
      agrees(member.name, member.value) ? nil : "published \(member.name)"
    }
  }

  private func agrees(_ name: String, _ value: JSONValue) -> Bool {
    switch name {
    case "emission": return value.array?.map(\.uint64) == outcome.emission.map { .some($0) }
    case "consensus": return shares(value, outcome.consensus)
    case "incentive", "rank": return shares(value, outcome.incentive)
    case "ranks": return shares(value, outcome.ranks)
    case "trust": return shares(value, outcome.trust)
    case "dividends", "dividends_first4": return shares(value, outcome.dividends)
    case "validator_trust_first4": return shares(value, outcome.validatorTrust)
    case "dividends_u16":
      return (value.members ?? []).allSatisfy { member in
        guard let uid = Int(member.name), outcome.dividends.indices.contains(uid) else {
          return false
        }
        return member.value.uint64 == UInt64(outcome.dividends[uid].share)
      }
    case "bonds", "bonds_u16_column", "bonds_u16_dense_rows01": return bonds(name, value)
    default: return false
    }
  }

  /// The first of a list of shares, as many as are given.
  private func shares(_ value: JSONValue, _ list: [Fixed32]) -> Bool {
    guard let wanted = value.array, wanted.count <= list.count else { return false }
    return zip(wanted, list).allSatisfy { one, own in
      areProportions ? isNear(one, Int128(own.raw) << 32) : one.uint64 == UInt64(own.share)
    }
  }

  private func isNear(_ wanted: JSONValue, _ raw: Int128) -> Bool {
    guard let wanted = wanted.fixed else { return false }
    return (wanted - Fixed64(raw: raw)).magnitude <= tolerance
  }

  private func bonds(_ name: String, _ value: JSONValue) -> Bool {
    let rows: [JSONValue]
    let first: Int
    switch name {
    case "bonds_u16_column":
      rows = (value["rows0to3"]?.array ?? []).map { [$0] }
      first = Int(clamping: value["column"]?.int64 ?? 0)
    case "bonds":
      rows = value["rows"]?.array ?? []
      first = Int(clamping: value["first_column"]?.int64 ?? 0)
    default:
      rows = value.array ?? []
      first = 0
    }
    guard !rows.isEmpty, rows.count <= outcome.bonds.count else { return false }
    return rows.indices.allSatisfy { row in
      (rows[row].array ?? []).enumerated().allSatisfy { offset, wanted in
        let own = outcome.bonds[row].first { Int($0.uid) == first + offset }?.share ?? 0
        // A bond of Yuma 3 is itself a share of 65535.
        return name == "bonds"
          ? isNear(wanted, (Int128(own) << 64) / 65_535) : wanted.uint64 == UInt64(own)
      }
    }
  }
}
