// Memory that begins on a cache line: wide loads that cross lines cost twice.

/// Zeroed bytes on a 64-byte boundary, followed by 64 bytes of slack that kernels may read.
///
/// It is written while its owner is made and only read afterwards, or belongs to one run alone:
/// that is why it may be passed on.
final class AlignedBytes: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let count: Int

  init(count: Int) {
    self.count = count
    let whole = (count + 64 + 63) & ~63
    base = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: whole)
  }

  deinit { base.deallocate() }

  var bytes: UnsafeMutablePointer<UInt8> { base.assumingMemoryBound(to: UInt8.self) }
  var signedBytes: UnsafeMutablePointer<Int8> { base.assumingMemoryBound(to: Int8.self) }
  var words: UnsafeMutablePointer<Int32> { base.assumingMemoryBound(to: Int32.self) }
}
