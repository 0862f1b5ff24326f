// Symbols become vectors: the one layer whose inputs are numbers of rows.

import Primitives

/// `sum[c][0][t] = bias[c] + weight[c][x[t]] + weight[c][vocabulary + t]`, the last only where
/// places have vectors of their own. A symbol at or above the vocabulary counts as its last one.
///
/// It is a linear layer over a vector that is one at the symbol and at the place, else zero; so it
/// is disputed and proved like one.
public struct Embedding: Hashable, Sendable {
  /// The length of a vector: the rows of the matrix.
  public var outputs: Int
  /// The greatest magnitude of a bias.
  public var biasBound: UInt32
  /// How many symbols there are, at most 256.
  public var vocabulary: Int
  public var hasPlaces: Bool

  public init(outputs: Int, biasBound: UInt32, vocabulary: Int, hasPlaces: Bool) {
    self.outputs = outputs
    self.biasBound = biasBound
    self.vocabulary = vocabulary
    self.hasPlaces = hasPlaces
  }

  /// The columns of the matrix, for a text of so many symbols.
  public func columns(_ length: Int) -> Int { vocabulary + (hasPlaces ? length : 0) }

  func result(of input: TensorType) throws(Refusal) -> TensorType {
    guard input.element == .uint8 else { throw .wrongElement(input.element) }
    guard input.shape.dims.count == 1 else {
      throw .badRank(got: input.shape.dims.count, most: 1)
    }
    guard (1...256).contains(vocabulary) else {
      throw Refusal("badVocabulary", ["got": UInt64(clamping: vocabulary), "most": 256])
    }
    guard Int(biasBound) <= Int(Int32.max) - 256 else {
      throw .sumsCouldOverflow(columns: 2, bias: biasBound)
    }
    return TensorType(.int32, try Shape([outputs, 1, input.shape.count]))
  }

  /// The column of a symbol.
  public func column(of symbol: Int32) -> Int { min(Int(symbol), vocabulary - 1) }

  /// The reference loop.
  func run(_ x: Tensor, _ weights: LayerWeights, to type: TensorType) -> Tensor {
    let length = x.values.count
    let columns = columns(length)
    var sums: [Int32] = []
    sums.reserveCapacity(type.shape.count)
    for row in 0..<outputs {
      for place in 0..<length {
        let first = row * columns
        var sum = weights.bias[row] + Int32(weights.matrix[first + column(of: x.values[place])])
        if hasPlaces { sum += Int32(weights.matrix[first + vocabulary + place]) }
        sums.append(sum)
      }
    }
    return Tensor(unchecked: type, sums)
  }
}
