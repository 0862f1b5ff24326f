// What an actor has already sent, so that it neither repeats itself nor gives up too early.

public import Primitives

/// Remembers for each action how often and when it was sent.
///
/// The rows of the ledger are what counts: an action is only asked for while its row wants it. In
/// between the message is on its way, and after some blocks without effect it is sent again.
public struct Attempts<Action: Hashable & Sendable>: Sendable {
  /// Blocks until an action is tried again.
  public static var pause: UInt64 { 3 }
  public static var most: Int { 3 }

  private var sent: [Action: (count: Int, height: UInt64)] = [:]

  public init() {}

  /// Whether to send it in answer to this block; true is remembered.
  public mutating func begin(_ action: Action, at height: UInt64) -> Bool {
    guard mayBegin(action, at: height) else { return false }
    sent[action] = ((sent[action]?.count ?? 0) + 1, height)
    return true
  }

  /// Whether `begin` would say so: asked before work that only the action needs.
  public func mayBegin(_ action: Action, at height: UInt64) -> Bool {
    guard let last = sent[action] else { return true }
    return last.count < Self.most && height >= last.height + Self.pause
  }

  /// Whether it was ever sent.
  public func has(_ action: Action) -> Bool { sent[action] != nil }

  /// The action failed before anything was sent.
  public mutating func undo(_ action: Action) { sent[action] = nil }
}
