// The demo's time: a block closes when every actor has said that it is done with this height.

import Chain
import Kernel
import NetworkRoom
import Primitives

/// Moves the time of a node that was started with `Pace.steps`.
///
/// An actor registers, sends what it has to send at this height (`NodeClient.post`, which does
/// not wait), and then says that it is done; the answer is the next height. When nobody sent
/// anything the time jumps to the earliest deadline. The same messages give the same blocks.
public actor Stepper {
  private let producer: Producer
  private var actors: Set<String> = []
  private var waiting: [String: CheckedContinuation<UInt64?, Never>] = [:]

  init(_ producer: Producer) { self.producer = producer }

  public var height: UInt64 { producer.gate.height }

  /// From now on no block closes without this actor's word.
  public func register(_ name: String) { actors.insert(name) }

  /// The actor goes, and holds nobody up.
  public func leave(_ name: String) async {
    actors.remove(name)
    waiting.removeValue(forKey: name)?.resume(returning: nil)
    await closeIfComplete()
  }

  /// The actor has nothing more for this height. It gets the next height, or nil when the world
  /// is at rest: nobody sent anything, and no deadline waits.
  public func done(_ name: String) async -> UInt64? {
    guard actors.contains(name), waiting[name] == nil else { return nil }
    return await withCheckedContinuation { continuation in
      waiting[name] = continuation
      Task { await self.closeIfComplete() }
    }
  }

  private func closeIfComplete() async {
    guard !actors.isEmpty, waiting.count == actors.count else { return }
    let all = waiting
    waiting = [:]
    let height = await producer.step()
    for (_, continuation) in all { continuation.resume(returning: height) }
  }
}

extension Producer {
  /// How far a block with messages moves the time, where no deadline comes before.
  static let stride: UInt64 = 1000

  /// Closes the block of this height. Nil when there is nothing to close.
  func step() async -> UInt64? {
    await withCheckedContinuation { done in
      queue.async {
        let height = self.chamber.withLock { self.step(&$0) }
        done.resume(returning: height)
      }
    }
  }

  private func step(_ chamber: inout Chamber) -> UInt64? {
    takeArrivals(&chamber)
    guard chamber.failure == nil else { return nil }
    let ready = readyMessages(chamber) { $0.message.signed.id < $1.message.signed.id }
    let last = chamber.state.kernel.blockTime.milliseconds
    let paused = chamber.state.kernel.clock.paused.milliseconds
    let due = chamber.state.nextDeadline.map { $0.milliseconds + paused }
    let time: UInt64
    if ready.isEmpty {
      guard let due else { return nil }
      time = max(last + 1, due)
    } else {
      // A message shall not meet a deadline that nobody saw coming.
      let before = due.map { $0 > 0 ? $0 - 1 : 0 } ?? .max
      time = max(last + 1, min(last + Producer.stride, before))
    }
    guard cut(&chamber, at: Time(time), pause: .zero, ready) else { return nil }
    return chamber.state.height
  }
}
