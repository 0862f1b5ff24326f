// Names of items and of choices: short, visible, and read in one direction.

/// What may be a name. Whoever writes a file of items is not always who orders the labels.
public enum LabelName {
  public static let longest = 200

  /// Refuses names that are empty or long, that hold what cannot be seen or what turns the
  /// direction of a line, and that begin or end with a blank.
  static func check(
    _ name: String, _ what: String, line: Int = 0, longest: Int = LabelName.longest
  ) throws(LabelTrouble) {
    if name.isEmpty { throw .badName(what, "is empty", line: line) }
    if name.utf8.count > longest {
      throw .badName(what, "is longer than \(longest) bytes", line: line)
    }
    for scalar in name.unicodeScalars where isUnseen(scalar) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      let digits = String(repeating: "0", count: max(0, 4 - code.count)) + code
      throw .badName(what, "holds the unseen character U+\(digits)", line: line)
    }
    if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
      throw .badName(what, "begins or ends with a blank", line: line)
    }
  }

  /// Controls, marks of direction, and characters without width.
  public static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      true
    default: false
    }
  }
}
