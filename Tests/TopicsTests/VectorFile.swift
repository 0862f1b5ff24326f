// Reads the vector files that lie beside the tests; and chance from a seed.

import Arithmetic
import Foundation
import Primitives

enum VectorFile {
  static func json(_ path: String, _ here: String = #filePath) throws -> JSONValue {
    let file = URL(fileURLWithPath: here).deletingLastPathComponent()
      .appendingPathComponent("../Vectors").appendingPathComponent(path)
    return try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))
  }
}

/// A small generator for tests (SplitMix64), the same on every machine.
struct Seeded {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ n: UInt64) -> UInt64 { next().multipliedFullWidth(by: n).high }
}

extension Fixed64 {
  /// For comparisons with what was computed in floating point.
  var double: Double { Double(raw) / 18_446_744_073_709_551_616 }
}
