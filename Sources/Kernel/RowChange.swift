// One row that a block changed, as the state tree and the store take it.

public import Primitives

/// The net change of a row since the last drain.
public struct RowChange: Hashable, Sendable {
  public var table: String
  public var key: [UInt8]
  /// Where the row lives in the state tree.
  public var leafKey: Bytes32
  /// The canonical bytes of the row; nil says that it was removed.
  public var row: [UInt8]?

  public init(table: String, key: [UInt8], row: [UInt8]?) {
    self.table = table
    self.key = key
    self.leafKey = RowChange.leafKey(table: table, key: key)
    self.row = row
  }

  /// A change whose leaf key is hashed later, with others.
  @usableFromInline
  init(unhashed table: String, key: [UInt8], row: [UInt8]?) {
    self.table = table
    self.key = key
    self.leafKey = .zero
    self.row = row
  }

  /// Hashes the leaf keys of the changes of one table, which stand at the end of the list.
  @usableFromInline
  static func hashLeafKeys(of changes: inout [RowChange], from first: Int) {
    var batch = SHA256Batch()
    for index in first..<changes.count {
      withLeaf(table: changes[index].table, key: changes[index].key) { batch.add($0) }
    }
    let keys = batch.digests()
    for (place, key) in keys.enumerated() { changes[first + place].leafKey = key }
  }

  /// SHA-256(length of the name ‖ name ‖ canonical key). The length keeps a name from running
  /// into the key, so that rows of two tables never share a leaf.
  public static func leafKey(table: String, key: [UInt8]) -> Bytes32 {
    withLeaf(table: table, key: key) { SHA256.hash($0) }
  }

  /// The bytes that a leaf key is the hash of, on the stack: every changed row asks for them.
  private static func withLeaf<R>(
    table: String, key: [UInt8], _ body: (UnsafeRawBufferPointer) -> R
  ) -> R {
    var table = table
    return table.withUTF8 { name in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 + name.count + key.count) {
        $0[0] = UInt8(name.count)
        _ = $0[1...].update(fromContentsOf: name)
        _ = $0[(1 + name.count)...].update(fromContentsOf: key)
        return body(UnsafeRawBufferPointer($0))
      }
    }
  }
}
