// Why a model file or an input is refused; the numbers name the node, the offset, the bound.

import Primitives

/// The bounds of what the importer reads at all.
enum ONNXLimits {
  static let fileBytes = 1 << 28
  static let nameBytes = 1024
  static let nodes = 4096
  static let constants = 16384
  static let attributes = 64
  static let inputsOfNode = 16
  static let leastOpset: Int64 = 7
  /// Four times what the largest file can hold.
  static let copiedWeights = 1 << 28
}

extension Refusal {
  /// The bytes are not an ONNX file, from this offset on.
  static func malformedONNX(at offset: Int) -> Refusal {
    Refusal("malformedOnnx", ["offset": UInt64(clamping: offset)])
  }

  /// Something there is more of than the importer takes.
  static func tooManyInONNX(_ what: String, got: Int, most: Int) -> Refusal {
    Refusal(
      "tooLargeOnnx",
      [Number(what, UInt64(clamping: got)), Number("most", UInt64(clamping: most))])
  }

  /// A node whose operation has no integer meaning here; the first number is named for it.
  static func unsupportedNode(_ operation: String, at node: Int) -> Refusal {
    Refusal("unsupportedNode", [Number(harmless(operation), UInt64(clamping: node))])
  }

  /// A known operation used in a way that is not supported: `Conv.group` with its value.
  static func unsupportedAttribute(
    _ name: String, _ value: Int64, at node: Int
  ) -> Refusal {
    Refusal(
      "unsupportedAttribute",
      [
        Number(harmless(name), UInt64(clamping: value)),
        Number("node", UInt64(clamping: node)),
      ])
  }

  /// A node reads a tensor that no earlier node makes: a missing name, or a cycle.
  static func unknownTensor(_ name: String, at node: Int) -> Refusal {
    Refusal("unknownTensor", [Number(harmless(name), UInt64(clamping: node))])
  }

  static func duplicateTensor(_ name: String, at node: Int) -> Refusal {
    Refusal("duplicateTensor", [Number(harmless(name), UInt64(clamping: node))])
  }

  /// Shapes that do not fit each other at a node.
  static func badShape(at node: Int, got: Int, wanted: Int) -> Refusal {
    Refusal(
      "badShape",
      [
        "node": UInt64(clamping: node), "got": UInt64(clamping: got),
        "wanted": UInt64(clamping: wanted),
      ])
  }

  /// A NaN or an infinity where only numbers make sense.
  static func notFinite(at index: Int) -> Refusal {
    Refusal("notFinite", ["index": UInt64(clamping: index)])
  }

  /// A foreign name that is safe to print: letters, digits and a little punctuation.
  private static func harmless(_ name: String) -> String {
    let kept = name.utf8.prefix(48).map { byte -> Character in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2e, 0x2f, 0x3a, 0x2d:
        Character(UnicodeScalar(byte))
      default: "?"
      }
    }
    return kept.isEmpty ? "?" : String(kept)
  }
}
