// How a state comes back from the rows of a store, and proves that it is the one that was left.

import Kernel
public import Primitives

/// Rows on their way from a store into a state.
public struct StateLoader: ~Copyable {
  private var state: State
  private var leaves: [TreeChange] = []
  /// The first table with a row that cannot be read.
  private var unread: String?

  public init(_ genesis: Genesis) throws(Refusal) {
    try genesis.check()
    state = State(genesis, KernelTables())
  }

  /// Takes one row; the order does not matter.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) {
    do throws(Refusal) {
      guard try state.load(table: table, key: key, row: row) else { throw .unknownTable(table) }
    } catch {
      if error.code == "unknownTable" { throw error }
      // Whether it is damaged, or whole and of another version, the root tells in the end.
      unread = unread ?? table
    }
    let leaf = RowChange.leafKey(table: table, key: key)
    leaves.append(TreeChange(leaf, SHA256.hash(row)))
  }

  /// The state after the block with this header, once its root is found to be the rows' own.
  public consuming func finish(at header: Header) throws(Refusal) -> State {
    TreeChange.sort(&leaves)
    state.tree.apply(leaves)
    guard state.tree.root == header.stateRoot else {
      throw .rootDiffers("stateRoot", at: header.height)
    }
    if let unread { throw .otherForm(unread) }
    guard header.network == state.network, state.kernel.height == header.height else {
      throw .rootDiffers("header", at: header.height)
    }
    // Height 0 has no block: what its first one names as parent is the network.
    state.tip = header.height == 0 ? state.network : header.id
    state.reputation.terms = state.kernel.terms.current
    state.kernel.rebuildTimers()
    state.market.rebuildTimers(into: &state.kernel)
    state.payments.rebuildTimers(into: &state.kernel)
    state.boxedSubnets.value.rebuildTimers(into: &state.kernel)
    state.boxedTournaments.value.rebuildTimers(into: &state.kernel)
    state.boxedTopics.value.rebuildTimers(into: &state.kernel)
    state.forgetUndo()
    return state
  }
}

extension Refusal {
  /// Rows that are just as they were written, and that this version does not read; the number bears
  /// the table's name.
  static func otherForm(_ table: String) -> Refusal { Refusal("otherForm", [Number(table, 0)]) }

  /// A stored row of a table that no room has; the number bears the table's name.
  static func unknownTable(_ name: String) -> Refusal {
    Refusal("unknownTable", [Number(name, 0)])
  }
}
