// The files that a command names: read and written whole, with an error that says which and why.

import Glibc
import Primitives

/// One file of this machine, by its path.
enum LocalFile {
  /// More than this is read only where a command says so.
  static let readLimit = 1 << 30

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The bytes of a file or of a pipe.
  static func read(_ path: String, limit: Int = readLimit) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Failure.file(path, "read", errno) }
    defer { close(file) }
    return try read(from: file, path, limit: limit)
  }

  /// What is left to read of a file that is open; `path` is for what is said of it.
  static func read(from file: Int32, _ path: String, limit: Int) throws -> [UInt8] {
    var facts = stat()
    guard fstat(file, &facts) == 0 else { throw Failure.file(path, "read", errno) }
    guard facts.st_mode & S_IFMT != S_IFDIR else { throw Failure.file(path, "read", EISDIR) }
    guard Int(facts.st_size) <= limit else { throw Failure.tooLong(path, limit) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(facts.st_size) + 1)
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &part, part.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Failure.file(path, "read", errno) }
      if count == 0 { return bytes }
      bytes += part[..<count]
      guard bytes.count <= limit else { throw Failure.tooLong(path, limit) }
    }
  }

  /// The JSON text of a file.
  static func json(_ path: String) throws -> JSONValue {
    let bytes = try read(path, limit: JSONValue.sizeLimit)
    return try naming(path) { () throws(Refusal) in try JSONValue(parsing: bytes) }
  }

  /// Gives what `body` makes of the file, and a refusal the file's name.
  static func naming<T>(_ path: String, _ body: () throws(Refusal) -> T) throws -> T {
    do throws(Refusal) { return try body() } catch {
      var failure = Failure(error)
      failure.message = "\(path): \(failure.message)"
      throw failure
    }
  }

  /// Writes a file whole or not at all: what stands there is replaced by a rename, or, where it
  /// must not be replaced, the new file only gets its name if that is free.
  static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t = 0o644, replaces: Bool = true
  ) throws {
    let draft = "\(path).\(getpid()).part"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    guard file >= 0 else { throw Failure.file(path, "written", errno) }
    defer { unlink(draft) }
    do {
      defer { close(file) }
      guard fchmod(file, mode) == 0 else { throw Failure.file(path, "written", errno) }
      try put(bytes, into: file, path)
      guard fsync(file) == 0 else { throw Failure.file(path, "written", errno) }
    }
    let done = replaces ? rename(draft, path) : link(draft, path)
    guard done == 0 else { throw Failure.file(path, "written", errno) }
  }

  /// Refuses a path where `write` would fail, before something is spent on what goes there.
  static func requireRoom(at path: String) throws {
    var facts = stat()
    if stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR {
      throw Failure.file(path, "written", EISDIR)
    }
    let draft = "\(path).\(getpid()).part"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      if errno != ENOENT { throw Failure.file(path, "written", errno) }
      throw Failure(
        .usage, code: "noFolder", "\(path) cannot be written: its folder is not there",
        hint: "make the folder, or choose another place")
    }
    close(file)
    unlink(draft)
  }

  /// Has the disk keep the names in a folder, for a file that must outlast what is sent next.
  static func sync(folder: String) throws {
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw Failure.file(folder, "read", errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw Failure.file(folder, "written", errno) }
  }

  private static func put(_ bytes: [UInt8], into file: Int32, _ path: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Failure.file(path, "written", errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// The names of what lies in a folder, sorted; none where there is no folder.
  static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw Failure.file(folder, "read", errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder and those above it, where they are missing.
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws {
    if mkdir(path, mode) == 0 { return }
    switch errno {
    case EEXIST:
      var facts = stat()
      guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
        throw Failure.file(path, "made a folder", ENOTDIR)
      }
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
        throw Failure.file(path, "made", ENOENT)
      }
      try makeFolder(String(path[..<slash]))
      guard mkdir(path, mode) == 0 || errno == EEXIST else {
        throw Failure.file(path, "made", errno)
      }
    default: throw Failure.file(path, "made", errno)
    }
  }
}

extension Failure {
  /// A file that cannot be used, in the system's words.
  static func file(_ path: String, _ verb: String, _ code: Int32) -> Failure {
    switch code {
    case ENOENT:
      return Failure(
        .usage, code: "noFile", "there is no file \(path)", hint: "check the path")
    case EISDIR:
      return Failure(
        .usage, code: "isFolder", "\(path) is a folder", hint: "name a file in it")
    case EACCES, EPERM:
      return Failure(
        .usage, code: "noAccess", "\(path) cannot be \(verb): permission denied",
        hint: "check its owner and its mode with 'ls -l'")
    case ENOTDIR, ENAMETOOLONG, ELOOP, EROFS:
      return Failure(
        .usage, code: "badPath",
        "\(path) cannot be \(verb): \(String(cString: strerror(code)).lowercased())",
        hint: "choose another place")
    case EEXIST:
      return Failure(
        .refused, code: "fileExists", "\(path) exists already",
        hint: "choose another name, or move the old one away")
    case ENOSPC, EDQUOT:
      return Failure(
        .tryAgain, code: "diskFull", "\(path) cannot be written: the disk is full",
        hint: "make room and try again; nothing was written")
    default:
      return Failure(
        .fault, code: "fileError", "\(path) cannot be \(verb): \(String(cString: strerror(code)))")
    }
  }

  static func tooLong(_ path: String, _ limit: Int) -> Failure {
    Failure(
      .refused, code: "tooLarge", "\(path) is longer than \(limit) bytes",
      hint: "this command reads no file of that size")
  }
}
