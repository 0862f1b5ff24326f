// The operator's hash chain: each block shows the next link, and nobody knows the one after.

import Primitives

/// The links H^(n−1)(secret) … secret, shown one a block; the anchor H^n(secret) stands in the
/// genesis. Every 1024th is kept, so that a start costs no million of hashes.
struct LinkChain {
  /// Links between two that are kept.
  static let stride = 1024

  /// How many links the chain has.
  let length: Int
  /// H^(j · stride)(secret), by j.
  let points: [Bytes32]
  /// Links of the stretch that is in use, from its point upwards.
  private var stretch: [Bytes32] = []
  private var stretchIndex = -1

  /// Computes the chain of a secret: one hash a link.
  init(secret: Bytes32, length: Int) {
    self.length = length
    var points: [Bytes32] = []
    var link = secret
    for index in 0..<length {
      if index % LinkChain.stride == 0 { points.append(link) }
      link = SHA256.hash(link.bytes)
    }
    self.points = points
  }

  init(points: [Bytes32], length: Int) {
    self.points = points
    self.length = length
  }

  /// What stands in the genesis.
  mutating func anchor() -> Bytes32? {
    guard let last = link(at: length - 1) else { return nil }
    return SHA256.hash(last.bytes)
  }

  /// The link that comes after `shown` others; nil when the chain is at its end.
  mutating func next(after shown: UInt64) -> Bytes32? {
    guard shown < UInt64(length) else { return nil }
    return link(at: length - 1 - Int(shown))
  }

  /// H^index(secret).
  private mutating func link(at index: Int) -> Bytes32? {
    let point = index / LinkChain.stride
    guard points.indices.contains(point) else { return nil }
    if stretchIndex != point {
      stretch = [points[point]]
      while stretch.count < LinkChain.stride {
        stretch.append(SHA256.hash(stretch[stretch.count - 1].bytes))
      }
      stretchIndex = point
    }
    return stretch[index % LinkChain.stride]
  }
}

extension LinkChain {
  /// The kept links one after the other, with the length before them.
  var file: [UInt8] {
    var bytes = Array("tolsey links 1\n\(length)\n".utf8)
    for point in points { bytes += point.bytes }
    return bytes
  }

  init?(file: [UInt8]) {
    let lines = file.split(
      separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count == 3, String(decoding: lines[0], as: UTF8.self) == "tolsey links 1",
      let length = Int(String(decoding: lines[1], as: UTF8.self)), length > 0
    else { return nil }
    let count = (length + LinkChain.stride - 1) / LinkChain.stride
    guard lines[2].count == count * 32 else { return nil }
    var points: [Bytes32] = []
    for index in 0..<count {
      let start = lines[2].startIndex + index * 32
      guard let point = Bytes32(lines[2][start..<start + 32]) else { return nil }
      points.append(point)
    }
    self.init(points: points, length: length)
  }
}
