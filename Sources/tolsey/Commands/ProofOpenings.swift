// The counter of hidden weights' openings: a file that only grows, so that no index is spent twice.

import Glibc
import Primitives
import Proofs

/// One root's indices at one keeper. Its first lines say which; each line behind them is something
/// that was spent, on the disk before it is used. What is no whole line, or none that is known,
/// counts as a spent index. What is gone has a mark too, a file of its name in a folder beside it:
/// older bytes that are put over the counter take no mark away.
struct OpeningsFile: OpeningCounter {
  let path: String
  /// The counter of the next epoch: marked as made, it has to be there.
  var next: String?

  var marks: String { path + ".d" }

  /// What the file says.
  struct State: Equatable {
    var root: Bytes32
    var range: OpeningRange
    /// Where the file was made: a copy, or a backup put back, lies elsewhere.
    var place: String

    var unspent: Range<UInt64> { (range.first + range.spent)..<range.end }
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
    try LocalFile.makeFolder(path + ".d", mode: 0o700)
    // Marks alone are those of a counter that was taken away.
    guard try LocalFile.exists(path) || LocalFile.names(in: path + ".d").isEmpty else {
      throw Refusal("openingsMoved")
    }
    // A new name for the same file: the place stays.
    guard append(text, to: file), link(draft, path) == 0 else {
      throw Failure.file(path, "written", errno)
    }
    try sync(folder: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
    return OpeningsFile(path: path)
  }

  var state: State { get throws { try locked { $1 } } }

  func spend(of root: Bytes32) throws(Refusal) -> UInt64 {
    do {
      return try change { state throws(Refusal) in
        guard state.root == root else { throw Refusal("otherWeights") }
        let index = try state.range.spend()
        return ("spend", ["\(index)"], index)
      }
    } catch {
      throw (error as? Refusal) ?? Refusal("openingsUnreadable")
    }
  }

  /// The last indices that are left are no longer this keeper's.
  func give(_ count: UInt64) throws -> OpeningRange {
    try change { state throws(Refusal) in
      let given = try state.range.give(count)
      return ("give \(count)", (given.first..<given.end).map { "\($0)" }, given)
    }
  }

  /// Nothing may be spent any more. Once closed it stays closed.
  func shut() throws {
    try change { state throws(Refusal) in
      state.range.close()
      return ("close", ["closed"], ())
    }
  }

  /// The next epoch's counter has been made.
  func markNext() throws { try mark(["next"]) }

  private func change<T>(
    _ body: (inout State) throws(Refusal) -> (line: String, marks: [String], result: T)
  ) throws -> T {
    try locked { file, state in
      var state = state
      let (line, marks, result) = try body(&state)
      // A line of its own, even behind half a one.
      guard OpeningsFile.append("\n\(line)\n", to: file) else {
        throw Failure.file(path, "written", errno)
      }
      // Behind the line: a crash between the two loses an index, not the counter.
      try mark(marks)
      return result
    }
  }

  /// On the disk when this returns. Only an index may have no mark yet.
  private func mark(_ names: [String]) throws {
    for name in names {
      let file = open("\(marks)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if file >= 0 {
        close(file)
      } else if errno != EEXIST {
        throw Failure.file("\(marks)/\(name)", "written", errno)
      } else if UInt64(name) != nil {
        throw Refusal("openingsMoved")
      }
    }
    try OpeningsFile.sync(folder: marks)
  }

  /// Whether everything that is marked as gone is gone in the file.
  private func holdsMarks(_ state: State) throws -> Bool {
    guard LocalFile.exists(marks) else { return false }
    return try LocalFile.names(in: marks).allSatisfy { name in
      switch name {
      case "closed": state.unspent.isEmpty
      case "next": next.map(LocalFile.exists) ?? true
      default: UInt64(name).map { !state.unspent.contains($0) } ?? true
      }
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
    // Another file may have got the name while this one waited for the lock.
    var (named, opened) = (Glibc.stat(), Glibc.stat())
    guard fstat(file, &opened) == 0, lstat(path, &named) == 0, named.st_dev == opened.st_dev,
      named.st_ino == opened.st_ino
    else { throw Refusal("openingsMoved") }
    let bytes = try LocalFile.read(from: file, path, limit: 1 << 24)
    guard let state = OpeningsFile.state(String(decoding: bytes, as: UTF8.self)) else {
      throw Refusal("openingsUnreadable")
    }
    guard try OpeningsFile.place(of: file, path) == state.place, try holdsMarks(state) else {
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

  /// The machine, its disk, and the file's number there.
  private static func place(of file: Int32, _ path: String) throws -> String {
    var facts = Glibc.stat()
    guard fstat(file, &facts) == 0 else { throw Failure.file(path, "read", errno) }
    let machine = (try? LocalFile.read("/etc/machine-id", limit: 1 << 10)) ?? []
    // The number of the disk is not in it: some file systems have another after each start.
    return "\(SHA256.hash(machine + Array("tolsey/openings".utf8))) \(facts.st_ino)"
  }

  private static func append(_ text: String, to file: Int32) -> Bool {
    let bytes = Array(text.utf8)
    return write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
  }

  private static func sync(folder: String) throws {
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw Failure.file(folder, "read", errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw Failure.file(folder, "written", errno) }
  }
}
