// From the size of a blob to that of the content in it, which the ledger never sees.

import Primitives

extension ContentChunks {
  /// Bytes of each box beside its chunk: the plain leaf and the binding.
  static let overhead: UInt64 = 64

  /// Bytes of the content whose blob has that size.
  static func plainBytes(ofBlob size: UInt64) -> UInt64 {
    let around = count(ofBlob: size) &* overhead
    return size >= around ? size - around : 0
  }
}
