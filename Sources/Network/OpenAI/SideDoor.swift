// A door for OpenAI's clients on a node's own port, opened when the node answers already.

import Hummingbird
public import Logging
import Synchronization

/// Where `/v1` of a node leads. Whoever speaks there is paid through the node's own facilitator, so
/// the door can only be opened behind the node, and is closed before it.
public final class SideDoor: Sendable {
  private let inside = Mutex<SpeechDoor?>(nil)

  public init() {}

  public func open(
    _ speaker: any Speaker, price: SpeechPrice, limits: RequestLimits, log: Logger
  ) {
    let door = SpeechDoor(speaker: speaker, rates: RateGuard(limits), log: log, price: price)
    inside.withLock { $0 = door }
  }

  /// Takes no more requests; those that were taken are finished.
  public func close() { inside.withLock { $0 = nil } }

  var door: SpeechDoor? { inside.withLock { $0 } }

  /// Whether a path is one of its own.
  static func owns(_ segments: [String]) -> Bool { segments.first == "v1" }
}
