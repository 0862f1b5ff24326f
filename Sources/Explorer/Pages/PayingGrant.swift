// Who pays the epochs of a subnet or a topic, for their pages.

import Archive
import Kernel
import Primitives

/// A grant with the id by which its sponsor takes it back.
struct PayingGrant: Sendable {
  var id: Bytes32
  var grant: Grant

  /// Grants that are gone through for those of one payee: they cost little to make.
  private static let most = 2_000

  /// Those of one payee, in the order of ids; of very many the first.
  static func all(
    of payee: UInt64, in table: String, _ records: any Records
  ) throws -> [PayingGrant] {
    try records.rows(table, after: nil, limit: most).value.compactMap { entry in
      let grant = try CBOR.decode(Grant.self, from: entry.row)
      guard grant.payee == payee else { return nil }
      return PayingGrant(id: try Bytes32(keyBytes: entry.key), grant: grant)
    }
  }

  func json(at epoch: UInt64) -> JSONValue {
    [
      "id": .string("\(id)"), "sponsor": .string(grant.sponsor.checksummed),
      "perEpoch": .unsigned(grant.perEpoch.units), "end": .unsigned(grant.end),
      "left": .unsigned(left(at: epoch)),
    ]
  }

  /// What of it is still to be paid out, the running epoch included.
  func left(at epoch: UInt64) -> UInt64 { (try? grant.unspent(at: epoch).units) ?? 0 }

  static func table(_ grants: [PayingGrant], _ epoch: UInt64) -> Markup {
    Parts.table(
      "Sponsors", ["Sponsor", "#An epoch", "#Last epoch", "#Still to come"],
      grants.map { own in
        [
          Parts.account(own.grant.sponsor), Parts.money(own.grant.perEpoch.units),
          "\(own.grant.end - min(own.grant.end, 1))", Parts.money(own.left(at: epoch)),
        ]
      }, empty: "Nobody pays for it now.")
  }
}
