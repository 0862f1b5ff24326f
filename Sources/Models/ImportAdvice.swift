// What an unsupported node would need, in one sentence each.

public import Primitives

/// Says what would be needed for a node or an attribute that the importer refuses.
public enum ImportAdvice {
  /// One sentence for the person who exports the model, or nil where there is nothing to add.
  public static func text(for refusal: Refusal) -> String? {
    guard let name = refusal.numbers.first?.name else { return nil }
    switch refusal.code {
    case "unsupportedNode": return node(name)
    case "unsupportedAttribute": return attribute(name)
    default: return nil
    }
  }

  /// The operations that are taken.
  public static let supported = [
    "Gemm", "MatMul", "Conv", "BatchNormalization", "LayerNormalization", "RMSNormalization", "Add",
    "Sub", "Mul", "Div", "Relu", "Clip", "LeakyRelu", "Elu", "Sigmoid", "HardSigmoid", "HardSwish",
    "Swish", "Tanh", "Erf", "Exp", "Gelu", "Neg", "Abs", "MaxPool", "AveragePool",
    "GlobalAveragePool", "Concat", "Pad", "Transpose", "Flatten", "Reshape", "Squeeze", "Unsqueeze",
    "Split", "Slice", "Gather", "Softmax", "Identity", "Dropout", "Cast", "Constant",
  ]

  private static func node(_ name: String) -> String {
    let needs: [String: String] = [
      "InstanceNormalization": "means over planes; use BatchNormalization",
      "Add:constant": "a constant that is one number, or changes along one axis only",
      "Add:mask": "a Softmax right behind the mask, which lets each row see up to its own place",
      "Div:computed": "a constant divisor; quotients of two activations are not built",
      "Concat:constant": "activations on both sides",
      "MatMul:constant": "the constant to stand second",
      "Gemm:computed": "constant weights; use MatMul for two activations",
      "Conv:computed": "constant weights",
      "Gather:computed": "symbols as the model's only input, and a constant table of vectors",
      "symbols": "a Gather of vectors: an input of whole numbers is read as symbols",
      "Reshape:computed": "a constant shape; simplify the model before export",
      "Where": "a constant mask that is added before the Softmax",
      "ReduceMean": "an AveragePool or a LayerNormalization; export them as such nodes",
      "function": "the functions written out in the graph; export without them",
      "subgraph": "a graph without branches and loops",
    ]
    if let own = needs[name] { return "\(name) would need \(own)" }
    return "\(name) has no integer meaning here yet; taken are "
      + supported.joined(separator: ", ")
  }

  private static func attribute(_ name: String) -> String {
    let needs: [String: String] = [
      "Conv.group": "one group; split the convolution, or use full kernels",
      "Conv.dilations": "dilations of 1",
      "MaxPool.dilations": "dilations of 1",
      "MaxPool.ceil_mode": "ceil_mode 0; pad the input instead",
      "Gemm.transA": "transA 0",
      "Flatten.axis": "axis 1, which keeps the batch apart",
      "Softmax.axis": "the last axis",
      "LayerNormalization.axis": "the last axis",
      "AveragePool.ceil_mode": "ceil_mode 0; pad the input instead",
      "AveragePool.count_include_pad": "count_include_pad 1 where there are pads",
      "Transpose.perm": "the batch to stay first",
      "Concat.axis": "another axis than the batch",
      "Pad.mode": "a constant border",
      "Gather.vocabulary": "at most 256 symbols",
      "Gather.indices": "one constant index, or Slice for a range",
    ]
    return "\(name) would need \(needs[name] ?? "another value; see docs/concepts/models.md")"
  }
}
