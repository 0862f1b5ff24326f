// What a request may say in its path, its query and its fields, and how each is judged.

import Archive
import Primitives

/// One parameter of a route. The server refuses what does not fit before the route sees it.
public struct Parameter: Sendable {
  enum Place: String, Sendable {
    case path, query, header
  }

  enum Form: Sendable {
    case number(ClosedRange<UInt64>)
    case address
    /// 32 bytes in hex.
    case hash
    /// An id of that kind: printed, in hex, or its first letters.
    case id(String)
    /// An id of one of several kinds.
    case anyID([String])
    case choice([String])
    /// A name of letters and digits.
    case name
    case cursor
    /// The whole id of one of several kinds.
    case wholeID([String])
    /// A place in the feed.
    case feedPlace
    /// Any text of so many letters at most.
    case words(Int)
  }

  var name: String
  var place: Place
  var form: Form
  var about: String
  var isRequired = false
  /// Comes several times, or as a list with commas.
  var isRepeated = false
  var example: String?

  static func path(_ name: String, _ form: Form, _ about: String) -> Parameter {
    Parameter(name: name, place: .path, form: form, about: about, isRequired: true)
  }

  static func query(
    _ name: String, _ form: Form, _ about: String, isRepeated: Bool = false,
    isRequired: Bool = false, example: String? = nil
  ) -> Parameter {
    Parameter(
      name: name, place: .query, form: form, about: about, isRequired: isRequired,
      isRepeated: isRepeated, example: example)
  }

  static func header(_ name: String, _ form: Form, _ about: String) -> Parameter {
    Parameter(name: name, place: .header, form: form, about: about)
  }

  /// Waits for a height.
  static let atLeast = Parameter.query(
    "at-least", .number(0...UInt64.max),
    "waits up to five seconds until the node has reached this height", example: "0")
  static let limit = Parameter.query(
    "limit", .number(1...UInt64(API.listLimit)),
    "entries of a page; \(API.listLength) where it is not said", example: "10")
  static let cursor = Parameter.query("cursor", .cursor, "the cursor of the page before")
}

// MARK: - Judging

extension Parameter {
  /// Refuses a value that is not of the form.
  func check(_ text: String) throws(Problem) {
    let fits: Bool
    switch form {
    case .words(let most): fits = text.unicodeScalars.count <= most
    // What is told back must not turn or hide the letters around it.
    case _ where !RequestTarget.isVisible(text): fits = false
    case .number(let range): fits = Parameter.number(text).map(range.contains) ?? false
    case .address: fits = Address(hex: text) != nil
    case .hash: fits = Bytes32(hex: text) != nil
    case .id(let kind):
      _ = try IDStem(text, kind: kind)
      return
    case .anyID(let kinds):
      let prefix = String(text.prefix { $0 != "_" })
      _ = try IDStem(
        text, kind: kinds.contains(prefix) ? prefix : text.contains("_") ? kinds[0] : nil)
      return
    case .wholeID(let kinds):
      try Parameter(name: name, place: place, form: .anyID(kinds), about: about).check(text)
      guard try IDStem(text).whole != nil else {
        throw .malformed(name, hint: "\(name) takes the whole id")
      }
      return
    case .choice(let words): fits = words.contains(text)
    case .name: fits = (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(Parameter.isPlain)
    case .cursor:
      guard PageCursor.looksRight(text) else { throw .badCursor }
      return
    case .feedPlace: fits = FeedCursor(text) != nil
    }
    guard fits else { throw .malformed(name, hint: "\(name) is \(words)") }
  }

  /// Decimal digits and nothing else: no sign, no space.
  static func number(_ text: String) -> UInt64? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ? UInt64(text) : nil
  }

  private static func isPlain(_ letter: UInt8) -> Bool {
    switch letter {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  /// What fits, in words.
  var words: String {
    switch form {
    case .number(let range):
      range.upperBound == .max
        ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .address: "0x and 40 hex digits"
    case .hash: "0x and 64 hex digits"
    case .id(let kind): "\(kind)_…, hex, or the first letters of either"
    case .anyID(let kinds): kinds.map { $0 + "_…" }.joined(separator: ", ") + " or hex"
    case .wholeID(let kinds): "the whole of " + kinds.map { $0 + "_…" }.joined(separator: ", ")
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .name: "letters and digits"
    case .cursor: "the cursor of the page before"
    case .feedPlace: "a height, or the id of the last event"
    case .words(let most): "at most \(most) letters"
    }
  }

  /// The form in the document. Mixed-case addresses and whole printed ids are taken too, if their
  /// checksum is right, which no pattern can say.
  var schema: Schema {
    switch form {
    case .number(let range): .number(range)
    case .address:
      .text(form: Schema.plainAddress, example: example ?? Parameter.nobody)
    case .hash: .text(form: "0x[0-9a-fA-F]{64}", example: example ?? "\(Bytes32.zero)")
    case .id(let kind): Parameter.stem(kind, example)
    case .anyID(let kinds):
      Parameter.stem("(\(kinds.joined(separator: "|")))", example ?? "\(Bytes32.zero)")
    case .wholeID: .text(form: "0x[0-9a-fA-F]{64}", example: example ?? "\(Bytes32.zero)")
    case .choice(let words): .choice(words)
    case .name: .text(form: "[0-9a-zA-Z]{1,64}", example: example ?? "runSettled")
    case .cursor: .cursor
    case .feedPlace: .text(form: "[0-9]{1,19}(\\.[0-9]{1,19})?", example: example ?? "0")
    case .words(let most): .text(form: "[\\s\\S]{0,\(most)}", example: example ?? "")
    }
  }

  private static let nobody = "0x" + String(repeating: "00", count: 20)

  private static func stem(_ kind: String, _ example: String?) -> Schema {
    .text(
      form: "\(kind)_[0-9a-hjkmnp-tv-z]{3,51}|(0x)?[0-9a-fA-F]{4,64}",
      example: example ?? "\(Bytes32.zero)")
  }
}
