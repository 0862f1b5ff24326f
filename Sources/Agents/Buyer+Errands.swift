// Wants of a buyer that goes on: added while it runs, and cleared away when they are over.

public import Primitives

extension Buyer {
  /// Adds a want, which is begun with the next block.
  ///
  /// - Returns: the number by which it is asked for.
  public func add(_ want: Want) -> Int {
    for old in forgotten where isOver(old) { clear(old) }
    wants.append(want)
    queue.append(wants.count - 1)
    return wants.count - 1
  }

  /// What came of a want, told once; nil while it is under way.
  public func collect(_ want: Int) -> Result<PurchaseResult, Refusal>? {
    guard wants.indices.contains(want), isOver(want) else { return nil }
    defer { clear(want) }
    if let result = results.last(where: { $0.want == want }) { return .success(result) }
    return refusals[want].map { .failure($0) }
  }

  /// Nobody waits for a want any more. What was not begun is not; what was ends by itself.
  public func forget(_ want: Int) {
    let wasQueued = queue.contains(want)
    queue.removeAll { $0 == want }
    if wasQueued || isOver(want) { clear(want) } else { forgotten.insert(want) }
  }

  /// A want that is begun at this moment is neither queued nor open: what is over has an end.
  private func isOver(_ want: Int) -> Bool {
    guard refusals[want] != nil || results.contains(where: { $0.want == want }) else {
      return false
    }
    return !queue.contains(want) && !open.contains { purchases[$0]?.want == want }
  }

  /// Numbers stay, what stood behind them goes: it may go on for months.
  private func clear(_ want: Int) {
    forgotten.remove(want)
    refusals[want] = nil
    results.removeAll { $0.want == want }
    for (message, purchase) in purchases where purchase.want == want {
      purchases[message] = nil
      if let lease = purchase.lease { leases[lease] = nil }
    }
    wants[want].input = []
    wants[want].more = []
  }
}
