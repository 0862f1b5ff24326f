// The loops of the float model: fixed order, no fused operations, the same bits everywhere.

import Graphs

enum FloatLoops {
  /// Sixteen lanes, each summing every sixteenth product, then the lanes from the first on.
  static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    var lanes = SIMD16<Float>()
    var at = 0
    while at + 16 <= count {
      let x = UnsafeRawPointer(a + at).loadUnaligned(as: SIMD16<Float>.self)
      let y = UnsafeRawPointer(b + at).loadUnaligned(as: SIMD16<Float>.self)
      lanes += x * y
      at += 16
    }
    var sum: Float = 0
    for lane in 0..<16 { sum += lanes[lane] }
    while at < count {
      sum += a[at] * b[at]
      at += 1
    }
    return sum
  }

  static func linear(_ x: [Float], _ matrix: [Float], _ bias: [Float]) -> [Float] {
    x.withUnsafeBufferPointer { x in
      matrix.withUnsafeBufferPointer { matrix in
        bias.indices.map { row in
          bias[row] + dot(matrix.baseAddress! + row * x.count, x.baseAddress!, x.count)
        }
      }
    }
  }

  static func convolution(
    _ x: [Float], _ from: Shape, _ matrix: [Float], _ bias: [Float], _ window: Window,
    to: Shape
  ) -> [Float] {
    let columns = from.dims[0] * window.height * window.width
    var patch = [Float](repeating: 0, count: columns)
    var result = [Float](repeating: 0, count: to.count)
    let plane = to.elementsPerChannel
    matrix.withUnsafeBufferPointer { matrix in
      for row in 0..<to.dims[1] {
        for column in 0..<to.dims[2] {
          gather(x, from, window, row, column, into: &patch)
          patch.withUnsafeBufferPointer { patch in
            for output in 0..<to.dims[0] {
              let sum = dot(
                matrix.baseAddress! + output * columns, patch.baseAddress!, columns)
              result[output * plane + row * to.dims[2] + column] = bias[output] + sum
            }
          }
        }
      }
    }
    return result
  }

  /// What a window sees, zero outside of the plane.
  private static func gather(
    _ x: [Float], _ from: Shape, _ window: Window, _ row: Int, _ column: Int,
    into patch: inout [Float]
  ) {
    let (height, width) = (from.dims[1], from.dims[2])
    var at = 0
    for channel in 0..<from.dims[0] {
      for i in 0..<window.height {
        let y = row * window.strideY + i - window.top
        for j in 0..<window.width {
          let z = column * window.strideX + j - window.left
          let isInside = y >= 0 && y < height && z >= 0 && z < width
          patch[at] = isInside ? x[(channel * height + y) * width + z] : 0
          at += 1
        }
      }
    }
  }

  static func maxPool(_ x: [Float], _ from: Shape, _ window: Window, to: Shape) -> [Float] {
    let (height, width) = (from.dims[1], from.dims[2])
    var result: [Float] = []
    result.reserveCapacity(to.count)
    for channel in 0..<to.dims[0] {
      for row in 0..<to.dims[1] {
        for column in 0..<to.dims[2] {
          var greatest = -Float.infinity
          for i in 0..<window.height {
            let y = row * window.strideY + i - window.top
            for j in 0..<window.width {
              let z = column * window.strideX + j - window.left
              if y >= 0, y < height, z >= 0, z < width {
                let value = x[(channel * height + y) * width + z]
                if value > greatest { greatest = value }
              }
            }
          }
          result.append(greatest)
        }
      }
    }
    return result
  }
}
