// Decimal numbers in and out of fixed point, exact to the last of 64 fraction bits.

public import Primitives

extension Fixed64 {
  /// A decimal number, such as `-0.25` or `1e-3`, rounded to the nearest 2^-64; nil where the
  /// text is none or the number does not fit.
  public init?(decimal text: String) {
    var digits: UInt128 = 0
    var exponent = 0
    var isFraction = false
    var any = false
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative { rest.removeFirst() }
    while let character = rest.first, character != "e", character != "E" {
      rest.removeFirst()
      if character == ".", !isFraction {
        isFraction = true
        continue
      }
      guard character.isASCII, let digit = character.wholeNumberValue else { return nil }
      any = true
      // 37 digits are more than the format holds; what follows only moves the point.
      if digits < 1_000_000_000_000_000_000_000_000_000_000_000_000 {
        digits = digits * 10 + UInt128(digit)
        exponent -= isFraction ? 1 : 0
      } else if !isFraction {
        exponent += 1
      }
    }
    guard any else { return nil }
    if !rest.isEmpty {
      rest.removeFirst()
      guard let power = Int(rest), power.magnitude < 1_000 else { return nil }
      exponent += power
    }
    guard let size = Self.scaled(digits, exponent) else { return nil }
    raw = isNegative ? -size : size
  }

  /// `digits · 10^exponent · 2^64`, rounded to the nearest.
  private static func scaled(_ digits: UInt128, _ exponent: Int) -> Int128? {
    if digits == 0 { return 0 }
    var digits = digits
    var exponent = exponent
    while exponent > 0 {
      let (more, overflow) = digits.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      (digits, exponent) = (more, exponent - 1)
    }
    while exponent < -38 { (digits, exponent) = (digits / 10, exponent + 1) }
    var divisor: UInt128 = 1
    for _ in 0..<(-exponent) { divisor *= 10 }
    guard digits >> 64 < divisor else { return nil }
    let (quotient, rest) = divisor.dividingFullWidth((digits >> 64, digits << 64))
    let rounded = quotient + (rest >= divisor - rest ? 1 : 0)
    return Int128(exactly: rounded)
  }

  /// The number in decimal digits, cut after so many of them behind the point.
  public func decimal(digits count: Int = 18) -> String {
    var text = raw < 0 ? "-" : ""
    let size = raw.magnitude
    text += String(size >> 64)
    var fraction = size & UInt128(UInt64.max)
    var digits: [Character] = []
    for _ in 0..<count where fraction != 0 {
      fraction *= 10
      digits.append(Character(String(fraction >> 64)))
      fraction &= UInt128(UInt64.max)
    }
    while digits.last == "0" { digits.removeLast() }
    return digits.isEmpty ? (text == "-0" ? "0" : text) : text + "." + String(digits)
  }
}

extension JSONValue {
  /// The number, whole or with a fraction, in fixed point.
  public var fixed: Fixed64? {
    switch self {
    case .integer(let value): Fixed64(raw: Int128(value) << 64)
    case .unsigned(let value): value <= UInt64(Int64.max) ? Fixed64(clamping: value) : nil
    case .decimal(let text): Fixed64(decimal: text)
    default: nil
    }
  }

  /// A number of this many digits behind the point.
  public init(_ number: Fixed64, digits: Int = 15) {
    self = .decimal(number.decimal(digits: digits))
  }
}
