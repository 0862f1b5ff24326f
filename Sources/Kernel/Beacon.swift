// The beacon: it hashes its last value with the block's opened salts and the operator's link.

public import Primitives

/// The beacon's row and the salts that the current block opened.
public struct Beacon: ~Copyable {
  private var table = Table<UInt64, BeaconState>("beacon")
  /// In the order of opening. Blocks begin with none.
  public private(set) var opened: [OpenedSalt] = []

  /// A salt and the object that committed to it.
  public struct OpenedSalt: Hashable, Comparable, Sendable {
    public var object: Bytes32
    public var salt: Bytes32

    public init(object: Bytes32, salt: Bytes32) {
      self.object = object
      self.salt = salt
    }

    public static func < (l: OpenedSalt, r: OpenedSalt) -> Bool {
      l.object == r.object ? l.salt < r.salt : l.object < r.object
    }
  }

  public init() {}

  public var state: BeaconState {
    get { table[0] ?? BeaconState() }
    set { table[0] = newValue }
  }

  /// E of the last complete block.
  public var value: Bytes32 { state.value }

  /// Mixes a salt into the value of this block. A message that is rolled back opened none.
  public mutating func open(object: Bytes32, salt: Bytes32) {
    opened.append(OpenedSalt(object: object, salt: salt))
  }

  /// Takes the link of a block at its beginning.
  public mutating func advance(link: Bytes32) throws(Refusal) {
    state = try state.advanced(by: link)
  }

  /// The value of the block that ends here.
  public mutating func close() {
    var next = state
    next.value = BeaconRule.next(last: next.value, opened: opened, link: next.link)
    state = next
    opened.removeAll(keepingCapacity: true)
  }
}

// MARK: - Message and block

extension Beacon: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&table)
    v(ofBlock: &opened)
  }
}
