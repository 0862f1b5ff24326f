// Linear layers and convolutions of the fast program.

import Graphs

extension Program {
  func runLinear(
    _ layer: PackedLayer, _ epilogue: Epilogue, _ placed: Placed, _ memory: Memory,
    _ samples: Int
  ) {
    let x = address(placed.inputs[0], 0, memory)
    let rowStep = layouts[placed.inputs[0]].stride
    multiply(
      layer, epilogue, x, rowStep: rowStep, rows: samples, segmentStep: 0,
      to: address(placed.output, 0, memory), outStep: layouts[placed.output].stride,
      mayOverlap: false, memory)
  }

  func runConvolution(
    _ layer: PackedLayer, _ own: Convolution, _ epilogue: Epilogue, _ placed: Placed,
    _ memory: Memory, _ sample: Int
  ) {
    let from = layouts[placed.inputs[0]]
    let dims = from.type.shape.dims
    let window = own.window
    let wide = dims[2] + window.left + window.right
    var x = UnsafePointer(address(placed.inputs[0], sample, memory))
    if window.top + window.left + window.bottom + window.right > 0 {
      pad(x, from, window, to: memory.padded.bytes)
      x = UnsafePointer(memory.padded.bytes)
    }
    let out = address(placed.output, sample, memory)
    let places = layouts[placed.output].type.shape.dims
    let isSums = layouts[placed.output].type.element == .int32
    let outStep = places[0] * (isSums ? 4 : 1)
    for row in 0..<places[1] {
      multiply(
        layer, epilogue, x + row * window.strideY * wide * dims[0],
        rowStep: window.strideX * dims[0], rows: places[2], segmentStep: wide * dims[0],
        to: out + row * places[2] * outStep, outStep: outStep, mayOverlap: true, memory)
    }
  }

  /// Panel by panel: the sums of a panel stay in the nearest cache until they are rounded.
  ///
  /// - Parameter mayOverlap: whether a whole block may reach into the next row's channels.
  private func multiply(
    _ layer: PackedLayer, _ epilogue: Epilogue, _ x: UnsafePointer<UInt8>, rowStep: Int,
    rows: Int, segmentStep: Int, to out: UnsafeMutablePointer<UInt8>, outStep: Int,
    mayOverlap: Bool, _ memory: Memory
  ) {
    let most = Self.panel(rows: rows)
    let blockBytes = layer.segments * layer.groups * 64
    let sums = memory.sums.words
    var block = 0
    while block < layer.blocks {
      let blocks = min(most, layer.blocks - block)
      kernel.run(
        DotOperands(
          x: x, rowStep: rowStep, rows: rows, segments: layer.segments,
          segmentStep: segmentStep, groups: layer.groups,
          weights: layer.weights.signedBytes + block * blockBytes, blocks: blocks,
          bias: layer.bias.words + block * 16, out: sums))
      let first = block * 16
      let count = min(blocks * 16, layer.outputs - first)
      switch epilogue {
      case .round(let rounding) where block == 0 || !mayOverlap:
        rounding.roundRows(
          rows, sums, blocks: blocks, from: first, to: out + first, step: outStep)
      case .round(let rounding):
        // The next row's first channels are there already.
        for row in 0..<rows {
          rounding.round(
            sums + row * blocks * 16, count, from: first, to: out + row * outStep + first)
        }
      case .sums:
        for row in 0..<rows {
          UnsafeMutableRawPointer(out + row * outStep + 4 * first)
            .copyMemory(from: sums + row * blocks * 16, byteCount: 4 * count)
        }
      }
      block += blocks
    }
  }

  /// Copies a plane into one with its pads around it; a pad holds what stands for zero.
  private func pad(
    _ x: UnsafePointer<UInt8>, _ from: TensorLayout, _ window: Window,
    to padded: UnsafeMutablePointer<UInt8>
  ) {
    let dims = from.type.shape.dims
    let zero = UInt8(from.offset)
    let line = dims[2] * dims[0]
    let left = window.left * dims[0]
    let right = window.right * dims[0]
    var to = padded
    to.update(repeating: zero, count: window.top * (left + line + right))
    to += window.top * (left + line + right)
    for row in 0..<dims[1] {
      to.update(repeating: zero, count: left)
      (to + left).update(from: x + row * line, count: line)
      (to + left + line).update(repeating: zero, count: right)
      to += left + line + right
    }
    to.update(repeating: zero, count: window.bottom * (left + line + right))
  }
}
