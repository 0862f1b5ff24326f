// The integer graph: nodes in order, each reading tensors that exist before it.

public import Primitives

/// An operation and the tensors that it reads: 0 is the input, `n + 1` the result of node `n`.
public struct Node: Hashable, Sendable {
  public var operation: Operation
  public var inputs: [Int]

  public init(_ operation: Operation, _ inputs: [Int]) {
    self.operation = operation
    self.inputs = inputs
  }
}

/// A graph that was checked: every shape fits and no sum can leave 32 bits.
///
/// The result of the last node is the output. Since a node reads only earlier tensors, a cycle
/// cannot be written down.
public struct Graph: Hashable, Sendable {
  public let nodes: [Node]
  /// The type of each tensor; the first is the input's.
  public let types: [TensorType]
  /// The nodes that have weights, in order.
  public let layers: [Layer]
  /// How many multiply–adds and comparisons one run takes.
  public let work: UInt64

  /// The most nodes of a graph.
  public static let mostNodes = 4096
  /// The most multiply–adds and comparisons of one run.
  public static let mostWork: UInt64 = 1 << 36
  /// The most elements of all tensors of one run together.
  public static let mostElements = 1 << 28
  /// The most bytes of all matrices together.
  public static let mostWeights = 1 << 30

  public init(input: TensorType, nodes: [Node]) throws(Refusal) {
    guard input.element.isActivation else { throw .wrongElement(input.element) }
    guard !nodes.isEmpty, nodes.count <= Self.mostNodes else {
      throw Refusal(
        "badNodeCount", ["got": UInt64(nodes.count), "most": UInt64(Self.mostNodes)])
    }
    var types = [input]
    var layers: [Layer] = []
    var work: UInt64 = 0
    var weights = 0
    var elements = input.shape.count
    var isRead = [Bool](repeating: false, count: nodes.count + 1)
    for (index, node) in nodes.enumerated() {
      var inputs: [TensorType] = []
      for tensor in node.inputs {
        guard tensor >= 0, tensor <= index else {
          throw Refusal(
            "readsLaterTensor", ["node": UInt64(index), "tensor": UInt64(clamping: tensor)])
        }
        isRead[tensor] = true
        inputs.append(types[tensor])
      }
      let result = try node.operation.result(of: inputs)
      if let size = node.operation.weightSize(on: inputs[0]) {
        let bound = node.operation.biasBound ?? 0
        layers.append(
          Layer(node: index, rows: size.rows, columns: size.columns, biasBound: bound))
        weights += size.rows * size.columns
      }
      work += node.operation.work(Frame(from: inputs, to: result))
      try Self.checkWork(work, weights)
      elements += result.shape.count
      guard elements <= Self.mostElements else {
        throw .tensorTooLarge(elements: elements, most: Self.mostElements)
      }
      types.append(result)
    }
    // What nobody reads would be a choice without effect: two ids for one model.
    for tensor in 0..<nodes.count where !isRead[tensor] {
      throw Refusal("unreadTensor", ["tensor": UInt64(tensor)])
    }
    self.nodes = nodes
    self.types = types
    self.layers = layers
    self.work = work
  }

  private static func checkWork(_ work: UInt64, _ weights: Int) throws(Refusal) {
    guard work <= mostWork else {
      throw Refusal("tooMuchWork", ["got": work, "most": mostWork])
    }
    guard weights <= mostWeights else {
      throw Refusal(
        "tooManyWeights", ["got": UInt64(weights), "most": UInt64(mostWeights)])
    }
  }

  public var input: TensorType { types[0] }
  public var output: TensorType { types[types.count - 1] }
}
