// Whom the ledger names as a reader of a blob: the rule that a custodian serves by.

public import Kernel
public import Primitives

/// What one event says about a reader of a blob.
public enum ReaderClaim: Hashable, Sendable {
  case none
  /// He must have it, if that account uploaded it: nobody opens another's blob by naming it in a
  /// run of his own.
  case from(holder: Address)
  /// The same, if he audits that run or challenges an answer in it.
  case checker(of: Bytes32, holder: Address)
}

/// Seats, and the auditor who was called, read the input of their run; its buyer, the auditor and
/// every challenger read an output. So nobody can keep another from what the ledger judges him by,
/// whatever an uploader says about readers. What they read is encrypted like before.
public enum BlobReaders {
  /// The events that may name readers of a blob, which is among their objects.
  public static let ofBlob = [
    "runStarted", "auditorCalled", "panelDrawn", "runSubmitted", "runUnsealed",
  ]
  /// The events of a run that make an account one of its checkers.
  public static let ofRun = ["auditorCalled", "gameBegun"]

  public static func claim(
    of reader: Address, to blob: Bytes32, in event: Event
  ) -> ReaderClaim {
    guard event.objects.contains(blob), let first = event.parties.first else { return .none }
    switch event.name {
    case "runStarted": return event.parties.contains(reader) ? .from(holder: first) : .none
    case "auditorCalled":
      guard first == reader, let buyer = event.parties.last else { return .none }
      return .from(holder: buyer)
    case "panelDrawn":
      guard let buyer = event.parties.last, event.parties.dropLast().contains(reader) else {
        return .none
      }
      return .from(holder: buyer)
    case "runSubmitted", "runUnsealed":
      return event.parties.contains(reader)
        ? .from(holder: first) : .checker(of: event.subject, holder: first)
    default: return .none
    }
  }

  /// Whether the event makes that account a checker of the run.
  public static func isChecker(_ account: Address, of run: Bytes32, in event: Event) -> Bool {
    event.subject == run && ofRun.contains(event.name) && event.parties.first == account
  }
}
