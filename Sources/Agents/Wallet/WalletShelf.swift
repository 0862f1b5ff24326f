// Small documents in a folder of an agent: payments that are under way, receipts of what it bought.

import Glibc
public import Primitives

/// A folder in an agent's own, with one document a file, each written whole or not at all.
public struct WalletShelf: Sendable {
  public let folder: String

  public init(_ wallet: AgentWallet, _ name: String) { folder = wallet.folder + "/" + name }

  /// Nothing that a file name could mean to a file system is one.
  public static func isName(_ name: String) -> Bool {
    (1...80).contains(name.utf8.count)
      && name.utf8.allSatisfy { letter in
        switch letter {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d: true
        default: false
        }
      }
  }

  /// It is on the disk when this returns.
  public func put(_ document: JSONValue, as name: String) throws(WalletFault) {
    if mkdir(folder, 0o700) == 0 {
      try WalletFile.syncFolder(of: folder)
    } else if errno != EEXIST {
      throw .file(path: folder, errno: errno)
    }
    try WalletFile.replace(path(name), with: document.text + "\n")
  }

  /// Nil where there is none, or none that can be read.
  public func document(_ name: String) -> JSONValue? {
    guard WalletShelf.isName(name), let bytes = try? WalletFile.read(path(name)) else { return nil }
    return try? JSONValue(parsing: bytes)
  }

  public func remove(_ name: String) { unlink(path(name)) }

  /// The names of what lies there, sorted.
  public var names: [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(WalletShelf.suffix) {
        names.append(String(name.dropLast(WalletShelf.suffix.count)))
      }
    }
    return names.sorted()
  }

  private static let suffix = ".json"

  private func path(_ name: String) -> String { "\(folder)/\(name)\(WalletShelf.suffix)" }
}
