// A file that is made longer ahead of what is written to it, so that a sync writes data alone.

import Glibc

/// Bytes that take the place of zeros change neither the size of a file nor where it lies, and then
/// `fdatasync` has no more to write than them. So zeros stand ahead of what was written, until the
/// file is closed; after a crash they are cut off.
struct PaddedFile: Sendable {
  let file: Int32
  /// Where the next bytes go.
  private(set) var end: Int
  /// Up to where the file has room.
  private var size: Int
  /// Whether a disk was too full for zeros once.
  private var isTight: Bool

  /// The room that is made at once, at least and at most.
  static let leastRoom = 1 << 16
  static let mostRoom = 1 << 20
  /// How far behind what was synced last bytes may stand that a crash left: more than anything that
  /// is written at once.
  static let mostTorn = 8 << 20

  /// - Parameters:
  ///   - end: all that stands behind it is cut off.
  ///   - hasZeros: whether zeros are written ahead; a test says no, as a full disk does.
  init(_ file: Int32, end: Int, hasZeros: Bool = true) throws(ChannelJournal.Problem) {
    guard ftruncate(file, off_t(end)) == 0 else { throw .failed(errno) }
    isTight = !hasZeros
    self.file = file
    self.end = end
    size = end
  }

  /// Returns once the bytes are on the disk.
  mutating func append(_ bytes: [UInt8]) throws(ChannelJournal.Problem) {
    makeRoom(for: bytes.count)
    try PaddedFile.put(bytes, at: end, in: file)
    guard fdatasync(file) == 0 else { throw .failed(errno) }
    end += bytes.count
    size = max(size, end)
  }

  /// Whoever closes it leaves no zeros behind.
  func close() {
    _ = ftruncate(file, off_t(end))
    _ = Glibc.close(file)
  }

  /// The same of a file that is held elsewhere: how it stands afterwards.
  func appending(_ bytes: [UInt8]) throws(ChannelJournal.Problem) -> PaddedFile {
    var file = self
    try file.append(bytes)
    return file
  }

  private mutating func makeRoom(for count: Int) {
    guard end + count > size, !isTight else { return }
    let room = min(max(end, PaddedFile.leastRoom), PaddedFile.mostRoom)
    let zeros = [UInt8](repeating: 0, count: count + room)
    do throws(ChannelJournal.Problem) {
      try PaddedFile.put(zeros, at: end, in: file)
      size = end + zeros.count
    } catch {
      // What has room at all is written without it.
      _ = ftruncate(file, off_t(end))
      isTight = true
    }
  }

  private static func put(
    _ bytes: [UInt8], at place: Int, in file: Int32
  ) throws(ChannelJournal.Problem) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(file, $0.baseAddress! + done, bytes.count - done, off_t(place + done))
      }
      guard count > 0 else { throw .failed(errno) }
      done += count
    }
  }

  /// What was written, without the zeros behind it. Parts of one write reach the disk in any order,
  /// and nobody was answered by one that a crash tore: the first zero ends it. Bytes that stand far
  /// behind a zero are none of a torn write; then the disk lost what had been on it.
  static func written(_ bytes: [UInt8], mostTorn: Int = mostTorn) -> ArraySlice<UInt8>? {
    guard let end = bytes.firstIndex(of: 0) else { return bytes[...] }
    let far = bytes[min(end + mostTorn, bytes.count)...]
    return far.allSatisfy { $0 == 0 } ? bytes[..<end] : nil
  }
}
