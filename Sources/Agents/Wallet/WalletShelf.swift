// Small documents in a folder of an agent: payments that are under way, receipts of what it bought.

import Glibc
public import Primitives

/// A folder in an agent's own, with one document a file, each written whole or not at all.
public struct WalletShelf: Sendable {
  public let folder: String
  private let disk: WalletDisk

  public init(_ wallet: AgentWallet, _ name: String) {
    folder = wallet.folder + "/" + name
    disk = wallet.disk
  }

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
      try disk.syncFolder(of: folder)
    } else if errno != EEXIST {
      throw .file(path: folder, errno: errno)
    }
    try disk.replace(path(name), with: document.text + "\n")
  }

  /// Nil where there is none, or none that can be read.
  public func document(_ name: String) -> JSONValue? {
    guard WalletShelf.isName(name), let bytes = try? disk.read(path(name)) else { return nil }
    return try? JSONValue(parsing: bytes)
  }

  public func remove(_ name: String) { unlink(path(name)) }

  /// The same, those that were written longest ago first.
  public var oldestFirst: [String] {
    let aged = names.map { name -> (name: String, seconds: Int, rest: Int) in
      var found = stat()
      guard lstat(path(name), &found) == 0 else { return (name, 0, 0) }
      return (name, found.st_mtim.tv_sec, found.st_mtim.tv_nsec)
    }
    return aged.sorted { ($0.seconds, $0.rest, $0.name) < ($1.seconds, $1.rest, $1.name) }
      .map(\.name)
  }

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
