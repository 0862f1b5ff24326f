// Where a person's keys, models and receipts lie: $TOLSEY_HOME, else ~/.tolsey.

import Glibc

enum HomeFolder {
  /// The folder itself, for its owner alone.
  static func path() throws -> String {
    if let own = environment("TOLSEY_HOME") { return own }
    if let home = environment("HOME") { return home + "/.tolsey" }
    throw Failure(
      .usage, code: "noHome", "there is no folder for keys and models",
      hint: "set TOLSEY_HOME")
  }

  /// A folder in it, made where it is missing; nobody else may look into it.
  static func folder(_ name: String) throws -> String {
    let home = try path()
    if !LocalFile.exists(home) { try LocalFile.makeFolder(home, mode: 0o700) }
    let folder = home + "/" + name
    try LocalFile.makeFolder(folder, mode: 0o700)
    return folder
  }

  static func environment(_ name: String) -> String? {
    guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else { return nil }
    return text
  }
}
