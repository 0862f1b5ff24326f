// Many short messages hashed together, sixteen side by side where the processor has the lanes.

import CKernels

/// Messages that are added one by one and hashed at once. The digests are those of `SHA256.hash`.
public struct SHA256Batch: ~Copyable {
  /// The messages behind each other, each padded to whole blocks (FIPS 180-4, 5.1.1).
  private var padded: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Where each message begins, in blocks; the last number is where the next one will.
  private var starts: [Int] = [0]

  static let hasLanes = tolsey_sha256_has_lanes() != 0
  static let lanes = 16
  /// Longer messages are hashed one by one: there are few of one length.
  static let mostBlocks = 64

  public init() {
    capacity = 65_536
    padded = .allocate(capacity: capacity)
  }

  deinit { padded.deallocate() }

  public var count: Int { starts.count - 1 }

  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(messages: 1, of: bytes.count) { to, _ in
      if let from = bytes.baseAddress { to.copyMemory(from: from, byteCount: bytes.count) }
    }
  }

  /// Messages of one length, which the body writes where they are hashed.
  ///
  /// - Parameter body: is given the place of the first one, and how far apart they begin.
  public mutating func add(
    messages: Int, of count: Int, _ body: (UnsafeMutableRawPointer, Int) -> Void
  ) {
    let first = starts[starts.count - 1]
    let blocks = (count + 72) / 64
    reserve((first + messages * blocks) * 64)
    body(UnsafeMutableRawPointer(padded + first * 64), blocks * 64)
    for message in 1..<(messages + 1) {
      let end = first + message * blocks
      let at = padded + (end - blocks) * 64 + count
      at[0] = 0x80
      (at + 1).initialize(repeating: 0, count: blocks * 64 - count - 9)
      UnsafeMutableRawPointer(padded + end * 64 - 8)
        .storeBytes(of: (UInt64(count) &<< 3).bigEndian, as: UInt64.self)
      starts.append(end)
    }
  }

  public mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  /// A tag and two digests: a node of a Merkle tree.
  public mutating func add(tag: UInt8, _ left: Bytes32, _ right: Bytes32) {
    var node = (
      UInt64.zero, UInt64.zero, UInt64.zero, UInt64.zero, UInt64.zero, UInt64.zero,
      UInt64.zero, UInt64.zero, tag
    )
    withUnsafeMutableBytes(of: &node) {
      $0[0] = tag
      left.store(to: $0.baseAddress! + 1)
      right.store(to: $0.baseAddress! + 33)
      add(UnsafeRawBufferPointer(rebasing: $0[..<65]))
    }
  }

  private mutating func reserve(_ bytes: Int) {
    guard bytes > capacity else { return }
    let larger = max(bytes, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.moveInitialize(from: padded, count: starts[starts.count - 1] * 64)
    padded.deallocate()
    padded = moved
    capacity = larger
  }

  /// The digests of all, in the order in which they were added; the batch is empty again.
  public mutating func digests() -> [Bytes32] {
    var digests = [Bytes32](repeating: .zero, count: count)
    var rest = Array(0..<count)
    if SHA256Batch.hasLanes { rest = hashLanes(&digests) }
    for message in rest {
      var state = SHA256.start
      SHA256.compress(&state, padded + starts[message] * 64, blocks(message))
      digests[message] = SHA256.digest(state)
    }
    starts.removeLast(count)
    return digests
  }

  private func blocks(_ message: Int) -> Int { starts[message + 1] - starts[message] }

  /// Hashes messages of one length sixteen by sixteen, and gives those that are left over.
  private func hashLanes(_ digests: inout [Bytes32]) -> [Int] {
    var waiting = [[Int]](repeating: [], count: SHA256Batch.mostBlocks + 1)
    for message in 0..<count {
      // Those that are too long wait together and are never taken.
      let length = blocks(message) > SHA256Batch.mostBlocks ? 0 : blocks(message)
      waiting[length].append(message)
      guard length > 0, waiting[length].count == SHA256Batch.lanes else { continue }
      hash(waiting[length], blocks: length, &digests)
      waiting[length].removeAll(keepingCapacity: true)
    }
    return waiting.flatMap(\.self)
  }

  private func hash(_ messages: [Int], blocks: Int, _ digests: inout [Bytes32]) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>?.self, capacity: 16) { data in
      for lane in 0..<16 { data[lane] = UnsafePointer(padded + starts[messages[lane]] * 64) }
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 128) { words in
        tolsey_sha256_sixteen(data.baseAddress, blocks, words.baseAddress)
        func pair(_ lane: Int, _ word: Int) -> UInt64 {
          UInt64(words[16 * word + lane]) << 32 | UInt64(words[16 * word + 16 + lane])
        }
        for lane in 0..<16 {
          digests[messages[lane]] = Bytes32(
            words: pair(lane, 0), pair(lane, 2), pair(lane, 4), pair(lane, 6))
        }
      }
    }
  }
}
