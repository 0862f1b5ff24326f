// A labelling job on the disk: what it is made of, and what happened since, each event whole.

import Glibc
import Primitives

/// The folder of a job. An event is on the disk before the job goes on from it, and the file of a
/// job that was killed in the middle of a write reads as if that event had not come.
///
/// Each line of `events` begins with a hash over the line before and itself, so that lines that a
/// disk has lost or changed are noticed instead of paid for twice.
public final class LabelJobFile {
  public let folder: String
  public private(set) var job: LabelJob
  private let file: Int32
  private var last: Bytes32
  private var length: Int
  private var isBroken = false

  static let head = "tolsey labels 1\n"

  /// Whether a folder holds a job.
  public static func exists(at folder: String) -> Bool { access(folder + "/definition", F_OK) == 0 }

  /// Makes the job; the folder must hold none.
  public static func make(
    _ definition: LabelDefinition, at folder: String
  ) throws(LabelTrouble) -> LabelJobFile {
    try definition.check()
    guard !exists(at: folder) else { throw .exists() }
    if mkdir(folder, 0o700) != 0, errno != EEXIST { throw .file("made", errno) }
    try place(Array(head.utf8) + CBOR.encode(definition), at: folder + "/definition", in: folder)
    return try LabelJobFile(folder)
  }

