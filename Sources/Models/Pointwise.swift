// Functions of one number, as trees: whatever they are made of, they become one table of bytes.

/// A function of x. Chains of single-element nodes over one tensor are joined into one of these, so
/// that a GELU is the same however an exporter spells it.
indirect enum Pointwise: Sendable, Hashable {
  case x
  case constant(Float)
  case sum(Pointwise, Pointwise)
  case difference(Pointwise, Pointwise)
  case product(Pointwise, Pointwise)
  case quotient(Pointwise, Pointwise)
  case greater(Pointwise, Pointwise)
  case less(Pointwise, Pointwise)
  case exponential(Pointwise)
  case errorFunction(Pointwise)
  case tanh(Pointwise)
  case sigmoid(Pointwise)

  func callAsFunction(_ value: Double) -> Double {
    switch self {
    case .x: value
    case .constant(let own): Double(own)
    case .sum(let a, let b): a(value) + b(value)
    case .difference(let a, let b): a(value) - b(value)
    case .product(let a, let b): a(value) * b(value)
    case .quotient(let a, let b): a(value) / b(value)
    case .greater(let a, let b): Swift.max(a(value), b(value))
    case .less(let a, let b): Swift.min(a(value), b(value))
    case .exponential(let a): FixedMath.exp(a(value))
    case .errorFunction(let a): FixedMath.erf(a(value))
    case .tanh(let a): FixedMath.tanh(a(value))
    case .sigmoid(let a): FixedMath.sigmoid(a(value))
    }
  }

  /// The most parts of a function: one that is written with a variable twice could double at every
  /// node, so what is larger is worked out before it goes on.
  static let mostParts = 256

  var parts: Int {
    switch self {
    case .x, .constant: 1
    case .sum(let a, let b), .difference(let a, let b), .product(let a, let b),
      .quotient(let a, let b), .greater(let a, let b), .less(let a, let b):
      1 + a.parts + b.parts
    case .exponential(let a), .errorFunction(let a), .tanh(let a), .sigmoid(let a): 1 + a.parts
    }
  }

  /// The factor, where the function is x times a positive constant: that only changes a scale.
  var factor: Float? {
    switch self {
    case .x: 1
    case .product(let a, .constant(let c)), .product(.constant(let c), let a):
      a.factor.flatMap { c > 0 ? $0 * c : nil }
    case .quotient(let a, .constant(let c)): a.factor.flatMap { c > 0 ? $0 / c : nil }
    default: nil
    }
  }

  // MARK: - By name

  private static func times(_ c: Float, _ a: Pointwise) -> Pointwise { .product(.constant(c), a) }

  static let gelu = product(
    times(0.5, .x),
    .sum(.constant(1), .errorFunction(.quotient(.x, .constant(1.41421356)))))

  static let geluByTanh = product(
    times(0.5, .x),
    .sum(
      .constant(1),
      .tanh(times(0.79788456, .sum(.x, times(0.044715, .product(.x, .product(.x, .x))))))))

  static func hardSigmoid(_ slope: Float, _ offset: Float) -> Pointwise {
    .greater(
      .constant(0), .less(.constant(1), .sum(times(slope, .x), .constant(offset))))
  }

  static func leaky(_ slope: Float) -> Pointwise {
    .sum(.greater(.x, .constant(0)), times(slope, .less(.x, .constant(0))))
  }

  static func elu(_ slope: Float) -> Pointwise {
    .sum(
      .greater(.x, .constant(0)),
      times(
        slope, .difference(.exponential(.less(.x, .constant(0))), .constant(1))))
  }

  /// The same function of another function.
  func of(_ inner: Pointwise) -> Pointwise {
    switch self {
    case .x: inner
    case .constant: self
    case .sum(let a, let b): .sum(a.of(inner), b.of(inner))
    case .difference(let a, let b): .difference(a.of(inner), b.of(inner))
    case .product(let a, let b): .product(a.of(inner), b.of(inner))
    case .quotient(let a, let b): .quotient(a.of(inner), b.of(inner))
    case .greater(let a, let b): .greater(a.of(inner), b.of(inner))
    case .less(let a, let b): .less(a.of(inner), b.of(inner))
    case .exponential(let a): .exponential(a.of(inner))
    case .errorFunction(let a): .errorFunction(a.of(inner))
    case .tanh(let a): .tanh(a.of(inner))
    case .sigmoid(let a): .sigmoid(a.of(inner))
    }
  }
}
