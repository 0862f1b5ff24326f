// Settings of a person: a flag before the environment, before the file, before what is usual.

import Primitives

/// Where a value came from.
enum Origin: String, Sendable {
  case flag
  case environment
  case file
  case usual = "default"
}

/// One setting with its value and where that came from.
struct Setting: Equatable, Sendable {
  let name: String
  let value: String
  let origin: Origin
}

/// Names of settings, in the file as on the command line.
enum SettingName: String, CaseIterable, Sendable {
  case node
  case key

  /// The variable that says the same.
  var variable: String { "TOLSEY_" + rawValue.uppercased() }
}

/// What `$TOLSEY_HOME/tolsey.toml` says.
struct Settings: Sendable {
  private let values: [String: String]

  init(values: [String: String] = [:]) { self.values = values }

  /// The file is the home's own: one that lies in some folder could send a purchase elsewhere.
  static func path() throws -> String { try HomeFolder.path() + "/tolsey.toml" }

  static func load() throws -> Settings {
    let path = try path()
    guard LocalFile.exists(path) else { return Settings() }
    let text = String(decoding: try LocalFile.read(path, limit: 65_536), as: UTF8.self)
    return try Settings(text, path: path)
  }

  /// Reads the part of TOML that settings need: comments, and names with strings in quotes. What is
  /// not understood is refused by its line, never passed over.
  init(_ text: String, path: String) throws {
    var values: [String: String] = [:]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (place, whole) in lines.enumerated() {
      let line = whole.trimming(" \t\r")
      if line.isEmpty || line.hasPrefix("#") { continue }
      func refuse(_ why: String) -> Failure {
        Failure(
          .usage, code: "badSettings", "\(path), line \(place + 1): \(why)",
          hint: "write a setting as: node = \"http://127.0.0.1:7465\"")
      }
      guard let equals = line.firstIndex(of: "=") else { throw refuse("no setting") }
      let name = String(line[..<equals].trimming(" \t"))
      guard SettingName(rawValue: name) != nil else {
        let known = SettingName.allCases.map(\.rawValue).joined(separator: ", ")
        throw refuse("\(name) is no setting; there are \(known)")
      }
      guard values[name] == nil else { throw refuse("\(name) is said twice") }
      guard let value = Settings.string(line[line.index(after: equals)...].trimming(" \t")) else {
        throw refuse("the value of \(name) is no string in double quotes")
      }
      values[name] = value
    }
    self.values = values
  }

  /// A basic string without escapes, with a comment behind it or none.
  private static func string(_ text: Substring) -> String? {
    guard text.first == "\"", let end = text.dropFirst().firstIndex(of: "\"") else { return nil }
    let value = text[text.index(after: text.startIndex)..<end]
    let rest = text[text.index(after: end)...].trimming(" \t")
    guard rest.isEmpty || rest.hasPrefix("#"), !value.isEmpty, !value.contains("\\") else {
      return nil
    }
    return String(value)
  }

  /// The value that counts, and where it came from; nil where nobody said any.
  func value(
    _ name: SettingName, flag: String? = nil,
    environment: String?, usual: String? = nil
  ) -> Setting? {
    let said: [(String?, Origin)] = [
      (flag, .flag), (environment, .environment), (values[name.rawValue], .file), (usual, .usual),
    ]
    for case (let value?, let origin) in said {
      return Setting(name: name.rawValue, value: value, origin: origin)
    }
    return nil
  }

  /// The value that the file and the environment of this process say.
  static func value(
    _ name: SettingName, flag: String? = nil, usual: String? = nil
  ) throws -> Setting? {
    try load().value(
      name, flag: flag, environment: HomeFolder.environment(name.variable), usual: usual)
  }
}

extension StringProtocol where SubSequence == Substring {
  fileprivate func trimming(_ letters: String) -> Substring {
    var text = self[...]
    while let first = text.first, letters.contains(first) { text.removeFirst() }
    while let last = text.last, letters.contains(last) { text.removeLast() }
    return text
  }
}
