// The digits model as the counter sells it: what goes in, what comes out, and samples.

import Explorer
import Foundation
import Inference
import Models
import Primitives

/// A digit as the model reads it and as people see it.
struct Digit: Sendable {
  var values: [Float]

  /// 64 numbers from 0 to 16.
  var pixels: [UInt8] { values.map { UInt8(min(16, max(0, $0.rounded()))) } }

  init(_ values: [Float]) { self.values = values }
}

/// The model whose runs visitors buy. It is the one that the program carries, so that a drawing can
/// be brought to its numbers and its answer read.
struct DigitCraft: Sendable {
  let model: Model
  /// One of each digit, in an order that gives nothing away.
  let samples: [Digit]

  init(_ fixtures: Fixtures) {
    model = fixtures.model
    let places = [3, 8, 0, 5, 9, 1, 6, 2, 7, 4].compactMap { fixtures.labels.firstIndex(of: $0) }
    samples = places.map { Digit(fixtures.digits[$0]) }
  }

  var spec: [UInt8] { InferenceSpec(model: model.id.digest).encoded }

  // MARK: - In

  func digit(_ input: CounterInput) throws(Missing) -> Digit {
    switch input {
    case .pixels(let pixels):
      guard pixels.count == Fixtures.pixels, pixels.allSatisfy({ $0 <= 16 }) else {
        throw .notADigit("the drawing is not 64 numbers from 0 to 16")
      }
      guard pixels.contains(where: { $0 > 0 }) else {
        throw .notADigit("the drawing is empty")
      }
      return Digit(pixels.map { Float($0) })
    case .sample(let index):
      guard samples.indices.contains(index) else { throw .notADigit("there is no such sample") }
      return samples[index]
    case .file(let bytes): return try digit(file: bytes)
    }
  }

  private func digit(file bytes: [UInt8]) throws(Missing) -> Digit {
    let lists: [[Float]]
    do throws(Refusal) {
      lists =
        bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])
        ? try NPY(bytes).rows : try InputJSON.read(bytes)
    } catch {
      throw .notADigit("the file cannot be read: \(error.message)")
    }
    let values = lists.flatMap(\.self)
    guard values.count >= Fixtures.pixels, values.count % Fixtures.pixels == 0 else {
      throw .notADigit("the file has \(values.count) numbers, and a digit has 64")
    }
    let first = Array(values.prefix(Fixtures.pixels))
    guard first.allSatisfy({ $0.isFinite && (0...16).contains($0) }) else {
      throw .notADigit("the file has numbers that are not from 0 to 16")
    }
    return Digit(first)
  }

  func quantise(_ digit: Digit) throws(Missing) -> [UInt8] {
    do throws(Refusal) { return try model.quantise(digit.values) } catch {
      throw .notADigit(error.message)
    }
  }

  // MARK: - Out

  /// Nil for bytes that are no answer of this model.
  func answer(_ bytes: [UInt8]) -> CounterAnswer? {
    guard let digit = CanaryJudge.digit(in: bytes) else { return nil }
    let logits = stride(from: 0, to: bytes.count, by: 4).map { at in
      Double(
        Int32(
          bitPattern: UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
            | UInt32(bytes[at + 3]) << 24))
    }
    let scale = model.manifest.outputScale.value
    let powers = logits.map { exp(($0 - logits[digit]) * scale) }
    let sum = powers.reduce(0, +)
    return CounterAnswer(
      digit: digit, shares: powers.map { UInt64(($0 / sum * Double(million)).rounded()) })
  }
}

extension Missing {
  static func notADigit(_ why: String) -> Missing {
    Missing(400, "notADigit", why, hint: "draw one, or take one of the samples")
  }
}
