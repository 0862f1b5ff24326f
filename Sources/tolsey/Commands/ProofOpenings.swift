// The counter of hidden weights' openings: a file that only grows, so that no index is spent twice.

import Glibc
import Primitives
import Proofs

/// One root's indices at one keeper. Its first lines say which; each line behind them is something
/// that was spent, on the disk before it is used. What is no whole line, or none that is known,
/// counts as a spent index.
struct OpeningsFile: OpeningCounter {
  let path: String

  /// What the file says.
  struct State: Equatable {
    var root: Bytes32
    var range: OpeningRange
    /// Where the file was made: a copy, or a backup put back, lies elsewhere.
    var place: String
  }

  /// Makes the file, which must not be there yet.
  static func make(_ path: String, root: Bytes32, _ range: OpeningRange) throws -> OpeningsFile {
    let draft = "\(path).\(getpid()).part"
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Failure.file(path, "written", errno) }
    defer {
      close(file)
      unlink(draft)
    }
    let text =
      "openings 1\nroot \(root)\nrange \(range.first) \(range.first + range.left)\n"
      + "place \(try place(of: file, path))\n"
    // A new name for the same file: the place stays.
    guard append(text, to: file), link(draft, path) == 0 else {
      throw Failure.file(path, "written", errno)
    }
    try syncFolder(of: path)
    return OpeningsFile(path: path)
  }

  var state: State { get throws { try locked { $1 } } }

  func spend(of root: Bytes32) throws(Refusal) -> UInt64 {
    do {
      return try change { state throws(Refusal) in
        guard state.root == root else { throw Refusal("otherWeights") }
        return ("spend", try state.range.spend())
      }
    } catch {
      throw (error as? Refusal) ?? Refusal("openingsUnreadable")
    }
  }

  /// The last indices that are left are no longer this keeper's.
  func give(_ count: UInt64) throws -> OpeningRange {
    try change { state throws(Refusal) in ("give \(count)", try state.range.give(count)) }
  }

  /// Nothing may be spent any more. Once closed it stays closed.
  func shut() throws {
    try change { state throws(Refusal) in
      state.range.close()
      return ("close", ())
    }
  }

  private func change<T>(
    _ body: (inout State) throws(Refusal) -> (line: String, result: T)
  ) throws -> T {
    try locked { file, state in
      var state = state
      let (line, result) = try body(&state)
      // A line of its own, even behind half a one.
      guard OpeningsFile.append("\n\(line)\n", to: file) else {
        throw Failure.file(path, "written", errno)
      }
      return result
    }
  }

  /// Reads the file while nobody else may.
  private func locked<T>(_ body: (Int32, State) throws -> T) throws -> T {
    let file = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw Failure.file(path, "read", errno) }
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else { throw Failure.file(path, "locked", errno) }
    }
    let text = String(decoding: try LocalFile.read(path, limit: 1 << 24), as: UTF8.self)
    guard let state = OpeningsFile.state(text) else { throw Refusal("openingsUnreadable") }
    guard try OpeningsFile.place(of: file, path) == state.place else {
      throw Refusal("openingsMoved")
    }
    return try body(file, state)
  }

  /// Nil where it is no counter; empty lines say nothing.
  static func state(_ text: String) -> State? {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    guard lines.count >= 4, lines[0] == ["openings", "1"],
      lines[1].count == 2, lines[1][0] == "root", let root = Bytes32(hex: String(lines[1][1])),
      lines[2].count == 3, lines[2][0] == "range", let first = UInt64(lines[2][1]),
      let end = UInt64(lines[2][2]), first <= end, lines[3].count == 3, lines[3][0] == "place"
    else { return nil }
    var range = OpeningRange(first..<end)
    for line in lines[4...] {
      if line == ["close"] {
        range.close()
      } else if line.count == 2, line[0] == "give", let count = UInt64(line[1]) {
        // More than was left is no line that we wrote.
        if (try? range.give(count)) == nil { range.close() }
      } else if (try? range.spend()) == nil {
        range.close()
      }
    }
    return State(root: root, range: range, place: lines[3][1...].joined(separator: " "))
  }

  /// The machine and the file's number on its disk.
  private static func place(of file: Int32, _ path: String) throws -> String {
    var facts = Glibc.stat()
    guard fstat(file, &facts) == 0 else { throw Failure.file(path, "read", errno) }
    let machine = (try? LocalFile.read("/etc/machine-id", limit: 1 << 10)) ?? []
    return "\(SHA256.hash(machine + Array("tolsey/openings".utf8))) \(facts.st_ino)"
  }

  private static func append(_ text: String, to file: Int32) -> Bool {
    let bytes = Array(text.utf8)
    return write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
  }

  private static func syncFolder(of path: String) throws {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw Failure.file(folder, "read", errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw Failure.file(folder, "written", errno) }
  }
}
