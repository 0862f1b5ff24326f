// What lies in escrows, summed up from the rows of the state.

import GRDB
import Kernel
import Primitives

extension SQLiteLog {
  /// The dollars of all escrows after the last block, and how many rows that took.
  ///
  /// Keys of balances begin with the kind of the holder, so escrows are one range of them.
  func escrows() throws(StoreError) -> Reading<(sum: UInt64, rows: Int)> {
    try reading { db in
      let statement = try RawStatement(
        db,
        "SELECT key, row FROM state WHERE tbl = (SELECT code FROM tableName WHERE name = ?)"
          + " AND key >= ? AND key < ?")
      defer { statement.reset() }
      try statement.bind(1, "balances")
      try statement.bind(2, SQLiteLog.prefix(ofKind: Holder.escrow(.zero).kind))
      try statement.bind(3, SQLiteLog.prefix(ofKind: Holder.escrow(.zero).kind + 1))
      var (sum, rows) = (UInt64(0), 0)
      while try statement.step() {
        rows += 1
        let key = try CBOR.decode(BalanceKey.self, from: statement.bytes(0))
        guard key.asset == .dollar else { continue }
        let row = try CBOR.decode(Balance.self, from: statement.bytes(1))
        let (next, isOver) = sum.addingReportingOverflow(row.amount.units)
        sum = isOver ? .max : next
      }
      return (sum, rows)
    }
  }

  /// The array of holder and asset, the array of kind and id, the kind.
  private static func prefix(ofKind kind: UInt8) -> [UInt8] { [0x82, 0x82, kind] }
}
