// The symbols of a text model: which character each number stands for.

public import Primitives

/// What turns text into the numbers that a model reads, and back. It stands outside of every claim:
/// a run is bought and checked as numbers.
public struct Alphabet: Hashable, Sendable {
  /// The characters in the order of their numbers.
  public let symbols: [Character]
  /// What stands for a character that has no symbol.
  public let unknown: UInt8
  /// What a text that is shorter than the model's window begins with.
  public let padding: UInt8
  private let numbers: [Character: UInt8]

  /// A model reads a symbol as one byte.
  static let mostSymbols = 256

  /// Reads `{"format": 1, "symbols": "…", "unknown": "?", "padding": "\n"}`. Another name is
  /// refused, since a misspelt one would be left out in silence.
  public init(json bytes: [UInt8]) throws(Refusal) {
    let json = try JSONValue(parsing: bytes)
    guard let members = json.members else { throw .badField("", wants: "object") }
    let names = ["format", "symbols", "unknown", "padding"]
    for member in members where !names.contains(member.name) {
      throw .unknownField(member.name)
    }
    guard json["format"]?.uint64 == 1 else { throw .badField("format", wants: "1") }
    guard let text = json["symbols"]?.string else { throw .badField("symbols", wants: "string") }
    let symbols = Array(text)
    guard (2...Alphabet.mostSymbols).contains(symbols.count) else {
      throw .badField("symbols", wants: "2 to \(Alphabet.mostSymbols) characters")
    }
    var numbers: [Character: UInt8] = [:]
    for (number, symbol) in symbols.enumerated() {
      guard numbers.updateValue(UInt8(number), forKey: symbol) == nil else {
        throw .badField("symbols", wants: "each character once")
      }
    }
    func symbol(_ name: String) throws(Refusal) -> UInt8 {
      guard let text = json[name]?.string, text.count == 1, let number = numbers[Character(text)]
      else { throw .badField(name, wants: "one of the symbols") }
      return number
    }
    unknown = try symbol("unknown")
    padding = try symbol("padding")
    self.symbols = symbols
    self.numbers = numbers
  }

  /// One symbol for each character of the text.
  public func encode(_ text: String) -> [UInt8] { text.map { numbers[$0] ?? unknown } }

  public func decode(_ symbol: UInt8) -> Character {
    Int(symbol) < symbols.count ? symbols[Int(symbol)] : symbols[Int(unknown)]
  }
}
