// The one error of the rules: a stable code and the numbers that explain it.

/// Why the rules refused something.
///
/// Typed throws do not convert between error types, so every room throws this one and adds its
/// own factories beside its rules (`.tooDear(asked:limit:)`). The sentences for people live in
/// one table, `RefusalTexts` in Chain, which the command line, the API and the docs share.
public struct Refusal: Error, Hashable, Sendable {
  /// Stable, camel-cased, never reused for another meaning.
  public var code: String
  /// The numbers that the rule compared, in the order in which the text names them.
  public var numbers: [Number]

  public init(_ code: String, _ numbers: [Number] = []) {
    self.code = code
    self.numbers = numbers
  }

  public init(_ code: String, _ numbers: KeyValuePairs<String, UInt64>) {
    self.code = code
    self.numbers = numbers.map { Number($0.key, $0.value) }
  }
}

extension Refusal {
  /// An amount, time or count left the range of its type.
  public static var overflow: Refusal { Refusal("overflow") }

  /// Bytes that are not the canonical form of what they should be.
  public static func malformed(at offset: Int) -> Refusal {
    Refusal("malformed", ["offset": UInt64(clamping: offset)])
  }

  /// A text that is not what its field wants (a hex string, an id, a decimal number).
  public static func badText(at offset: Int = 0) -> Refusal {
    Refusal("badText", ["offset": UInt64(clamping: offset)])
  }
}
