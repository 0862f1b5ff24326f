// Blocks whose roots nobody asks for, for benchmarks and simulators of the rules alone.

public import Kernel
public import Primitives

extension State {
  /// Carries a block out as `produce` does, timers and admission included, and hashes none of it:
  /// what changed waits in the tables for the next block that is produced, whose root covers it
  /// too. No node uses this: such a block has no header, and nobody could replay it.
  public mutating func advance(
    _ plan: BlockPlan, _ messages: [VerifiedMessage]
  ) throws(Refusal) -> BlockResults {
    guard !isTorn else { throw .stateIsTorn }
    let offered = try fill(plan, with: messages)
    if let first = offered.refused.first { throw first.refusal }
    kernel.endBlock()
    results.events = kernel.takeEvents()
    return takeResults()
  }
}
