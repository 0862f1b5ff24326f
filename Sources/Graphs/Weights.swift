// The int8 matrices and int32 biases of a graph, in the order of its layers.

public import Primitives

/// The weights of one linear or convolution node.
public struct LayerWeights: Hashable, Sendable {
  /// Row-major: one row an output, one column an input (a convolution's are channel, row, column).
  public var matrix: [Int8]
  /// One an output.
  public var bias: [Int32]

  public init(matrix: [Int8], bias: [Int32]) {
    self.matrix = matrix
    self.bias = bias
  }
}

/// Which node has weights, and of what size.
public struct Layer: Hashable, Sendable {
  /// The index of the node in the graph.
  public var node: Int
  public var rows: Int
  public var columns: Int
  /// The greatest magnitude of a bias, as the manifest states it.
  public var biasBound: UInt32
}

extension Graph {
  /// Refuses weights that do not fit the graph or break the bounds that its manifest promises.
  public func check(_ weights: [LayerWeights]) throws(Refusal) {
    guard weights.count == layers.count else {
      throw .wrongLength(got: weights.count, wanted: layers.count)
    }
    for (layer, own) in zip(layers, weights) {
      guard own.matrix.count == layer.rows * layer.columns else {
        throw .wrongLength(got: own.matrix.count, wanted: layer.rows * layer.columns)
      }
      guard own.bias.count == layer.rows else {
        throw .wrongLength(got: own.bias.count, wanted: layer.rows)
      }
      // The bound must be attained, or one set of weights would have many ids.
      let greatest = own.bias.map(\.magnitude).max() ?? 0
      guard greatest == layer.biasBound else {
        throw Refusal(
          "wrongBiasBound", ["got": UInt64(greatest), "stated": UInt64(layer.biasBound)])
      }
    }
  }
}
