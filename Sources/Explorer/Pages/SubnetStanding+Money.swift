// Whose money is in a subnet: what sponsors pay, and what one account has staked.

import Archive
import Kernel
import Primitives
import Subnets

/// A grant with the id by which its sponsor takes it back.
struct SubnetGrant: Sendable {
  var id: Bytes32
  var grant: Grant

  func json(at epoch: UInt64) -> JSONValue {
    [
      "id": .string("\(id)"), "sponsor": .string(grant.sponsor.checksummed),
      "perEpoch": .unsigned(grant.perEpoch.units), "end": .unsigned(grant.end),
      "left": .unsigned(left(at: epoch)),
    ]
  }

  /// What of it is still to be paid out, the running epoch included.
  func left(at epoch: UInt64) -> UInt64 { (try? grant.unspent(at: epoch).units) ?? 0 }
}

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
  /// Grants that are gone through for those of one subnet: they cost little to make.
  private static let mostGrants = 2_000

  /// Who pays, in the order of ids; of very many the first.
  func grants(in records: any Records) throws -> [SubnetGrant] {
    guard subnet.grants > 0 else { return [] }
    var found: [SubnetGrant] = []
    for entry in try records.rows("subnetGrants", after: nil, limit: Self.mostGrants).value {
      let grant = try CBOR.decode(Grant.self, from: entry.row)
      guard grant.subnet == number else { continue }
      found.append(SubnetGrant(id: try Bytes32(keyBytes: entry.key), grant: grant))
    }
    return found
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
  static func sponsors(_ grants: [SubnetGrant], _ epoch: UInt64) -> Markup {
    Parts.table(
      "Sponsors", ["Sponsor", "#An epoch", "#Last epoch", "#Still to come"],
      grants.map { own in
        [
          Parts.account(own.grant.sponsor), Parts.money(own.grant.perEpoch.units),
          "\(own.grant.end - min(own.grant.end, 1))", Parts.money(own.left(at: epoch)),
        ]
      }, empty: "Nobody pays for it now.")
  }

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
