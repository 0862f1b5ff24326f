// Finds the committed vectors, and draws the same random numbers in every run.

import Foundation
import Primitives

enum Vectors {
  /// A file of Tests/Vectors as JSON.
  static func json(_ path: String, file: String = #filePath) throws -> JSONValue {
    try JSONValue(parsing: bytes(path, file: file))
  }

  static func bytes(_ path: String, file: String = #filePath) throws -> [UInt8] {
    let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: tests.appendingPathComponent("Vectors/" + path)))
  }
}

struct Missing: Error { var what: String }

extension JSONValue {
  /// A member that the vectors must have.
  func need(_ name: String) throws -> JSONValue {
    guard let value = self[name] else { throw Missing(what: name) }
    return value
  }

  func needString(_ name: String) throws -> String {
    guard let value = try need(name).string else { throw Missing(what: name) }
    return value
  }

  /// Hex digits, with or without `0x`.
  func needBytes(_ name: String) throws -> [UInt8] {
    let text = try needString(name)
    guard let bytes = Hex.decode(text.hasPrefix("0x") ? text : "0x" + text) else {
      throw Missing(what: name)
    }
    return bytes
  }

  func needBytes32(_ name: String) throws -> Bytes32 {
    guard let word = Bytes32(try needBytes(name)) else { throw Missing(what: name) }
    return word
  }

  func needAddress(_ name: String) throws -> Address {
    guard let address = Address(hex: try needString(name)) else { throw Missing(what: name) }
    return address
  }

  func needList(_ name: String) throws -> [JSONValue] {
    guard let list = try need(name).array else { throw Missing(what: name) }
    return list
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): seeded, so that a failure comes back.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  mutating func word() -> Bytes32 { Bytes32(words: next(), next(), next(), next()) }
}

/// The refusal that the body ends with; nil where it does not refuse, or throws something else.
func refusal<T>(_ body: () throws -> T) -> Refusal? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? Refusal
  }
}

/// The code of the refusal that the body ends with.
func code<T>(_ body: () throws -> T) -> String? { refusal(body)?.code }
