// Who pays the epochs of a subnet or a topic, for their pages.

import Archive
import Kernel
import Primitives

/// A grant with the id by which its sponsor takes it back.
struct PayingGrant: Sendable {
  var id: Bytes32
  var grant: Grant

  /// So many are shown of one payee.
  private static let most = 100

  /// Those that pay one payee most, the greatest first. They stand together in `index`, however
  /// many grants others have.
  static func all(
    of payee: UInt64, in table: String, by index: String, _ records: any Records
  ) throws -> [PayingGrant] {
    let start = GrantOf(first: payee).keyBytes
    var found: [PayingGrant] = []
    for entry in try records.rows(index, after: start, limit: most).value {
      let key = try GrantOf(keyBytes: entry.key)
      guard key.payee == payee else { break }
      guard let row = try records.row(table, key: key.grant.keyBytes).value else { continue }
      found.append(PayingGrant(id: key.grant, grant: try CBOR.decode(Grant.self, from: row)))
    }
    return found
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

  /// - Parameter count: how many there are, those included that are not shown.
  static func table(_ grants: [PayingGrant], _ epoch: UInt64, of count: UInt64) -> Markup {
    let rest: Markup =
      count > UInt64(grants.count)
      ? "<p>The \(grouped: UInt64(grants.count)) greatest of \(grouped: count).</p>" : Markup()
    return rest
      + Parts.table(
        "Sponsors", ["Sponsor", "#An epoch", "#Last epoch", "#Still to come"],
        grants.map { own in
          [
            Parts.account(own.grant.sponsor), Parts.money(own.grant.perEpoch.units),
            "\(own.grant.end - min(own.grant.end, 1))", Parts.money(own.left(at: epoch)),
          ]
        }, empty: "Nobody pays for it now.")
  }
}
