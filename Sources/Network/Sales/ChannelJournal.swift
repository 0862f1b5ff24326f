// What was charged to channels, in a file: on the disk before an answer leaves.

import Dispatch
import Foundation
import Glibc
import Primitives
import Synchronization

/// A channel as it stands after a change, and the run that changed it.
struct ChannelLine: Fielded, Hashable {
  static let typeName = "ChannelLine"
  var channel = SoldChannel()
  /// The signed run, where one was finished.
  var run: [UInt8] = []

  init() {}

  init(_ channel: SoldChannel, run: [UInt8] = []) {
    self.channel = channel
    self.run = run
  }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("channel", &channel)
    try v("run", &run)
  }
}

/// Lines that are only added. Many that wait are written at once, so that a disk's pace is shared
/// by all who are served meanwhile.
public final class ChannelJournal: Sendable {
  public enum Problem: Error, Hashable {
    /// Another program sells with this file.
    case inUse
    case unreadable(line: Int)
    case failed(Int32)
  }

  private struct Inside {
    var file: PaddedFile
    /// They are put into words when they are written: who adds one may hold a lock.
    var unwritten: [ChannelLine] = []
    var waiting: [CheckedContinuation<Void, any Error>] = []
    var isWriting = false
    /// A line that was torn spoils what would follow it.
    var failure: Problem?
  }

  /// What the file said when it was opened.
  let found: [ChannelLine]
  private let inside: Mutex<Inside>
  private let queue = DispatchQueue(label: "tolsey.channels")

  static let head = "tolsey channels 1"

  public init(_ path: String) throws {
    var file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Problem.failed(errno) }
    do {
      guard flock(file, LOCK_EX | LOCK_NB) == 0, WholeFile.leads(path, to: file) else {
        throw Problem.inUse
      }
      let bytes = try ChannelJournal.bytes(of: file)
      var (lines, end) = try ChannelJournal.read(bytes)
      found = ChannelJournal.condensed(lines)
      if lines.count > ChannelJournal.fewest, lines.count / 3 >= found.count {
        let anew = try ChannelJournal.replace(path, by: found)
        close(file)
        file = anew
        end = Int(lseek(file, 0, SEEK_END))
      }
      // A last line without an end was being written when the program ended: nobody was answered.
      var place = try PaddedFile(file, end: end)
      if end == 0 { try place.append(Array((ChannelJournal.head + "\n").utf8)) }
      inside = Mutex(Inside(file: place))
    } catch {
      close(file)
      throw error
    }
  }

  deinit { inside.withLock { $0.file.close() } }

  /// Puts a line behind those that were added before; it is not on the disk yet.
  func add(_ line: ChannelLine) {
    let begins = inside.withLock { inside -> Bool in
      guard inside.failure == nil else { return false }
      inside.unwritten.append(line)
      guard inside.unwritten.count > ChannelJournal.mostUnwritten, !inside.isWriting else {
        return false
      }
      inside.isWriting = true
      return true
    }
    if begins { begin() }
  }

  /// Whether a write failed: nothing is written any more until the next start.
  var isBroken: Bool { inside.withLock { $0.failure != nil } }

  /// Lines for which nobody waits.
  private static let mostUnwritten = 1 << 10

  /// A line as it stands in the file.
  static func text(_ line: ChannelLine) -> [UInt8] {
    Array(Data(CBOR.encode(line)).base64EncodedData()) + [0x0a]
  }

  /// Returns once all that was added is on the disk.
  func sync() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let begins = inside.withLock { inside -> Bool? in
        if inside.failure != nil { return nil }
        inside.waiting.append(continuation)
        defer { inside.isWriting = true }
        return !inside.isWriting
      }
      switch begins {
      case nil: continuation.resume(throwing: inside.withLock { $0.failure } ?? .failed(EIO))
      case true?: begin()
      case false?: break
      }
    }
  }

  /// Begins a write behind all who can be served now: they come here as well, and one write does
  /// for all of them. Where nobody else is served that is at once.
  private func begin() {
    // The queue's act empties it before anybody is told: nothing else holds the journal then.
    let box = Handover(self)
    Task { [queue] in queue.async { box.take()?.write() } }
  }

  /// Writes what is waited for, and as long as somebody waits again. Lines that nobody waits for
  /// stay for the next who does. Who waited is told behind this act, which holds the journal: when
  /// the last owner lets it go after its `sync`, the file is closed at once.
  private func write() {
    let (before, lines, waiting) = next()
    do throws(Problem) {
      let bytes = lines.flatMap { ChannelJournal.text($0) }
      let file = try before.appending(bytes)
      inside.withLock { $0.file = file }
      queue.async { for each in waiting { each.resume() } }
      if stillWaits() { begin() }
    } catch {
      let late = inside.withLock { inside in
        inside.failure = error
        inside.isWriting = false
        defer { inside.waiting = [] }
        return inside.waiting
      }
      queue.async { for each in waiting + late { each.resume(throwing: error) } }
    }
  }

  /// Whether another write has to follow; if not, the next who waits begins one.
  private func stillWaits() -> Bool {
    inside.withLock { inside in
      inside.isWriting =
        !inside.waiting.isEmpty || inside.unwritten.count > ChannelJournal.mostUnwritten
      return inside.isWriting
    }
  }

  private func next() -> (PaddedFile, [ChannelLine], [CheckedContinuation<Void, any Error>]) {
    inside.withLock { inside in
      defer {
        inside.unwritten = []
        inside.waiting = []
      }
      return (inside.file, inside.unwritten, inside.waiting)
    }
  }

  // MARK: - Bytes

  private static func bytes(of file: Int32) throws -> [UInt8] {
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = part.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw Problem.failed(errno) }
      if count == 0 { return all }
      all += part[..<count]
    }
  }

  /// The lines, and where the last whole one ends.
  private static func read(_ bytes: [UInt8]) throws -> ([ChannelLine], Int) {
    let all = bytes
    guard let bytes = PaddedFile.written(all) else {
      throw Problem.unreadable(line: all.prefix { $0 != 0 }.count { $0 == 0x0a } + 1)
    }
    // The head was synced alone before any line: a hole in it is no torn write.
    let isHeadTorn = bytes.count <= head.utf8.count && all[bytes.endIndex...].contains { $0 != 0 }
    if isHeadTorn { throw Problem.unreadable(line: 1) }
    guard let last = bytes.lastIndex(of: 0x0a) else { return ([], 0) }
    let lines = bytes[..<last].split(separator: 0x0a, omittingEmptySubsequences: false)
    guard lines[0].elementsEqual(head.utf8) else { throw Problem.unreadable(line: 1) }
    let read = try lines.dropFirst().enumerated().map { index, line in
      guard let data = Data(base64Encoded: Data(line)),
        let entry = try? CBOR.decode(ChannelLine.self, from: Array(data))
      else { throw Problem.unreadable(line: index + 2) }
      return entry
    }
    return (read, last + 1)
  }
}

/// Passes a journal on to who takes it, and keeps nothing of it.
private final class Handover: Sendable {
  private let journal: Mutex<ChannelJournal?>

  init(_ journal: ChannelJournal) { self.journal = Mutex(journal) }

  func take() -> ChannelJournal? {
    journal.withLock { journal in
      defer { journal = nil }
      return journal
    }
  }
}
