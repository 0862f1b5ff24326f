// The weights of one layer in the order in which the kernels read them.

import CKernels
import Graphs

/// A linear layer or a convolution, packed.
///
/// Sixteen outputs make a block. A convolution's kernel row is one segment, channels innermost,
/// so that it reads the padded plane in place; a linear layer is one segment.
struct PackedLayer: Sendable {
  let outputs: Int
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
    let blocks = (outputs + 15) / 16
    let groups = (segmentLength + 3) / 4
    self.segments = segments
    self.groups = groups
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

  /// What is packed in another way.
  init(outputs: Int, weights: AlignedBytes, bias: AlignedBytes) {
    self.outputs = outputs
    (segments, groups) = (0, 0)
    self.weights = weights
    self.bias = bias
  }

  /// - Parameter input: how the elements lie that the layer reads.
  init(linear own: LayerWeights, input: TensorLayout) {
    self.init(
      own, columns: input.count, segments: 1, segmentLength: input.count, offset: input.offset
    ) { (0, input.place(of: $0)) }
  }

  init(convolution own: LayerWeights, window: Window, input: TensorLayout) {
    let (height, width, channels) = (window.height, window.width, input.channels)
    self.init(
      own, columns: channels * height * width, segments: height,
      segmentLength: width * channels, offset: input.offset
    ) { column in
      let channel = column / (height * width)
      let row = column / width % height
      return (row, column % width * channels + channel)
    }
  }

  /// What a kernel is told, without places in memory.
  var kernelLayer: tolsey_layer {
    var layer = tolsey_layer()
    layer.segments = segments
    layer.groups = groups
    layer.weights = UnsafePointer(weights.signedBytes)
    layer.bias = UnsafePointer(bias.words)
    layer.end_output = outputs
    layer.lines = 1
    layer.columns = 1
    return layer
  }
}

/// A requantisation by channel, ready for the loop.
struct PackedRounding {
  /// Whole sixteens of them.
  let multipliers: UnsafePointer<Int32>
  /// A half, and 128 where the result is `int8` and stored plus 128.
  let addend: Int64
  let shift: Int32

  init(multipliers: UnsafePointer<Int32>, addend: Int64, shift: Int32) {
    self.multipliers = multipliers
    self.addend = addend
    self.shift = shift
  }

  /// - Parameter owners: takes the memory of the multipliers, and must outlive this.
  init(_ own: Requantise, _ owners: inout [AlignedBytes]) {
    let memory = AlignedBytes(count: (own.multipliers.count + 15) / 16 * 64)
    for (index, multiplier) in own.multipliers.enumerated() {
      memory.words[index] = Int32(multiplier)
    }
    owners.append(memory)
    let offset: Int64 = own.element == .int8 ? 128 : 0
    let shift = Int64(own.shift)
    self.init(
      multipliers: memory.words, addend: Int64(1) << (shift - 1) + offset << shift,
      shift: Int32(shift))
  }

  @inline(__always)
  func round(_ sum: Int32, _ channel: Int) -> UInt8 {
    let product = Int64(sum) &* Int64(multipliers[channel])
    let value = (product &+ addend) &>> Int64(shift)
    return UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
  }
}
