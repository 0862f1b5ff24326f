// Colours: only for a reader who has them, and never the only carrier of a meaning.

/// What a coloured word stands for; the same meaning has the same colour in every command.
enum Tint: String, Sendable {
  case good = "32"
  case bad = "31"
  case caution = "33"
  /// Something to copy or type: an id, an address, the next command.
  case handle = "36"
  case strong = "1"
  case faint = "2"
}

/// Colours text for one stream, or leaves it alone.
struct Paint: Sendable {
  var isOn: Bool

  init(isOn: Bool) {
    self.isOn = isOn
  }

  /// A terminal gets colours unless NO_COLOR is set or it is a dumb one; FORCE_COLOR gives them to
  /// anything (https://no-color.org, https://force-color.org).
  init(isTerminal: Bool, environment: (String) -> String?) {
    func isSet(_ name: String) -> Bool { !(environment(name) ?? "").isEmpty }
    if isSet("NO_COLOR") {
      isOn = false
    } else if isSet("FORCE_COLOR") {
      isOn = environment("FORCE_COLOR") != "0"
    } else {
      isOn = isTerminal && environment("TERM") != "dumb"
    }
  }

  func callAsFunction(_ tint: Tint?, _ text: String) -> String {
    guard isOn, let tint, !text.isEmpty else { return text }
    return "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m"
  }
}
