// How a block begins and ends, and the timers of the Kernel between.

public import Primitives

extension KernelTables {
  /// Moves the clock and takes the operator's link.
  ///
  /// - Parameter pause: how much of the time since the parent did not count: the node was down,
  ///   or its blocks were full.
  public mutating func beginBlock(
    time: Time, link: Bytes32, pausedBy pause: Time = .zero
  ) throws(Refusal) {
    let next = try clock.next(time: time, pausedBy: pause)
    try beacon.advance(link: link)
    clocks[0] = next
    timers.resume()
  }

  /// Completes the block: its beacon value comes from the salts that it opened and its link.
  public mutating func endBlock() { beacon.close() }

  /// Lets a timer of the Kernel act. False says that the entry was stale and does not count
  /// against the timers of the block.
  @discardableResult
  public mutating func fire(_ key: TimerKey, at deadline: Time) -> Bool {
    if key.kind == KernelTimer.sessionKind { return endSession(key, at: deadline) }
    guard key == KernelTimer.terms, deadline <= now, terms.enactPending(dueAt: deadline)
    else { return false }
    emit(Event("termsInForce", numbers: [Number("version", terms.version)]))
    return true
  }
}
