// Rules about words that may not appear: calls that trap, print, or differ between machines.

extension Rules {
  /// Rules for every source file.
  static func bannedCalls(_ file: SourceText) -> [Violation] {
    let isConsole = file.path.hasPrefix("Sources/tolsey/Console")
    return file.tokens.indices.compactMap { index in
      let word = file.tokens[index].text
      let next = index + 1 < file.tokens.count ? file.tokens[index + 1].text : ""
      let previous = index > 0 ? file.tokens[index - 1].text : ""
      if word == "try", next == "!" {
        return Violation(
          file.path, file.tokens[index].line, "try! ends the program on an error",
          remedy: "let the error go up, or show with a guard that it cannot come")
      }
      let prints = ["print", "debugPrint", "puts", "fputs", "NSLog"].contains(word) && next == "("
      let isFree = !["func", "."].contains(previous) || isQualifiedSwift(file.tokens, index)
      let handles = word == "standardOutput" || word == "standardError"
      if !isConsole, file.path.hasPrefix("Sources/"), prints && isFree || handles && next != ":" {
        // The root command hands the two streams to the console by these names.
        if handles, file.path == "Sources/tolsey/Tolsey.swift" { return nil }
        return Violation(
          file.path, file.tokens[index].line, "\(word) goes past the console",
          remedy: "use console.result, note or warn")
      }
      return nil
    }
  }

  private static func isQualifiedSwift(_ tokens: [Token], _ index: Int) -> Bool {
    index > 1 && tokens[index - 1].text == "." && tokens[index - 2].text == "Swift"
  }

  /// Rules for the core: no floating point, no clock, no chance, no waiting, no giving up.
  static func purity(_ file: SourceText) -> [Violation] {
    guard RoomMap.room(of: file.path)?.isCore == true else { return [] }
    return file.tokens.indices.compactMap { index in
      let word = file.tokens[index].text
      let next = index + 1 < file.tokens.count ? file.tokens[index + 1].text : ""
      guard let remedy = remedy(for: word, before: next) else { return nil }
      return Violation(
        file.path, file.tokens[index].line, "\(word) has no place in a core room", remedy: remedy)
    }
  }

  private static func remedy(for word: String, before next: String) -> String? {
    switch word {
    case "Double", "Float", "Float16", "Float32", "Float64", "Float80", "CGFloat":
      "use integers: Amount, Rate, parts per million"
    case "async", "await", "Task", "actor":
      "the core is synchronous; wait in Store, Network or Node"
    case "Date", "ContinuousClock", "SuspendingClock", "DispatchTime":
      "take the time from the block header (Time)"
    case "random", "randomElement", "shuffled", "shuffle", "SystemRandomNumberGenerator":
      next == "(" ? "draw from the beacon (Draw)" : nil
    case "Locale", "String.format", "NumberFormatter":
      "write numbers with String(_:)"
    case "fatalError" where next == "(":
      "throw a Refusal, or state what the caller must guarantee as a precondition"
    default: nil
    }
  }
}
