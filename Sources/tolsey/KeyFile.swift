// A secret key in a file: what it holds, and when it is too exposed to be used.

import Glibc
import Primitives

/// The contents of a key file, as JSON.
struct KeyFile {
  static let format: UInt64 = 1
  static let readLimit = 4_096
  /// For its owner alone.
  static let mode: mode_t = 0o600

  var key: PrivateKey

  var text: String {
    let json: JSONValue = [
      "format": .unsigned(KeyFile.format), "address": .string(key.address.checksummed),
      "secret": .string("\(key.secret)"),
    ]
    return json.prettyText + "\n"
  }

  init(_ key: PrivateKey) {
    self.key = key
  }

  /// Reads a key file, or a bare secret as other wallets export it: 64 hex digits.
  init(_ bytes: [UInt8], path: String) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    let bare = text.split { $0.isWhitespace }.joined()
    if let secret = Bytes32(hex: bare.hasPrefix("0x") ? bare : "0x" + bare) {
      key = try KeyFile.key(secret, path: path)
      return
    }
    guard let json = try? JSONValue(parsing: bytes), let format = json["format"]?.uint64 else {
      throw KeyFile.unreadable(path)
    }
    guard format <= KeyFile.format else {
      throw Failure(
        .refused, code: "newerFormat",
        "\(path) has format \(format); this version reads up to \(KeyFile.format)",
        hint: "use the version of tolsey that wrote it, or a later one")
    }
    guard let secret = json["secret"]?.string.flatMap(Bytes32.init(hex:)) else {
      throw KeyFile.unreadable(path)
    }
    key = try KeyFile.key(secret, path: path)
    if let address = json["address"]?.string, Address(hex: address) != key.address {
      throw Failure(
        .refused, code: "wrongAddress", "the address in \(path) is not that of its key",
        hint: "the file was changed by hand; restore it from your backup")
    }
  }

  /// Opens a key file that nobody else can read.
  static func open(_ path: String) throws -> KeyFile {
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw Failure.file(path, "read", errno) }
    guard facts.st_uid == geteuid() else {
      throw Failure(
        .denied, code: "foreignKeyFile", "\(path) belongs to another user",
        hint: "import the key with 'tolsey key import' into a file of your own")
    }
    guard facts.st_mode & 0o077 == 0 else {
      throw Failure(
        .denied, code: "exposedKeyFile", "others can read \(path)",
        hint: "run 'chmod 600 \(path)', and move the money if others have been there")
    }
    return try KeyFile(LocalFile.read(path, limit: readLimit), path: path)
  }

  private static func key(_ secret: Bytes32, path: String) throws -> PrivateKey {
    do throws(Refusal) { return try PrivateKey(secret) } catch {
      throw Failure(
        .refused, code: error.code, "the number in \(path) is no secret key",
        hint: "a key lies between 1 and the order of secp256k1")
    }
  }

  /// It says nothing of what is in the file, which may be a secret.
  private static func unreadable(_ path: String) -> Failure {
    Failure(
      .refused, code: "noKey", "\(path) holds no key",
      hint: "a key file has 64 hex digits, or is one of 'tolsey key new'")
  }
}
