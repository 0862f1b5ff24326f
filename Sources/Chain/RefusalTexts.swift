// The one table from a refusal's code to a sentence for people: command line, API and docs read it.

public import Primitives

/// A sentence with places for numbers, and what one can do about it.
public struct RefusalText: Hashable, Sendable {
  public let code: String
  /// `{name}` is a number, `{name$}` an amount in dollars, `{name%}` parts per million as a
  /// share. `{1?}` is the first number's name and `{1=}` its value, for refusals that name what
  /// they are about.
  public let template: String
  /// What to do about it, or who can.
  public let hint: String

  init(_ code: String, _ template: String, hint: String) {
    self.code = code
    self.template = template
    self.hint = hint
  }

  /// The places of the template, in order.
  public var places: [String] {
    template.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) }
  }
}

/// Every refusal that people may meet.
public enum RefusalTexts {
  /// By code, for the reference.
  public static let all: [RefusalText] = {
    let ledger = primitives + kernel + sessions + payments
    let rules = ledger + market + bidding + runs + court + referee
    let texts = rules + chain + doors + models + graphs + proofs + proved
    let others = judged + panel + items + subnets + assets + consensus + tournaments + topics
    return (texts + others).sorted { $0.code < $1.code }
  }()

  private static let byCode = Dictionary(
    all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  public static func text(of code: String) -> RefusalText? { byCode[code] }
}

extension Refusal {
  /// The sentence. A code without one, from a newer node, shows itself and its numbers.
  public var message: String {
    guard let text = RefusalTexts.text(of: code) else {
      let shown = numbers.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
      return shown.isEmpty ? code : "\(code): \(shown)"
    }
    let parts = text.template.split(separator: "{", omittingEmptySubsequences: false)
    var sentence = String(parts[0])
    for part in parts.dropFirst() {
      let place = part.prefix { $0 != "}" }
      sentence += fill(place) + part.dropFirst(place.count + 1)
    }
    return sentence
  }

  /// What one can do about it; empty where there is nothing to advise.
  public var hint: String { RefusalTexts.text(of: code)?.hint ?? "" }

  private func fill(_ place: Substring) -> String {
    let name = place.dropLast()
    switch place.last {
    case "?": return number(at: name).map(\.name) ?? "?"
    case "=": return number(at: name).map { String($0.value) } ?? "?"
    case "$": return value(name).map { Amount($0).dollars } ?? "?"
    case "%": return value(name).map { Amount($0).percent } ?? "?"
    default: return value(place).map { String($0) } ?? "?"
    }
  }

  private func value(_ name: Substring) -> UInt64? {
    numbers.first { $0.name == name }?.value
  }

  private func number(at ordinal: Substring) -> Number? {
    guard let place = Int(ordinal), numbers.indices.contains(place - 1) else { return nil }
    return numbers[place - 1]
  }
}

extension Amount {
  /// `$1.25`, with as many of six places as there are.
  public var dollars: String {
    let (whole, rest) = units.quotientAndRemainder(dividingBy: million)
    return "$\(whole)" + Amount.fraction(rest, least: 2)
  }

  /// Parts per million as `12.5 %`.
  fileprivate var percent: String {
    let (whole, rest) = units.quotientAndRemainder(dividingBy: 10_000)
    return "\(whole)" + Amount.fraction(rest * 100, least: 0) + " %"
  }

  private static func fraction(_ rest: UInt64, least: Int) -> String {
    var digits = Array(String(rest + million).dropFirst())
    while digits.count > least, digits.last == "0" { digits.removeLast() }
    return digits.isEmpty ? "" : "." + String(digits)
  }
}
