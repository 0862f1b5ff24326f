// Windows, matrices and broadcast biases, as ONNX writes them.

import Graphs
import Primitives

extension Importer {
  /// A float attribute with the default 1.
  func scalar(_ own: ONNXNode, _ name: String) throws(Refusal) -> Float {
    let value = own.attribute(name)?.float ?? 1
    guard value.isFinite else { throw .notFinite(at: 0) }
    return value
  }

  /// Refuses a tensor that is no vector of that length.
  func checkVector(_ tensor: Int, _ length: Int) throws(Refusal) {
    let shape = graph.shape(of: tensor)
    guard shape.dims.count == 1 else {
      throw .badShape(at: node, got: shape.dims.count + 1, wanted: 2)
    }
    guard shape.count == length else {
      throw .badShape(at: node, got: length, wanted: shape.count)
    }
  }

  /// A matrix with one row an output.
  func rows(of weights: ONNXTensor, isTransposed: Bool) throws(Refusal) -> [Float] {
    let values = try floats(weights)
    if isTransposed { return values }
    let (inner, outer) = (weights.dims[0], weights.dims[1])
    var rows: [Float] = []
    rows.reserveCapacity(values.count)
    for row in 0..<outer {
      for column in 0..<inner { rows.append(values[column * outer + row]) }
    }
    return rows
  }

  /// A constant that is one number, or one number a channel followed by axes of one.
  func spread(
    _ constant: ONNXTensor, over channels: Int, planeAxes: Int
  ) throws(Refusal) -> [Float] {
    let values = try floats(constant)
    if values.count == 1 { return [Float](repeating: values[0], count: channels) }
    var dims = constant.dims
    for _ in 0..<planeAxes {
      guard dims.popLast() == 1 else {
        throw .badShape(at: node, got: values.count, wanted: channels)
      }
    }
    while dims.count > 1, dims[0] == 1 { dims.removeFirst() }
    guard dims == [channels] else {
      throw .badShape(at: node, got: values.count, wanted: channels)
    }
    return values
  }

  /// The window of a convolution (its kernel's size is known) or of a pool.
  func window(
    _ own: ONNXNode, _ from: Shape, kernel: [Int]?
  ) throws(Refusal) -> Window {
    let sides = try list(own, "kernel_shape", or: kernel)
    if let kernel, kernel != sides {
      throw .badShape(at: node, got: sides[0], wanted: kernel[0])
    }
    var window = Window(height: sides[0], width: sides[1])
    let strides = try list(own, "strides", or: [1, 1])
    (window.strideY, window.strideX) = (strides[0], strides[1])
    for dilation in try list(own, "dilations", or: [1, 1]) where dilation != 1 {
      throw .unsupportedAttribute("\(own.operation).dilations", Int64(dilation), at: node)
    }
    switch own.attribute("auto_pad")?.text ?? "NOTSET" {
    case "NOTSET":
      let pads = try list(own, "pads", or: [0, 0, 0, 0])
      (window.top, window.left, window.bottom, window.right) =
        (pads[0], pads[1], pads[2], pads[3])
    case "VALID": break
    case let same where same == "SAME_UPPER" || same == "SAME_LOWER":
      let isUpper = same == "SAME_UPPER"
      (window.top, window.bottom) = Self.same(
        from.dims[1], sides[0], strides[0], isUpper: isUpper)
      (window.left, window.right) = Self.same(
        from.dims[2], sides[1], strides[1], isUpper: isUpper)
    default: throw .unsupportedAttribute("\(own.operation).auto_pad", 0, at: node)
    }
    return window
  }

  /// The pads that keep ⌈size / stride⌉ places; the odd one goes behind for `SAME_UPPER`.
  private static func same(
    _ size: Int, _ side: Int, _ stride: Int, isUpper: Bool
  ) -> (Int, Int) {
    guard stride > 0 else { return (0, 0) }
    let places = (size + stride - 1) / stride
    let total = max(0, (places - 1) * stride + side - size)
    let less = total / 2
    return isUpper ? (less, total - less) : (total - less, less)
  }

  /// A list of small numbers with a default.
  private func list(
    _ own: ONNXNode, _ name: String, or standard: [Int]?
  ) throws(Refusal) -> [Int] {
    let wanted = name == "pads" ? 4 : 2
    guard let attribute = own.attribute(name) else {
      guard let standard else {
        throw .unsupportedAttribute("\(own.operation).\(name)", 0, at: node)
      }
      return standard
    }
    guard attribute.integers.count == wanted else {
      throw .unsupportedAttribute(
        "\(own.operation).\(name)", Int64(attribute.integers.count), at: node)
    }
    var list: [Int] = []
    for number in attribute.integers {
      guard number >= 0, number <= Int64(Window.most) else {
        throw .unsupportedAttribute("\(own.operation).\(name)", number, at: node)
      }
      list.append(Int(number))
    }
    return list
  }
}
