// The messages inside an ONNX graph: nodes, attributes, tensors, declared inputs.

import Primitives

extension ONNXNode {
  init(_ outer: ProtobufReader, _ range: Range<Int>) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    while let field = try reader.next() {
      switch field.number {
      case 1: inputs.append(try reader.text(field))
      case 2: outputs.append(try reader.text(field))
      case 4: operation = try reader.text(field)
      case 5: attributes.append(try ONNXAttribute(reader, try reader.range(field)))
      case 7: domain = try reader.text(field)
      default: break
      }
      let most = max(inputs.count, outputs.count)
      guard most <= ONNXLimits.inputsOfNode, attributes.count <= ONNXLimits.attributes else {
        throw .malformedONNX(at: field.offset)
      }
    }
  }
}

extension ONNXAttribute {
  init(_ outer: ProtobufReader, _ range: Range<Int>) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try reader.text(field)
      case 2: float = try reader.float(field)
      case 3: integer = try reader.number(field)
      case 4: text = try reader.text(field)
      case 5: tensor = try ONNXTensor(reader, try reader.range(field))
      case 7: try reader.appendFloats(field, to: &floats)
      case 8: try reader.appendNumbers(field, to: &integers)
      case 6, 11: throw .unsupportedNode("subgraph", at: 0)
      default: break
      }
    }
  }
}

extension ONNXInput {
  init(_ outer: ProtobufReader, _ range: Range<Int>) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try reader.text(field)
      case 2: try readType(reader, try reader.range(field))
      default: break
      }
    }
  }

  private mutating func readType(
    _ outer: ProtobufReader, _ range: Range<Int>
  ) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var tensor = ProtobufReader(reader.bytes, try reader.range(field))
      while let part = try tensor.next() {
        switch part.number {
        case 1: elementType = try tensor.number(part)
        case 2: try readShape(tensor, try tensor.range(part))
        default: break
        }
      }
    }
  }

  private mutating func readShape(
    _ outer: ProtobufReader, _ range: Range<Int>
  ) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var size: Int?
      var dim = ProtobufReader(reader.bytes, try reader.range(field))
      while let part = try dim.next() {
        if part.number == 1 { size = Int(clamping: try dim.number(part)) }
      }
      dims.append(size)
      guard dims.count <= 8 else { throw .malformedONNX(at: field.offset) }
    }
  }
}

extension ONNXTensor {
  /// The element types that are read: float, int32, int64, double.
  private enum Element: Int64 {
    case float = 1
    case int32 = 6
    case int64 = 7
    case double = 11
  }

  init(_ outer: ProtobufReader, _ range: Range<Int>) throws(Refusal) {
    var reader = ProtobufReader(outer.bytes, range)
    var sizes: [Int64] = []
    var element: Int64 = 0
    var floats: [Float] = []
    var integers: [Int64] = []
    var raw: Range<Int>?
    while let field = try reader.next() {
      switch field.number {
      case 1: try reader.appendNumbers(field, to: &sizes)
      case 2: element = try reader.number(field)
      case 4: try reader.appendFloats(field, to: &floats)
      case 5, 7: try reader.appendNumbers(field, to: &integers)
      case 8: name = try reader.text(field)
      case 9: raw = try reader.range(field)
      case 13: throw Refusal("externalData", ["offset": UInt64(field.offset)])
      case 14:
        guard try reader.number(field) == 0 else {
          throw Refusal("externalData", ["offset": UInt64(field.offset)])
        }
      case 3, 6, 10, 11: throw .malformedONNX(at: field.offset)
      default: break
      }
    }
    dims = try Self.checked(sizes)
    guard let known = Element(rawValue: element) else {
      throw Refusal("unsupportedDataType", ["type": UInt64(clamping: element)])
    }
    if let raw {
      guard floats.isEmpty, integers.isEmpty else {
        throw .malformedONNX(at: raw.lowerBound)
      }
      try read(known, reader.bytes, raw)
    } else {
      data = known == .float ? .floats(floats) : .integers(integers)
    }
    try check()
  }

  private static func checked(_ sizes: [Int64]) throws(Refusal) -> [Int] {
    guard sizes.count <= 8 else {
      throw .tooManyInONNX("axes", got: sizes.count, most: 8)
    }
    var count = 1
    var dims: [Int] = []
    for size in sizes {
      let most = ONNXLimits.fileBytes / 4
      guard size >= 0, size <= Int64(most), count * Int(size) <= most else {
        throw .tooManyInONNX("elements", got: Int(clamping: max(size, 0)), most: most)
      }
      count *= Int(size)
      dims.append(Int(size))
    }
    return dims
  }

  private mutating func read(
    _ element: Element, _ bytes: [UInt8], _ range: Range<Int>
  ) throws(Refusal) {
    let each = element == .float || element == .int32 ? 4 : 8
    guard range.count == count * each else {
      throw .wrongBytes(got: range.count, wanted: count * each)
    }
    switch element {
    case .float: data = .floats(ProtobufReader.floats(bytes, range))
    case .int32:
      data = .integers(
        Self.words(bytes, range, each).map { Int64(Int32(truncatingIfNeeded: $0)) })
    case .int64:
      data = .integers(Self.words(bytes, range, each).map { Int64(bitPattern: $0) })
    case .double:
      data = .floats(Self.words(bytes, range, each).map { Float(Double(bitPattern: $0)) })
    }
  }

  private static func words(
    _ bytes: [UInt8], _ range: Range<Int>, _ each: Int
  ) -> [UInt64] {
    stride(from: range.lowerBound, to: range.upperBound, by: each).map { at in
      (0..<each).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
    }
  }

  /// Refuses another count than the shape says, and what is not a finite number.
  private func check() throws(Refusal) {
    switch data {
    case .floats(let values):
      guard values.count == count else {
        throw .wrongBytes(got: values.count, wanted: count)
      }
      if let bad = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(at: bad) }
    case .integers(let values):
      guard values.count == count else {
        throw .wrongBytes(got: values.count, wanted: count)
      }
    }
  }
}

extension Refusal {
  /// A constant holds another amount of data than its shape says.
  static func wrongBytes(got: Int, wanted: Int) -> Refusal {
    Refusal(
      "wrongConstant", ["got": UInt64(clamping: got), "wanted": UInt64(clamping: wanted)])
  }
}
