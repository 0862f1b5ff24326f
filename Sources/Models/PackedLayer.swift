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
  @inline(__always)
  func round(
    _ sums: UnsafePointer<Int32>, _ count: Int, from first: Int,
    to out: UnsafeMutablePointer<UInt8>
  ) {
    let half = Int64(1) &<< (shift &- 1)
    let own = UnsafePointer(multipliers.words + first)
    let (shift, offset) = (shift, offset)
    for index in 0..<count {
      let scaled = (Int64(sums[index]) &* Int64(own[index]) &+ half) &>> shift &+ offset
      out[index] = UInt8(truncatingIfNeeded: scaled < 0 ? 0 : scaled > 255 ? 255 : scaled)
    }
  }
}
