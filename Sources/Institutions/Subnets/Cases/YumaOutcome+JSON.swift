// The result of an epoch under the names that subtensor stores it by, and how it differs.

public import Primitives

extension YumaOutcome {
  /// Shares as 65535ths, amounts in the unit of the emission.
  public var json: JSONValue {
    func shares(_ list: [Fixed32]) -> JSONValue {
      .array(list.map { .unsigned(UInt64($0.share)) })
    }
    func amounts(_ list: [UInt64]) -> JSONValue { .array(list.map { .unsigned($0) }) }
    func flags(_ list: [Bool]) -> JSONValue { .array(list.map { .bool($0) }) }
    return [
      "stake_weight": shares(stake), "active": flags(isActive), "consensus": shares(consensus),
      "validator_trust": shares(validatorTrust), "rank": shares(incentive),
      "trust": shares(trust), "incentive": shares(incentive), "dividends": shares(dividends),
      "server_emission": amounts(serverEmission),
      "validator_emission": amounts(validatorEmission), "emission": amounts(emission),
      "new_validator_permit": flags(permits),
      "bonds": .array(
        bonds.map { row in
          .array(row.map { [.integer(Int64($0.uid)), .unsigned(UInt64($0.share))] })
        }),
    ]
  }

  /// The fields of a reference that this does not equal.
  func differences(from reference: JSONValue) -> [String] {
    let own = json
    return (reference.members ?? []).compactMap { member in
      guard let value = own[member.name] else { return "unknown field \(member.name)" }
      return value == member.value ? nil : member.name
    }
  }

  /// The same for the numbers behind the shares, bit by bit.
  func rawDifferences(from reference: JSONValue) -> [String] {
    let own: [(String, [Fixed32])] = [
      ("consensus", consensus), ("incentive", incentive), ("dividends", dividends),
      ("validator_trust", validatorTrust), ("preranks", preranks), ("ranks", ranks),
      ("active_stake", activeStake),
    ]
    return own.compactMap { name, list in
      guard let wanted = reference[name]?.array else { return nil }
      return wanted.map(\.int64) == list.map { .some($0.raw) } ? nil : "\(name), its bits"
    }
  }
}
