// Samples for a model, from the `input_data` JSON of proof tools or from a `.npy` file.

import Models
import Primitives

enum ModelInputs {
  static let readLimit = 1 << 28

  /// The numbers of the file, list by list.
  static func lists(_ path: String) throws -> [[Float]] {
    let bytes = try LocalFile.read(path, limit: readLimit)
    return try LocalFile.naming(path) { () throws(Refusal) in
      bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])
        ? [try NPY(bytes).rows.flatMap { $0 }] : try InputJSON.read(bytes)
    }
  }

  /// The samples of the file, `count` numbers each; a list may hold one of them or several.
  static func samples(_ path: String, each count: Int) throws -> [[Float]] {
    var samples: [[Float]] = []
    for list in try lists(path) {
      guard !list.isEmpty, list.count % count == 0 else {
        throw Failure(
          .refused, code: "wrongLength",
          "\(path): an input of this model has \(count) numbers, not \(list.count)",
          hint: "give one sample after the other, each in the shape that the model takes")
      }
      for start in stride(from: 0, to: list.count, by: count) {
        samples.append(Array(list[start..<start + count]))
      }
    }
    return samples
  }

  /// All samples, or the one that was asked for.
  static func samples(_ path: String, each count: Int, _ index: Int?) throws -> [[Float]] {
    let samples = try samples(path, each: count)
    guard let index else { return samples }
    guard samples.indices.contains(index) else {
      throw Failure(
        .usage, code: "noSample", "\(path) has \(samples.count) samples, numbered from 0",
        hint: "choose one with --index")
    }
    return [samples[index]]
  }

  static func labels(_ path: String) throws -> [Int] {
    let bytes = try LocalFile.read(path, limit: readLimit)
    return try LocalFile.naming(path) { () throws(Refusal) in try NPY(bytes).labels() }
  }
}

/// Shares of a million as people and as JSON read them.
enum Share {
  /// `97.25 %`.
  static func percent(_ ppm: UInt32) -> String {
    let cents = (UInt64(ppm) + 50) / 100
    let rest = String(100 + cents % 100).dropFirst()
    return "\(cents / 100).\(rest) %"
  }

  /// `0.972500`.
  static func json(_ ppm: UInt32) -> JSONValue {
    .decimal("\(ppm / 1_000_000)." + String(1_000_000 + ppm % 1_000_000).dropFirst())
  }
}
