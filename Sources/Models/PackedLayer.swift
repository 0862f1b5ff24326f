// The weights of one layer in the order in which the dot-product kernel reads them.

import Graphs

/// A linear layer or a convolution, packed.
///
/// Sixteen outputs make a block. A convolution's kernel row is one segment, channels innermost,
/// so that it reads the padded plane in place; a linear layer is one segment.
struct PackedLayer: Sendable {
  let outputs: Int
  let blocks: Int
  let segments: Int
  let groups: Int
  let weights: AlignedBytes
  /// Biases, less what the inputs' offset adds to every sum.
  let bias: AlignedBytes

  /// - Parameter place: the segment and the place in it of each column of the matrix.
  private init(
    _ own: LayerWeights, columns: Int, segments: Int, segmentLength: Int, offset: Int32,
    place: (Int) -> (segment: Int, at: Int)
  ) {
    outputs = own.bias.count
    blocks = (outputs + 15) / 16
    self.segments = segments
    groups = (segmentLength + 3) / 4
    weights = AlignedBytes(count: blocks * segments * groups * 64)
    bias = AlignedBytes(count: blocks * 64)
    let places = (0..<columns).map { column in
      let (segment, at) = place(column)
      return (segment * groups + at / 4) * 64 + at % 4
    }
    let blockBytes = segments * groups * 64
    own.matrix.withUnsafeBufferPointer { matrix in
      for output in 0..<outputs {
        let to = weights.signedBytes + output / 16 * blockBytes + output % 16 * 4
        var sum: Int32 = 0
        for column in 0..<columns {
          let weight = matrix[output * columns + column]
          to[places[column]] = weight
          sum &+= Int32(weight)
        }
        bias.words[output] = own.bias[output] &- offset &* sum
      }
    }
  }

  init(linear own: LayerWeights, columns: Int, offset: Int32) {
    self.init(
      own, columns: columns, segments: 1, segmentLength: columns, offset: offset
    ) { (0, $0) }
  }

  init(convolution own: LayerWeights, channels: Int, window: Window, offset: Int32) {
    let (height, width) = (window.height, window.width)
    self.init(
      own, columns: channels * height * width, segments: height,
      segmentLength: width * channels, offset: offset
    ) { column in
      let channel = column / (height * width)
      let row = column / width % height
      return (row, column % width * channels + channel)
    }
  }
}

/// A requantisation by channel, ready for the loop.
struct PackedRounding: Sendable {
  /// Rounded up to a multiple of sixteen, so that whole blocks can be read.
  let multipliers: AlignedBytes
  let shift: Int64
  /// 128 where the result is `int8`, else 0.
  let offset: Int64

  init(_ own: Requantise) {
    multipliers = AlignedBytes(count: (own.multipliers.count + 15) / 16 * 64)
    for (index, multiplier) in own.multipliers.enumerated() {
      multipliers.words[index] = Int32(multiplier)
    }
    shift = Int64(own.shift)
    offset = own.element == .int8 ? 128 : 0
  }

  /// Rounds `count` sums, whose channels begin at `first`.
  func round(
    _ sums: UnsafePointer<Int32>, _ count: Int, from first: Int,
    to out: UnsafeMutablePointer<UInt8>
  ) {
    let own = UnsafePointer(multipliers.words + first)
    for index in 0..<count {
      out[index] = Self.round(sums[index], own[index], shift, offset)
    }
  }

  /// Rounds rows of whole blocks. What a row writes behind its own channels, the next row or
  /// the slack behind a tensor takes.
  func roundRows(
    _ rows: Int, _ sums: UnsafePointer<Int32>, blocks: Int, from first: Int,
    to out: UnsafeMutablePointer<UInt8>, step: Int
  ) {
    let own = UnsafePointer(multipliers.words + first)
    let (shift, offset) = (shift, offset)
    for row in 0..<rows {
      for block in 0..<blocks {
        let from = sums + (row * blocks + block) * 16
        let by = own + block * 16
        let to = out + row * step + block * 16
        for lane in 0..<16 {
          to[lane] = Self.round(from[lane], by[lane], shift, offset)
        }
      }
    }
  }

  @inline(__always)
  private static func round(
    _ sum: Int32, _ multiplier: Int32, _ shift: Int64, _ offset: Int64
  ) -> UInt8 {
    let half = Int64(1) &<< (shift &- 1)
    let value = (Int64(sum) &* Int64(multiplier) &+ half) &>> shift &+ offset
    return UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
  }
}
