// The row of a table that came last: versions are counted up, and the last is in force.

extension Records {
  /// The row with the greatest key.
  ///
  /// - Parameter page: how many rows are read at once.
  public func lastRow(of table: String, page: Int = 1_000) throws -> AsOf<RecordedRow?> {
    var found = try rows(table, after: nil, limit: page)
    var last = found.value.last
    while found.value.count >= page, let key = last?.key {
      found = try rows(table, after: key, limit: page)
      last = found.value.last ?? last
    }
    return AsOf(last, height: found.height)
  }
}
