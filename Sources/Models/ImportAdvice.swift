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
    "Gemm", "MatMul", "Conv", "Add", "Relu", "MaxPool", "Flatten", "Reshape", "Identity",
    "Constant", "Softmax",
  ]

  private static func node(_ name: String) -> String {
    let needs: [String: String] = [
      "Sigmoid": "a table of 256 entries with one output an input",
      "Tanh": "a table of 256 entries with one output an input",
      "Gelu": "a table of 256 entries with one output an input",
      "LeakyRelu": "a second multiplier for negative sums; train with Relu",
      "Clip": "a requantisation to less than a full byte; train with Relu",
      "BatchNormalization": "folding into the layer before it; most exporters do that",
      "AveragePool": "a requantisation of the window's sum; use MaxPool or a strided Conv",
      "GlobalAveragePool": "a requantisation of the plane's sum; use MaxPool or a Gemm",
      "Dropout": "nothing: it has no part in inference, so export the model for inference",
      "LayerNormalization": "an integer inverse square root with one result an input",
      "Softmax": "nothing when it is the last node; inside a model it needs integer exponentials",
      "Add:constant": "the constant to stand right behind a Gemm, MatMul or Conv, as its bias",
      "MatMul:computed": "a constant second factor; products of two activations are not built",
      "Gemm:computed": "constant weights; products of two activations are not built",
      "Conv:computed": "constant weights; products of two activations are not built",
      "Reshape:computed": "a constant shape; simplify the model before export",
      "Concat": "a requantisation of all parts to one scale",
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
      "Softmax.axis": "the last axis of a vector",
    ]
    return "\(name) would need \(needs[name] ?? "another value; see docs/concepts/models.md")"
  }
}