  /// Writes a file that is there whole or not at all, and never changes.
  private static func place(
    _ bytes: [UInt8], at path: String, in folder: String
  ) throws(LabelTrouble) {
    let draft = path + ".part"
    let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file("made", errno) }
    defer {
      Glibc.close(file)
      unlink(draft)
    }
    try write(bytes, to: file)
    // Only who comes first gets the name.
    guard link(draft, path) == 0 else {
      throw errno == EEXIST ? .exists() : .file("made", errno)
    }
    try syncFolder(folder)
  }

  /// Opens a job and goes through all that happened.
  public init(_ folder: String) throws(LabelTrouble) {
    self.folder = folder
    let definition = try LabelJobFile.definition(folder)
    let path = folder + "/events"
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file("opened", errno) }
    do throws(LabelTrouble) {
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw .inUse() }
      (job, last, length) = try LabelJobFile.replay(
        try LabelJobFile.read(file), of: definition)
      guard ftruncate(file, off_t(length)) == 0, lseek(file, 0, SEEK_END) >= 0 else {
        throw .file("opened", errno)
      }
    } catch {
      Glibc.close(file)
      throw error
    }
    self.file = file
  }

  deinit { Glibc.close(file) }

  /// The job as it stands, for who only looks: another program may be at work on it.
  public static func job(at folder: String) throws(LabelTrouble) -> LabelJob {
    let definition = try definition(folder)
    let file = Glibc.open(folder + "/events", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if file < 0, errno == ENOENT { return try LabelJob(definition) }
    guard file >= 0 else { throw .file("opened", errno) }
    defer { Glibc.close(file) }
    return try replay(try read(file), of: definition).job
  }

  /// All that happened, by the lines that are whole.
  private static func replay(
    _ bytes: [UInt8], of definition: LabelDefinition
  ) throws(LabelTrouble) -> (job: LabelJob, last: Bytes32, length: Int) {
    var job = try LabelJob(definition)
    var last = definition.id
    // A line without an end was being written when the program ended.
    let end = bytes.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    for (place, line) in bytes[..<end].split(separator: 0x0a).enumerated() {
      guard let event = event(line, after: &last) else { throw .damaged(place + 1) }
      do throws(LabelTrouble) { try job.take(event) } catch { throw .damaged(place + 1) }
    }
    return (job, last, end)
  }

  /// The event happens whole or not at all: it fits, it is on the disk, and only then it counts.
  public func take(_ event: LabelEvent) throws(LabelTrouble) {
    guard !isBroken else { throw .file("written", EIO) }
    var next = job
    try next.take(event)
    let (line, hash) = LabelJobFile.line(event, after: last)
    do throws(LabelTrouble) { try LabelJobFile.write(line, to: file) } catch {
      // Half a line would spoil those behind it.
      isBroken =
        ftruncate(file, off_t(length)) != 0 || lseek(file, off_t(length), SEEK_SET) < 0
      throw error
    }
    (job, last) = (next, hash)
    length += line.count
  }

  /// Fixes with the first order who orders the job and where: anywhere else its open orders would
  /// not be found, and all of it would be paid twice. Gives what was fixed.
  public func claim(_ owner: LabelOwner) throws(LabelTrouble) -> LabelOwner {
    let path = folder + "/owner"
    let found = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if found < 0, errno == ENOENT {
      // Without the file nothing tells from where on the log has to be read.
      var owner = owner
      if !job.rounds.isEmpty { owner.since = 0 }
      try LabelJobFile.place(line(of: owner), at: path, in: folder)
      return owner
    }
    guard found >= 0 else { throw .file("opened", errno) }
    defer { Glibc.close(found) }
    let words = try LabelJobFile.read(found).split(separator: 0x20)
    guard words.count == 2,
      let bytes = Hex.decode(String(decoding: words[1].dropLast(), as: UTF8.self)),
      let fixed = try? CBOR.decode(LabelOwner.self, from: bytes),
      line(of: fixed).elementsEqual(words.joined(separator: [0x20]))
    else { throw .damagedOwner() }
    guard fixed.network == owner.network, fixed.account == owner.account else {
      throw .otherOwner(fixed.account)
    }
    return fixed
  }

  private func line(of owner: LabelOwner) -> [UInt8] {
    let bytes = CBOR.encode(owner)
    let hash = SHA256.hash(job.definition.id.bytes + bytes)
    return Array("\(Hex.encode(hash.bytes)) \(Hex.encode(bytes))\n".utf8)
  }

  // MARK: - Lines

  private static func line(
    _ event: LabelEvent, after last: Bytes32
  ) -> (line: [UInt8], hash: Bytes32) {
    let bytes = CBOR.encode(event)
    let hash = SHA256.hash(last.bytes + bytes)
    return (Array("\(Hex.encode(hash.bytes)) \(Hex.encode(bytes))\n".utf8), hash)
  }

  private static func event(_ line: ArraySlice<UInt8>, after last: inout Bytes32) -> LabelEvent? {
    let words = line.split(separator: 0x20)
    guard words.count == 2, let bytes = Hex.decode(String(decoding: words[1], as: UTF8.self)),
      let event = try? CBOR.decode(LabelEvent.self, from: bytes)
    else { return nil }
    let hash = SHA256.hash(last.bytes + bytes)
    guard Hex.encode(hash.bytes).utf8.elementsEqual(words[0]) else { return nil }
    last = hash
    return event
  }

  // MARK: - Bytes

  private static func definition(_ folder: String) throws(LabelTrouble) -> LabelDefinition {
    let file = Glibc.open(folder + "/definition", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw errno == ENOENT ? .noJob() : .file("opened", errno) }
    defer { Glibc.close(file) }
    let bytes = try read(file)
    guard bytes.starts(with: head.utf8),
      let definition = try? CBOR.decode(
        LabelDefinition.self, from: Array(bytes.dropFirst(head.utf8.count)))
    else { throw .damaged(1) }
    return definition
  }

  private static func read(_ file: Int32) throws(LabelTrouble) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &part, part.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file("read", errno) }
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }

  private static func write(_ bytes: [UInt8], to file: Int32) throws(LabelTrouble) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .file("written", errno) }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 else { throw .file("written", errno) }
  }

  private static func syncFolder(_ folder: String) throws(LabelTrouble) {
    let opened = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .file("written", errno) }
    defer { Glibc.close(opened) }
    guard fsync(opened) == 0 else { throw .file("written", errno) }
  }
}
