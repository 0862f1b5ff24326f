// What an account holds of subnets' own assets, and what the pools would give for it now.

import Archive
import Kernel
import Primitives
import Subnets

struct AccountAssets {
  struct Line: Sendable {
    var subnet: UInt64
    /// What the asset is called; empty where its subnet is gone.
    var name: String
    var units: Amount
    /// In dollars, for all of it, with the fee and what the sale moves; nil where there is no pool.
    var worth: Amount?
  }

  let lines: [Line]
  /// Whether there are more than are shown.
  let isCut: Bool

  private static let most = 64

  /// Balances lie in the order of their holders and of their assets' numbers, and own assets have
  /// the numbers from 2³¹ on.
  init(_ house: House, _ address: Address) throws {
    let holder = Holder.account(address)
    let before = BalanceKey(holder, Kernel.Asset(SubnetAsset.asset(of: 0).number - 1))
    let rows = try house.records.rows(
      "balances", after: before.keyBytes, limit: AccountAssets.most + 1)
    var found: [Line] = []
    var isCut = false
    for row in rows.value {
      let key = try BalanceKey(keyBytes: row.key)
      guard key.holder == holder else { break }
      let units = try CBOR.decode(Balance.self, from: row.row).amount
      if units == .zero { continue }
      guard found.count < AccountAssets.most else {
        isCut = true
        break
      }
      let number = UInt64(key.asset.number - SubnetAsset.asset(of: 0).number)
      let asset = try house.row(SubnetAsset.self, "subnetAssets", number.keyBytes)
      let pool = try house.row(AssetPool.self, "subnetMarkets", number.keyBytes)
      found.append(
        Line(
          subnet: number, name: asset?.name ?? "", units: units, worth: try? pool?.sold(units)))
    }
    lines = found
    self.isCut = isCut
  }

  var json: JSONValue {
    .array(
      lines.map {
        [
          "subnet": .unsigned($0.subnet), "name": .string($0.name),
          "units": .unsigned($0.units.units),
          "worth": $0.worth.map { .unsigned($0.units) } ?? .null,
        ]
      })
  }

  /// Nothing where it holds none.
  var body: Markup {
    guard !lines.isEmpty else { return "" }
    let table = Parts.table(
      "Own assets of subnets", ["#Subnet", "Asset", "#Units", "#Its pool would give"],
      lines.map { line in
        [
          "<a class=\"number\" href=\"/subnets/\(line.subnet)\">\(line.subnet)</a>",
          line.name.isEmpty
            ? Parts.none : "<a href=\"/subnets/\(line.subnet)\">\(line.name)</a>",
          // Units have six decimals, as dollars have.
          "\(Formats.dollars(line.units.units).dropFirst().description)",
          line.worth.map { Parts.money($0.units) } ?? "it has no pool",
        ]
      }, empty: "")
    let more: Markup = isCut ? "<p>The first \(lines.count), by number of subnet.</p>" : ""
    return """
      <h2>Assets of subnets</h2>
      \(Parts.live("live-assets", table))\(more)
      """
  }
}
