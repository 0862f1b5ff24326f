// Lies about a disputable run: in the middle, at the end, only in the trace, and by silence.

import Graphs
public import Models
public import Primitives

/// `lie.middle`: one activation of a hidden layer is changed, and what follows is computed from
/// it, so that the output looks like one of the model's own.
public struct LieInTheMiddle: Answering {
  public init() {}

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    try tensors(of: input, on: model, run: run).last ?? []
  }

  public func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]] {
    let honest = try model.tensors(of: input)
    guard let rest = try Remainder(of: model, near: honest.count / 2) else {
      return try LieAtTheEnd().tensors(of: input, on: model, run: run)
    }
    // Not every activation is felt at the end: the first one that is will do.
    for place in honest[rest.tensor].indices.prefix(64) {
      var lie = honest
      lie[rest.tensor][place] ^= 0x10
      let all = Array(lie[..<rest.tensor]) + (try rest.run(lie[rest.tensor]))
      if all.last != honest.last { return all }
    }
    return honest
  }
}

/// `lie.output`: every tensor is true but the last.
public struct LieAtTheEnd: Answering {
  public init() {}

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    var output = try Honest().answer(input, of: model, run: run)
    if !output.isEmpty { output[0] ^= 1 }
    return output
  }
}

/// `lie.trace`: the answer is true, the trace behind it is not.
public struct LieInTheTrace: Answering {
  public init() {}

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    try Honest().answer(input, of: model, run: run)
  }

  public func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]] {
    var tensors = try model.tensors(of: input)
    let middle = min(max(1, tensors.count / 2), tensors.count - 2)
    if middle > 0 { tensors[middle][0] ^= 1 }
    return tensors
  }
}

/// `silent.drawn`: lies, and says nothing more when it is asked about it.
public struct SilentWhenDrawn: Answering {
  public init() {}

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    try LieAtTheEnd().answer(input, of: model, run: run)
  }

  public var answersToTheCourt: Bool { false }
}

/// What of a graph comes after one of its tensors, as a graph of its own.
struct Remainder {
  /// The tensor that is its input.
  let tensor: Int
  private let graph: Graph
  private let weights: [LayerWeights]

  /// The activations nearest to a place from which alone all later ones follow; nil where a graph
  /// has no such tensor.
  init?(of model: Model, near middle: Int) throws(Refusal) {
    let whole = model.graph
    let inner = (1..<max(1, whole.nodes.count)).sorted {
      (abs($0 - middle), $0) < (abs($1 - middle), $1)
    }
    for tensor in inner {
      let later = whole.nodes[tensor...]
      guard whole.types[tensor].element.isActivation,
        later.allSatisfy({ $0.inputs.allSatisfy { $0 >= tensor } })
      else { continue }
      self.tensor = tensor
      graph = try Graph(
        input: whole.types[tensor],
        nodes: later.map { Node($0.operation, $0.inputs.map { $0 - tensor }) })
      weights = Array(model.weights.suffix(whole.layers.count { $0.node >= tensor }))
      return
    }
    return nil
  }

  /// The bytes of the input and of all tensors after it.
  func run(_ input: [UInt8]) throws(Refusal) -> [[UInt8]] {
    try graph.trace(weights, on: input).map(\.bytes)
  }
}

/// `other.input`: a true run of another input than the one that came.
public struct RunOfAnotherInput: Answering {
  public init() {}

  public func answer(
    _ input: [UInt8], of model: Model, run: Bytes32
  ) throws(Refusal) -> [UInt8] {
    try Honest().answer(RunOfAnotherInput.other(input), of: model, run: run)
  }

  public func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]] {
    try model.tensors(of: RunOfAnotherInput.other(input))
  }

  private static func other(_ input: [UInt8]) -> [UInt8] {
    input.isEmpty ? input : [input[0] ^ 1] + input.dropFirst()
  }
}
