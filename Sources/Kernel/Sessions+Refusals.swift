// Why a session is refused, or what its key signed.

public import Primitives

extension Refusal {
  /// The sender gave no session to the key that signed, or it is over.
  public static var noSession: Refusal { Refusal("noSession") }

  /// The last moment of the session has passed.
  public static func sessionExpired(_ expired: Time, now: Time) -> Refusal {
    Refusal("sessionExpired", ["expires": expired.milliseconds, "now": now.milliseconds])
  }

  /// Its owner did not allow messages of this kind.
  public static func sessionKind(_ kind: UInt8) -> Refusal {
    Refusal("sessionKind", ["kind": UInt64(kind)])
  }

  /// No session may ever have this kind.
  public static func kindNotForSessions(_ kind: UInt64) -> Refusal {
    Refusal("kindNotForSessions", ["kind": kind])
  }

  /// More than is left of all that it may take.
  public static func sessionTotal(left: Amount, needs: Amount) -> Refusal {
    Refusal("sessionTotal", ["left": left.units, "needs": needs.units])
  }

  /// More than is left in this period.
  public static func sessionPeriod(left: Amount, needs: Amount) -> Refusal {
    Refusal("sessionPeriod", ["left": left.units, "needs": needs.units])
  }

  /// More than one message may move.
  public static func sessionPerMessage(asks: Amount, limit: Amount) -> Refusal {
    Refusal("sessionPerMessage", ["asks": asks.units, "limit": limit.units])
  }

  /// A session spends dollars and nothing else.
  public static func sessionAsset(_ asset: Asset) -> Refusal {
    Refusal("sessionAsset", ["asset": UInt64(asset.number)])
  }

  /// Who would be paid is none of those that the owner named.
  public static var sessionPayee: Refusal { Refusal("sessionPayee") }

  /// What the message is about was begun by somebody else.
  public static var sessionForeign: Refusal { Refusal("sessionForeign") }

  /// Too many purchases are under way.
  public static func sessionPurchases(limit: UInt64) -> Refusal {
    Refusal("sessionPurchases", ["limit": limit])
  }

  /// Limits that nobody can mean; the number bears the field's name.
  static func badSession(_ field: String, _ value: UInt64) -> Refusal {
    Refusal("badSession", [Number(field, value)])
  }

  static func sessionTooLong(limit: UInt64) -> Refusal {
    Refusal("sessionTooLong", ["limit": limit])
  }

  /// The operator, whose messages cost nothing, lends its name to no other key.
  static var sessionOfOperator: Refusal { Refusal("sessionOfOperator") }

  /// An account needs no session of its own, and zero is nobody's key.
  static var sessionOfItself: Refusal { Refusal("sessionOfItself") }
}
