// The keys of a person: one file each, found by name, by address or as the only one.

import Glibc
import Primitives

/// `$TOLSEY_HOME/keys`.
struct KeysFolder {
  static let suffix = ".key"
  let path: String

  init() throws {
    path = try HomeFolder.folder("keys")
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw Failure.file(path, "read", errno) }
    guard facts.st_mode & 0o022 == 0 else {
      throw Failure(
        .denied, code: "exposedKeyFolder", "others can change \(path)",
        hint: "run 'chmod 700 \(path)'")
    }
  }

  var names: [String] {
    get throws {
      try LocalFile.names(in: path)
        .filter { $0.hasSuffix(KeysFolder.suffix) && !$0.hasPrefix(".") }
        .map { String($0.dropLast(KeysFolder.suffix.count)) }
    }
  }

  func file(_ name: String) -> String { "\(path)/\(name)\(KeysFolder.suffix)" }

  /// Keeps a key under a name that is free.
  func add(_ key: PrivateKey, named name: String) throws {
    try KeysFolder.check(name)
    do {
      try LocalFile.write(
        Array(KeyFile(key).text.utf8), to: file(name), mode: KeyFile.mode, replaces: false)
    } catch let failure as Failure where failure.code == "fileExists" {
      throw Failure(
        .refused, code: "keyExists", "there is a key named \(name) already",
        hint: "choose another name; a key is never overwritten")
    }
  }

  /// The key that somebody means: by its name, its address, the start of either, or a path.
  /// Without a word it is `TOLSEY_KEY`, then that of the settings' file, then the only key.
  func key(_ word: String?) throws -> (name: String, key: PrivateKey) {
    if let word = try Settings.value(.key, flag: word)?.value { return try named(word) }
    let names = try names
    guard let only = names.first else {
      throw Failure(
        .usage, code: "noKeys", "you have no key", hint: "make one with 'tolsey key new'")
    }
    guard names.count == 1 else {
      throw Failure(
        .usage, code: "manyKeys", "you have \(names.count) keys: \(names.joined(separator: ", "))",
        hint: "say which with --key or TOLSEY_KEY")
    }
    return (only, try KeyFile.open(file(only)).key)
  }

  private func named(_ word: String) throws -> (name: String, key: PrivateKey) {
    if word.contains("/") { return (word, try KeyFile.open(word).key) }
    let names = try names
    if names.contains(word) { return (word, try KeyFile.open(file(word)).key) }
    var found: [(name: String, key: PrivateKey)] = []
    for name in word.isEmpty ? [] : names {
      let key = try KeyFile.open(file(name)).key
      let isMeant =
        word.hasPrefix("0x")
        ? word.count >= 5 && key.address.description.hasPrefix(word.lowercased())
        : name.hasPrefix(word)
      if isMeant { found.append((name, key)) }
    }
    guard let first = found.first else {
      throw Failure(
        .usage, code: "noSuchKey", "you have no key named \(word)",
        hint: "see 'tolsey key list'")
    }
    guard found.count == 1 else {
      let names = found.map(\.name).joined(separator: ", ")
      throw Failure(
        .usage, code: "ambiguousKey", "\(word) may be \(names)", hint: "type more of it")
    }
    return first
  }

  /// Names become file names.
  static func check(_ name: String) throws {
    let isPlain = name.utf8.allSatisfy { letter in
      switch letter {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
      default: false
      }
    }
    guard isPlain, (1...32).contains(name.utf8.count), !name.hasPrefix("-"), !name.hasPrefix("0x")
    else {
      throw Failure(
        .usage, code: "badName", "\(name) cannot name a key",
        hint: "use up to 32 letters, digits, - and _")
    }
  }

  /// A key from the system's source of randomness.
  static func fresh() throws -> PrivateKey {
    var source = SystemRandomNumberGenerator()
    while true {
      let secret = Bytes32(words: source.next(), source.next(), source.next(), source.next())
      if let key = try? PrivateKey(secret) { return key }
    }
  }
}
