// The operations of the fast program that have no weights.

import Graphs

extension Program {
  func runRequantise(
    _ rounding: PackedRounding, _ placed: Placed, _ memory: Memory, _ sample: Int
  ) {
    let from = UnsafeRawPointer(address(placed.inputs[0], sample, memory))
    let sums = from.assumingMemoryBound(to: Int32.self)
    let out = address(placed.output, sample, memory)
    let shape = layouts[placed.output].type.shape
    let channels = shape.channels
    let each = shape.elementsPerChannel
    switch shape.dims.count {
    case 1, 3:  // channels lie innermost
      for place in 0..<each {
        rounding.round(
          sums + place * channels, channels, from: 0, to: out + place * channels)
      }
    default:  // channels lie outermost
      for channel in 0..<channels {
        for place in channel * each..<(channel + 1) * each {
          rounding.round(sums + place, 1, from: channel, to: out + place)
        }
      }
    }
  }

  func runMaxPool(_ window: Window, _ placed: Placed, _ memory: Memory, _ sample: Int) {
    let x = address(placed.inputs[0], sample, memory)
    let out = address(placed.output, sample, memory)
    let from = layouts[placed.inputs[0]].type.shape.dims
    let to = layouts[placed.output].type.shape.dims
    let channels = from[0]
    for row in 0..<to[1] {
      let top = row * window.strideY - window.top
      let ys = max(0, top)..<min(from[1], top + window.height)
      for column in 0..<to[2] {
        let left = column * window.strideX - window.left
        let zs = max(0, left)..<min(from[2], left + window.width)
        let to = UnsafeMutableRawPointer(out + (row * to[2] + column) * channels)
        // Sixteen channels at a time; what is too much, the next place or the slack takes.
        for channel in stride(from: 0, to: channels, by: 16) {
          var greatest = SIMD16<UInt8>(repeating: 0)
          for y in ys {
            for z in zs {
              let from = UnsafeRawPointer(x + (y * from[2] + z) * channels + channel)
              let own = from.loadUnaligned(as: SIMD16<UInt8>.self)
              greatest.replace(with: own, where: own .> greatest)
            }
          }
          to.storeBytes(of: greatest, toByteOffset: channel, as: SIMD16<UInt8>.self)
        }
      }
    }
  }

  func runAdd(_ own: ResidualAdd, _ placed: Placed, _ memory: Memory, _ sample: Int) {
    let a = address(placed.inputs[0], sample, memory)
    let b = address(placed.inputs[1], sample, memory)
    let out = address(placed.output, sample, memory)
    let shift = Int64(own.shift)
    let half = Int64(1) &<< (shift &- 1)
    let (left, right) = (Int64(own.left), Int64(own.right))
    let zeroA = Int64(layouts[placed.inputs[0]].offset)
    let zeroB = Int64(layouts[placed.inputs[1]].offset)
    let offset = Int64(layouts[placed.output].offset)
    for at in 0..<layouts[placed.output].type.shape.count {
      let sum = (Int64(a[at]) &- zeroA) &* left &+ (Int64(b[at]) &- zeroB) &* right
      let value = (sum &+ half) &>> shift &+ offset
      out[at] = UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
    }
  }

  func runReshape(_ order: [Int32]?, _ placed: Placed, _ memory: Memory, _ sample: Int) {
    let x = address(placed.inputs[0], sample, memory)
    let out = address(placed.output, sample, memory)
    let type = layouts[placed.output].type
    guard let order else {
      return out.update(from: x, count: type.byteCount)
    }
    order.withUnsafeBufferPointer { order in
      if type.element == .int32 {
        let from = UnsafeRawPointer(x).assumingMemoryBound(to: Int32.self)
        let to = UnsafeMutableRawPointer(out).assumingMemoryBound(to: Int32.self)
        for at in 0..<type.shape.count { to[at] = from[Int(order[at])] }
      } else {
        for at in 0..<type.shape.count { out[at] = x[Int(order[at])] }
      }
    }
  }
}
