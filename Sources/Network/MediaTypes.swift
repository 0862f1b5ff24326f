// Media types as requests name them.

/// Reading `Accept` and `Content-Type` (RFC 9110, 8.3 and 12.5.1).
enum MediaTypes {
  /// The type without its parameters, lower case.
  static func name(_ field: some StringProtocol) -> String {
    field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
  }

  /// Whether one of the types is taken. A range with a quality of zero takes nothing.
  static func accepts(_ field: String, _ types: [String]) -> Bool {
    var ranges = 0
    for part in field.split(separator: ",") {
      let range = name(part)
      if range.isEmpty { continue }
      ranges += 1
      if isRefused(part) { continue }
      if types.contains(where: { matches(range, name($0)) }) { return true }
    }
    return ranges == 0
  }

  private static func matches(_ range: String, _ type: String) -> Bool {
    range == "*/*" || range == "*" || range == type
      || (range.hasSuffix("/*") && type.hasPrefix(range.dropLast()))
  }

  private static func isRefused(_ part: Substring) -> Bool {
    part.split(separator: ";").dropFirst().contains { parameter in
      let words = parameter.filter { $0 != " " }.lowercased().split(separator: "=")
      return words.count == 2 && words[0] == "q"
        && words[1].allSatisfy { $0 == "0" || $0 == "." }
    }
  }
}

extension Route {
  /// The media types of its answers.
  var answerTypes: [String] {
    var types: [String] = []
    for answer in answers where !types.contains(answer.type) { types.append(answer.type) }
    return types
  }
}
