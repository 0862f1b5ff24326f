// A journal written anew at the start of a seller: as it stands, without how it came to be.

import Chain
import Foundation
import Glibc
import Payments
import Primitives

extension ChannelJournal {
  /// A file is written anew when at most a third of its lines say what still counts, and it has
  /// more of them than this.
  static let fewest = 1_000

  /// Lines that mean the same: of each channel the last, once for each run that is not claimed.
  static func condensed(_ lines: [ChannelLine]) -> [ChannelLine] {
    var order: [ChannelConfig] = []
    var last: [ChannelConfig: SoldChannel] = [:]
    var runs: [ChannelConfig: [(index: UInt64, bytes: [UInt8])]] = [:]
    for line in lines {
      let config = line.channel.config
      if last.updateValue(line.channel, forKey: config) == nil { order.append(config) }
      guard let signed = try? CBOR.decode(SignedRun.self, from: line.run) else { continue }
      runs[config, default: []].append((signed.run.index, line.run))
    }
    return order.flatMap { config -> [ChannelLine] in
      let channel = last[config] ?? SoldChannel(config)
      let owed = (runs[config] ?? []).filter { $0.index >= channel.claimedRuns }
      if owed.isEmpty { return [ChannelLine(channel)] }
      return owed.map { ChannelLine(channel, run: $0.bytes) }
    }
  }

  /// Puts a file with these lines in the place of the one at the path, whole or not at all. The new
  /// one is this program's before it has the name.
  static func replace(_ path: String, by lines: [ChannelLine]) throws -> Int32 {
    let beside = path + ".new"
    unlink(beside)
    let file = Glibc.open(beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Problem.failed(errno) }
    do {
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw Problem.inUse }
      var bytes = Array((ChannelJournal.head + "\n").utf8)
      for line in lines { bytes += ChannelJournal.text(line) }
      try ChannelJournal.write(bytes, to: file)
      guard rename(beside, path) == 0 else { throw Problem.failed(errno) }
      try syncFolder(of: path)
    } catch {
      close(file)
      throw error
    }
    return file
  }

  private static func syncFolder(of path: String) throws {
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { throw Problem.failed(errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw Problem.failed(errno) }
  }

  /// Whether the path still leads to the file: another program may have put a new one there while
  /// this one waited for the lock of the old.
  static func leads(_ path: String, to file: Int32) -> Bool {
    var (named, held) = (stat(), stat())
    guard lstat(path, &named) == 0, fstat(file, &held) == 0 else { return false }
    return named.st_ino == held.st_ino && named.st_dev == held.st_dev
  }
}
