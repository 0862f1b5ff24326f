// Polynomials of degree one in each variable, given by their values on the cube of zeros and ones.

/// A multilinear polynomial by its values; the first variable is the highest bit of an index.
public struct Multilinear: Sendable, Equatable {
  public private(set) var values: [GoldilocksPair]

  /// - Parameter values: a power of two of them.
  public init(_ values: [GoldilocksPair]) {
    precondition(values.count > 0 && values.count & (values.count - 1) == 0)
    self.values = values
  }

  public var variables: Int { values.count.trailingZeroBitCount }

  /// eq(point, x) for every x of the cube: the weights that evaluate at `point`.
  public static func weights(at point: [GoldilocksPair]) -> [GoldilocksPair] {
    PairVector.weights(at: point).elements
  }

  /// eq(x, y) of two points.
  public static func weight(
    _ x: [GoldilocksPair], _ y: [GoldilocksPair]
  ) -> GoldilocksPair {
    precondition(x.count == y.count)
    var product = GoldilocksPair.one
    for (left, right) in zip(x, y) {
      let both = left * right
      product *= both + both + .one - left - right
    }
    return product
  }

  /// Sets the first variable.
  public mutating func fix(first coordinate: GoldilocksPair) {
    let half = values.count / 2
    for index in 0..<half {
      values[index] += coordinate * (values[index + half] - values[index])
    }
    values.removeLast(half)
  }

  public func value(at point: [GoldilocksPair]) -> GoldilocksPair {
    precondition(point.count == variables)
    var rest = self
    for coordinate in point { rest.fix(first: coordinate) }
    return rest.values[0]
  }
}
