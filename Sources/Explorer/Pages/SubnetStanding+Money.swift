// Whose money is in a subnet: what sponsors pay, and what one account has staked.

import Archive
import Kernel
import Primitives
import Subnets

/// What one account has on one member.
struct SubnetStake: Sendable {
  var uid: UInt64
  var validator: Address
  /// What its shares are worth now, and what is on its way back.
  var worth = Amount()
  var leaving = Amount()
  var leaves = Time.never

  var json: JSONValue {
    [
      "uid": .unsigned(uid), "validator": .string(validator.checksummed),
      "worth": .unsigned(worth.units), "leaving": .unsigned(leaving.units),
      "leaves": leaves == .never ? .null : .unsigned(leaves.milliseconds),
    ]
  }
}

extension SubnetStanding {
  /// Who pays, the greatest first.
  func grants(in records: any Records) throws -> [PayingGrant] {
    guard subnet.grants > 0 else { return [] }
    return try PayingGrant.all(of: number, in: "subnetGrants", by: "subnetGrantsOf", records)
  }

  /// What an account has staked on those who have a seat now.
  func stakes(of owner: Address, in records: any Records) throws -> [SubnetStake] {
    var found: [SubnetStake] = []
    for seat in seats {
      let validator = seat.member.account
      let key = Stake(number, on: validator, of: owner).key
      guard let bytes = try records.row("subnetStakes", key: key.keyBytes).value else { continue }
      let stake = try CBOR.decode(Stake.self, from: bytes)
      var own = SubnetStake(uid: seat.uid, validator: validator)
      let party = PartyKey(number, validator)
      if let bytes = try records.row("subnetPools", key: party.keyBytes).value {
        let pool = try CBOR.decode(StakePool.self, from: bytes)
        own.worth = try pool.staked.worth(stake.shares)
        own.leaving = try pool.leaving.worth(stake.leavingShares)
        own.leaves = stake.leaves
      }
      found.append(own)
    }
    return found
  }
}

// MARK: - On the page

extension SubnetPage {
  /// What an account that the address names has here.
  static func stakes(_ stakes: [SubnetStake], of owner: Address, now: Time) -> Markup {
    let table = Parts.table(
      "Stake of one account", ["#UID", "On", "#Worth", "#Leaving", "Paid out"],
      stakes.map { own in
        [
          "\(own.uid)", Parts.account(own.validator), Parts.money(own.worth.units),
          own.leaving == .zero ? Parts.none : Parts.money(own.leaving.units),
          own.leaves == .never ? "" : "\(Formats.age(own.leaves, now: now))",
        ]
      }, empty: "It has nothing on those who have a seat.")
    return "<h2>Stake of \(Parts.account(owner))</h2>\(table)"
  }
}
