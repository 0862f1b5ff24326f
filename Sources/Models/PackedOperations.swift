// Constants of operations as the fast program reads them.

import Graphs

/// Multipliers and addends along a line: halves and the stored offset are in the addends.
struct PackedAffine {
  let count: Int
  let multipliers: UnsafePointer<Int64>
  let addends: UnsafePointer<Int64>
  let shift: Int64

  init(
    _ multipliers: [Int32], _ offsets: [Int32], _ shift: UInt8, _ element: ElementType,
    _ owners: inout [AlignedBytes]
  ) {
    count = multipliers.count
    self.shift = Int64(shift)
    let memory = AlignedBytes(count: 16 * count)
    let words = memory.base.bindMemory(to: Int64.self, capacity: 2 * count)
    let fixed = Int64(1) << Int64(shift - 1) + (element == .int8 ? Int64(128) << Int64(shift) : 0)
    for place in 0..<count {
      words[place] = Int64(multipliers[place])
      words[count + place] = Int64(offsets[place]) << Int64(shift - 16) + fixed
    }
    owners.append(memory)
    (self.multipliers, addends) = (UnsafePointer(words), UnsafePointer(words + count))
  }

  /// One element.
  @inline(__always)
  func round(_ x: Int64, _ place: Int) -> UInt8 {
    let value = (x &* multipliers[place] &+ addends[place]) &>> shift
    return UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
  }

  /// Eight neighbours.
  @inline(__always)
  func round(_ x: SIMD8<Int64>, _ place: Int) -> SIMD8<UInt8> {
    let m = UnsafeRawPointer(multipliers + place).loadUnaligned(as: SIMD8<Int64>.self)
    let a = UnsafeRawPointer(addends + place).loadUnaligned(as: SIMD8<Int64>.self)
    var value = (x &* m &+ a) &>> SIMD8(repeating: shift)
    value.replace(with: 0, where: value .< 0)
    value.replace(with: 255, where: value .> 255)
    return SIMD8<UInt8>(truncatingIfNeeded: value)
  }
}

struct PackedNormalisation {
  let isCentred: Bool
  let epsilon: UInt64
  let affine: PackedAffine

  init(_ own: Normalisation, _ owners: inout [AlignedBytes]) {
    isCentred = own.isCentred
    epsilon = own.epsilon
    affine = PackedAffine(own.multipliers, own.offsets, own.shift, own.element, &owners)
  }

  /// The greatest R with R² · D ≤ 2^60; a float says about where.
  @inline(__always)
  static func inverseRoot(of spread: UInt64) -> Int64 {
    var root = UInt64(1_073_741_824.0 / Double(spread).squareRoot())
    while root &* root &* spread > 1 << 60 { root &-= 1 }
    while (root &+ 1) &* (root &+ 1) &* spread <= 1 << 60 { root &+= 1 }
    return Int64(root)
  }
}

struct PackedSoftmax {
  let isCausal: Bool
  let length: Int
  let exponentials: UnsafePointer<UInt16>

  init(_ own: Softmax, length: Int, _ owners: inout [AlignedBytes]) {
    isCausal = own.isCausal
    self.length = length
    let memory = AlignedBytes(count: 512)
    let words = memory.base.bindMemory(to: UInt16.self, capacity: 256)
    for (index, entry) in own.exponentials.enumerated() { words[index] = entry }
    owners.append(memory)
    exponentials = UnsafePointer(words)
  }
}

/// Vectors of symbols and places side by side, as the result wants them.
struct PackedEmbedding {
  let outputs: Int
  let vocabulary: Int
  let hasPlaces: Bool
  let length: Int
  /// One row a symbol, then one a place.
  let vectors: UnsafePointer<Int8>
  let bias: UnsafePointer<Int32>

  init(_ layer: PackedLayer, _ own: Embedding, length: Int) {
    outputs = own.outputs
    vocabulary = own.vocabulary
    hasPlaces = own.hasPlaces
    self.length = length
    vectors = UnsafePointer(layer.weights.signedBytes)
    bias = UnsafePointer(layer.bias.words)
  }
}

extension PackedLayer {
  /// The matrix of an embedding, turned: one row a column.
  init(embedding weights: LayerWeights, _ own: Embedding) {
    let columns = weights.matrix.count / own.outputs
    let memory = AlignedBytes(count: weights.matrix.count)
    for row in 0..<own.outputs {
      for column in 0..<columns {
        memory.signedBytes[column * own.outputs + row] = weights.matrix[row * columns + column]
      }
    }
    let bias = AlignedBytes(count: 4 * own.outputs)
    for row in 0..<own.outputs { bias.words[row] = weights.bias[row] }
    self.init(outputs: own.outputs, weights: memory, bias: bias)
  }
}
