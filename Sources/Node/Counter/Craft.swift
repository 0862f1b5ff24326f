// What a counter must know of a model to sell its runs: what goes in, and what comes out.

import Explorer
import Foundation
import Graphs
import Inference
import Models
import Primitives

/// A model as the counter sells it. Of the program's own it knows samples and what digits look
/// like; of any other what its published manifest says, and no weights.
struct Craft: Sendable {
  let id: Bytes32
  private let inputScale: Double
  private let outputScale: Double
  private let element: ElementType
  let shape: [UInt64]
  let inputs: Int
  let outputs: Int
  private let isChoice: Bool
  /// The program's own model.
  let digits: DigitCraft?

  /// What a file may have at most: numbers of one input.
  static let mostInputs = 200_000

  init(_ digits: DigitCraft) throws(Refusal) {
    try self.init(digits.model.manifest, digits)
  }

  init(_ manifest: Manifest, _ digits: DigitCraft? = nil) throws(Refusal) {
    let graph = try manifest.graph()
    id = manifest.id.digest
    inputScale = manifest.inputScale.value
    outputScale = manifest.outputScale.value
    element = graph.input.element
    shape = manifest.inputShape
    inputs = graph.input.shape.count
    outputs = graph.output.shape.count
    isChoice = manifest.readout == .softmax
    self.digits = digits
    guard inputs <= Craft.mostInputs, outputs <= Craft.mostInputs, element.isActivation else {
      throw Refusal("modelTooLarge", ["inputs": UInt64(inputs), "limit": UInt64(Craft.mostInputs)])
    }
  }

  var spec: [UInt8] { InferenceSpec(model: id).encoded }

  /// The side of the square that its input is: 8 or 28, once dimensions of one are left out.
  var side: Int? {
    if digits != nil { return 8 }
    let square = shape.filter { $0 != 1 }
    return square == [8, 8] ? 8 : square == [28, 28] ? 28 : nil
  }

  // MARK: - In

  /// The picture that was brought, where it is one, and the bytes that the model reads.
  func input(
    _ brought: CounterInput
  ) throws(Missing) -> (pixels: [UInt8], bytes: [UInt8]) {
    if let digits {
      let digit = try digits.digit(brought)
      return (digit.pixels, try digits.quantise(digit))
    }
    switch brought {
    case .pixels(let pixels):
      guard let side, pixels.count == side * side, pixels.allSatisfy({ $0 <= 16 }) else {
        throw .badInput("this model does not read that drawing")
      }
      guard pixels.contains(where: { $0 > 0 }) else { throw .badInput("the drawing is empty") }
      // Full ink is the greatest number that the model tells from others.
      let full = Float(inputScale * Double(element.highest))
      return (pixels, quantise(pixels.map { Float($0) / 16 * full }))
    case .sample: throw .badInput("there is no such sample")
    case .file(let bytes): return ([], quantise(try numbers(in: bytes)))
    }
  }

  /// The first sample of a file.
  private func numbers(in bytes: [UInt8]) throws(Missing) -> [Float] {
    let lists: [[Float]]
    do throws(Refusal) {
      lists =
        bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])
        ? try NPY(bytes).rows : try InputJSON.read(bytes)
    } catch { throw .badInput("the file cannot be read: \(error.message)") }
    let values = lists.flatMap(\.self)
    guard values.count >= inputs, values.count % inputs == 0 else {
      throw .badInput("the file has \(values.count) numbers, and an input has \(inputs)")
    }
    let first = Array(values.prefix(inputs))
    guard first.allSatisfy(\.isFinite) else {
      throw .badInput("the file has numbers that are not finite")
    }
    return first
  }

  /// As `Model.quantise` does it: q = clamp(⌊x / scale + ½⌋), in IEEE binary64.
  private func quantise(_ values: [Float]) -> [UInt8] {
    let (lowest, highest) = (Double(element.lowest), Double(element.highest))
    return values.map { value in
      let rounded = (Double(value) / inputScale + 0.5).rounded(.down)
      return UInt8(truncatingIfNeeded: Int32(min(highest, max(lowest, rounded))))
    }
  }

  // MARK: - Out

  /// Nil for bytes that are no answer of this model.
  func answer(_ bytes: [UInt8]) -> CounterAnswer? {
    if let digits { return digits.answer(bytes) }
    guard bytes.count == 4 * outputs, outputs > 0 else { return nil }
    let values = Tensor.words(bytes).map { Double($0) * outputScale }
    var best = 0
    for place in values.indices where values[place] > values[best] { best = place }
    var shares: [UInt64] = []
    if isChoice {
      let powers = values.map { exp($0 - values[best]) }
      let sum = powers.reduce(0, +)
      shares = powers.map { UInt64(($0 / sum * Double(million)).rounded()) }
    }
    return CounterAnswer(
      digit: best, shares: shares, values: values.map { Float($0).description })
  }

  func model(providers: UInt64) -> CounterModel {
    CounterModel(
      id: id, shape: shape, inputs: inputs, outputs: outputs, side: side,
      isDigits: digits != nil, providers: providers)
  }
}

extension Missing {
  static func badInput(_ why: String) -> Missing {
    Missing(
      400, "badInput", why, hint: "the page says what this model reads; a file may be .npy or JSON")
  }
}
