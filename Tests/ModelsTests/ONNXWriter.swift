// Writes ONNX files for tests, good ones and bad ones.

/// Protobuf bytes, field by field.
struct Proto {
  var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  mutating func number(_ field: Int, _ value: Int64) {
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: value))
  }

  mutating func data(_ field: Int, _ value: [UInt8]) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  mutating func float(_ field: Int, _ value: Float) {
    varint(UInt64(field) << 3 | 5)
    bytes += Self.little(value.bitPattern)
  }

  static func little(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
  }

  static func make(_ body: (inout Proto) -> Void) -> [UInt8] {
    var proto = Proto()
    body(&proto)
    return proto.bytes
  }
}

/// A graph that tests put together.
struct ONNXWriter {
  var nodes: [[UInt8]] = []
  var constants: [[UInt8]] = []
  var input: [Int64] = [1, 4]
  var inputs: [[UInt8]] = []
  var output = "y"
  var opset: Int64 = 17

  enum Attribute {
    case integer(Int64)
    case integers([Int64])
    case float(Float)
    case text(String)
    case tensor([UInt8])
  }

  mutating func node(
    _ operation: String, _ from: [String], _ to: String,
    _ attributes: [(String, Attribute)] = [], domain: String = ""
  ) {
    nodes.append(
      Proto.make { p in
        for name in from { p.text(1, name) }
        p.text(2, to)
        p.text(4, operation)
        for (name, value) in attributes {
          p.data(
            5,
            Proto.make { a in
              a.text(1, name)
              switch value {
              case .integer(let own): a.number(3, own)
              case .integers(let own): for each in own { a.number(8, each) }
              case .float(let own): a.float(2, own)
              case .text(let own): a.text(4, own)
              case .tensor(let own): a.data(5, own)
              }
            })
        }
        if !domain.isEmpty { p.text(7, domain) }
      })
  }

  static func tensor(_ name: String, _ dims: [Int64], _ values: [Float]) -> [UInt8] {
    Proto.make { p in
      for dim in dims { p.number(1, dim) }
      p.number(2, 1)
      p.text(8, name)
      p.data(9, values.flatMap { Proto.little($0.bitPattern) })
    }
  }

  static func tensor(_ name: String, _ values: [Int64]) -> [UInt8] {
    Proto.make { p in
      p.number(1, Int64(values.count))
      p.number(2, 7)
      for value in values { p.number(7, value) }
      p.text(8, name)
    }
  }

  mutating func constant(_ name: String, _ dims: [Int64], _ values: [Float]) {
    constants.append(Self.tensor(name, dims, values))
  }

  mutating func constant(_ name: String, _ values: [Int64]) {
    constants.append(Self.tensor(name, values))
  }

  static func value(_ name: String, _ dims: [Int64], type: Int64 = 1) -> [UInt8] {
    Proto.make { p in
      p.text(1, name)
      p.data(
        2,
        Proto.make { t in
          t.data(
            1,
            Proto.make { tensor in
              tensor.number(1, type)
              tensor.data(
                2,
                Proto.make { shape in
                  for dim in dims {
                    shape.data(1, Proto.make { $0.number(1, dim) })
                  }
                })
            })
        })
    }
  }

  var bytes: [UInt8] {
    let graph = Proto.make { p in
      for node in nodes { p.data(1, node) }
      for constant in constants { p.data(5, constant) }
      p.data(11, Self.value("x", input))
      for more in inputs { p.data(11, more) }
      p.data(12, Self.value(output, [1, 1]))
    }
    return Proto.make { p in
      p.number(1, 8)
      p.data(7, graph)
      p.data(8, Proto.make { $0.number(2, opset) })
    }
  }

  /// A Gemm of four by two, on which tests build.
  static var small: ONNXWriter {
    var writer = ONNXWriter()
    writer.constant("w", [2, 4], [1, -1, 0.5, 0.25, 2, 0, -3, 1])
    writer.constant("b", [2], [0.5, -0.5])
    writer.node("Gemm", ["x", "w", "b"], "y", [("transB", .integer(1))])
    return writer
  }
}
