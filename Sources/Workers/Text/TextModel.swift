// A model that goes on with a text, one symbol a run.

public import Models
public import Primitives

/// A model whose input is a window of symbols and whose output is a number for each symbol that may
/// come next.
public struct TextModel: Sendable {
  public let model: Model
  public let alphabet: Alphabet

  /// How many symbols it looks back.
  public var window: Int { model.inputCount }

  public init(_ model: Model, _ alphabet: Alphabet) throws(Refusal) {
    guard model.graph.input.element == .uint8, model.manifest.inputScale.value == 1 else {
      throw Refusal("noTextModel")
    }
    guard model.outputCount == alphabet.symbols.count else {
      throw Refusal(
        "otherAlphabet",
        [
          "symbols": UInt64(alphabet.symbols.count), "outputs": UInt64(model.outputCount),
        ])
    }
    self.model = model
    self.alphabet = alphabet
  }

  /// What the model gives for each symbol after these, of which it reads the last.
  public func next(after symbols: [UInt8]) throws(Refusal) -> [Float] {
    try run(after: symbols).result.floats
  }

  /// The run of the model that says what comes after these symbols.
  func run(after symbols: [UInt8]) throws(Refusal) -> TextRun {
    let seen = symbols.suffix(window)
    let padding = [UInt8](repeating: alphabet.padding, count: window - seen.count)
    let input = padding + seen
    return TextRun(input: input, result: model.output(try model.execute(input)))
  }
}

/// One run of a text model, as it is bought and checked: numbers in, numbers out.
public struct TextRun: Sendable {
  public let input: [UInt8]
  let result: Output

  /// As a provider hands it in.
  public var output: [UInt8] { result.bytes }
}
