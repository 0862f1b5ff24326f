// What the demo carries within the binary: two models, digits with labels, calibration samples.

import Foundation
import Models
import Primitives
import Workers

/// The embedded files, decoded once at the start of a demo.
struct Fixtures {
  /// What is ordered, and what honest providers run.
  let model: Model
  /// The same model with a commitment that proofs open, under an id of its own.
  let provable: Model
  /// What one cheat runs instead.
  let cheap: Model
  /// Pixels from 0 to 16 of held-out digits, none of which a model was trained on.
  let digits: [[Float]]
  let labels: [Int]

  static let pixels = 64

  init() throws(Refusal) {
    let samples = try Fixtures.images(Fixtures.calibration)
    model = try Model.importing(onnx: try Fixtures.bytes(Fixtures.model), calibration: samples)
    provable = try model.provable()
    cheap = try Model.importing(onnx: try Fixtures.bytes(Fixtures.cheap), calibration: samples)
    digits = try Fixtures.images(Fixtures.digits)
    labels = try Fixtures.bytes(Fixtures.labels).map { Int($0) }
  }

  /// All digits that there are, those of the demo first, with their labels.
  static func all() throws(Refusal) -> (digits: [[Float]], labels: [Int]) {
    (
      try images(digits) + images(moreDigits),
      try (bytes(labels) + bytes(moreLabels)).map { Int($0) }
    )
  }

  private static func images(_ text: StaticString) throws(Refusal) -> [[Float]] {
    let all = try bytes(text)
    return stride(from: 0, to: all.count, by: pixels).map { start in
      all[start..<start + pixels].map { Float($0) }
    }
  }

  private static func bytes(_ text: StaticString) throws(Refusal) -> [UInt8] {
    guard let data = Data(base64Encoded: "\(text)") else { throw .badText() }
    return Array(data)
  }
}
