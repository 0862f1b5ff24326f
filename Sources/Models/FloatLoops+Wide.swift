// The loops of the float model beyond layers and maxima: fixed order, no fused operations.

import Graphs

extension FloatLoops {
  static func averagePool(_ x: [Float], _ from: Shape, _ window: Window, to: Shape) -> [Float] {
    let (height, width) = (from.dims[1], from.dims[2])
    let area = Float(window.height * window.width)
    var result: [Float] = []
    result.reserveCapacity(to.count)
    for channel in 0..<to.dims[0] {
      for row in 0..<to.dims[1] {
        for column in 0..<to.dims[2] {
          var sum: Float = 0
          for i in 0..<window.height {
            let y = row * window.strideY + i - window.top
            for j in 0..<window.width {
              let z = column * window.strideX + j - window.left
              guard y >= 0, y < height, z >= 0, z < width else { continue }
              sum += x[(channel * height + y) * width + z]
            }
          }
          result.append(sum / area)
        }
      }
    }
    return result
  }

  static func concat(_ parts: [([Float], Shape)], axis: Int, to: Shape) -> [Float] {
    let inner = to.dims[(axis + 1)...].reduce(1, *)
    var result: [Float] = []
    result.reserveCapacity(to.count)
    for outer in 0..<to.count / (to.dims[axis] * inner) {
      for (values, shape) in parts {
        let length = shape.dims[axis] * inner
        result += values[outer * length..<(outer + 1) * length]
      }
    }
    return result
  }

  static func matMul(
    _ a: [Float], _ b: [Float], _ own: MatrixProduct, _ size: MatrixProduct.Size
  ) -> [Float] {
    var result = [Float](repeating: 0, count: size.batch * size.rows * size.columns)
    let (stepA, stepB) = (
      own.isLeftTransposed ? size.rows : 1, own.isRightTransposed ? 1 : size.columns
    )
    var at = 0
    for batch in 0..<size.batch {
      for row in 0..<size.rows {
        let first =
          batch * size.rows * size.inner + (own.isLeftTransposed ? row : row * size.inner)
        for column in 0..<size.columns {
          let second =
            batch * size.inner * size.columns
            + (own.isRightTransposed ? column * size.inner : column)
          var sum: Float = 0
          for k in 0..<size.inner { sum += a[first + k * stepA] * b[second + k * stepB] }
          result[at] = sum
          at += 1
        }
      }
    }
    return result
  }

  static func softmax(_ x: [Float], length: Int, isCausal: Bool) -> [Float] {
    var result = [Float](repeating: 0, count: x.count)
    for line in 0..<x.count / length {
      let end = isCausal ? line % length + 1 : length
      let own = x[line * length..<line * length + end]
      let greatest = Double(own.max() ?? 0)
      let powers = own.map { FixedMath.exp(Double($0) - greatest) }
      var sum = 0.0
      for power in powers { sum += power }
      let first = line * length
      for (place, power) in powers.enumerated() { result[first + place] = Float(power / sum) }
    }
    return result
  }

  static func normalise(_ x: [Float], _ own: FloatNormalisation) -> [Float] {
    var result = [Float](repeating: 0, count: x.count)
    let axis = own.axis
    for first in x.indices where axis.place(of: first) == 0 {
      let places = (0..<axis.count).map { first + $0 * axis.inner }
      var mean = 0.0
      if own.isCentred { for place in places { mean += Double(x[place]) } }
      mean /= Double(axis.count)
      var spread = 0.0
      for place in places { spread += (Double(x[place]) - mean) * (Double(x[place]) - mean) }
      let root = (spread / Double(axis.count) + Double(own.epsilon)).squareRoot()
      for (at, place) in places.enumerated() {
        let unit = (Double(x[place]) - mean) / root
        result[place] = Float(unit * Double(own.gains[at]) + Double(own.offsets[at]))
      }
    }
    return result
  }

  static func embedding(_ x: [Float], _ own: FloatEmbedding) -> [Float] {
    let length = x.count
    var result: [Float] = []
    result.reserveCapacity(own.outputs * length)
    for row in 0..<own.outputs {
      for place in 0..<length {
        let symbol = min(max(0, Int(x[place])), own.vocabulary - 1)
        var sum = own.symbols[symbol * own.outputs + row]
        if !own.places.isEmpty { sum += own.places[place * own.outputs + row] }
        result.append(sum)
      }
    }
    return result
  }
}

/// A LayerNorm or an RMSNorm.
struct FloatNormalisation: Sendable {
  var axis: Axis
  var isCentred: Bool
  var epsilon: Float
  var gains: [Float]
  var offsets: [Float]
}

/// Vectors of symbols, and of places where there are any; one row each.
struct FloatEmbedding: Sendable {
  var outputs: Int
  var vocabulary: Int
  var symbols: [Float]
  var places: [Float]

  /// One row an output, one column a symbol and a place.
  var matrix: [Float] {
    var matrix: [Float] = []
    matrix.reserveCapacity(symbols.count + places.count)
    for row in 0..<outputs {
      for list in [symbols, places] {
        for column in 0..<list.count / outputs { matrix.append(list[column * outputs + row]) }
      }
    }
    return matrix
  }
}
