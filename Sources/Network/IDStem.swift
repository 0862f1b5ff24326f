// What a client is told of an id that cannot be read.

public import Archive

extension IDStem {
  /// Reads an id as it came in a request; the problem says what is wrong with it.
  public init(_ text: String, kind wanted: String? = nil) throws(Problem) {
    do throws(IDStem.Fault) {
      self = try IDStem(reading: text, kind: wanted)
    } catch { throw IDStem.problem(error, text, wanted) }
  }

  private static func problem(_ fault: Fault, _ text: String, _ wanted: String?) -> Problem {
    switch fault {
    case .malformed:
      .malformed(
        "the id",
        hint: "send \(wanted.map { $0 + "_…" } ?? "its printed form"), hex, or its first letters")
    case .tooShort:
      Problem(
        400, "prefixTooShort", "too few letters to say which is meant",
        hint: "type at least three letters after the underscore")
    case .mistyped:
      Problem(400, "badChecksum", "the id has a mistyped letter", hint: "copy the id again")
    case .wrongKind(let prefix):
      Problem(
        400, "wrongKind", "\(prefix)_… does not name what is asked for here",
        hint: "ids here begin with \(wanted ?? "another kind")_")
    }
  }
}
