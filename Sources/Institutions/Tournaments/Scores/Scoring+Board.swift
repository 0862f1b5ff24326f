// All forecasts of a tournament against one truth: what does not depend on the forecast is
// computed once.

import Arithmetic

extension Scoring {
  /// Scores every forecast against the truth, the same bits as `correlation` one by one.
  ///
  /// A rank is one of `2n − 1` half steps, so that there are as many quantiles however many
  /// forecasts; and a forecast of `n` values then costs a sort and three sums.
  struct Board {
    /// `sign(x)·|x|^1.5` of the quantile of each half step, from the first.
    private let quantiles: [Fixed64]
    /// The truth, centred, stretched, and less its mean.
    private let truth: [Fixed64]
    private let truthSize: Fixed64

    init(truth target: [Fixed64]) {
      let count = target.count
      quantiles = (1..<max(2 * count, 1)).map {
        Scoring.stretched(Normal.quantile(Fixed64($0, over: 2 * count)))
      }
      let centre = target.mean
      let stretched = target.map { Scoring.stretched($0 - centre) }
      let mean = stretched.mean
      truth = stretched.map { $0 - mean }
      truthSize = truth.map { $0 * $0 }.sum
    }

    /// The correlation of a forecast with the truth, −1 to 1; 0 where one of them is constant.
    func score(_ forecast: [UInt64]) -> Fixed64 {
      guard forecast.count == truth.count, forecast.count > 1 else { return .zero }
      let x = halfSteps(forecast).map { quantiles[$0 - 1] }
      let mean = x.mean
      let own = x.map { $0 - mean }
      let product = zip(own, truth).map { $0 * $1 }.sum
      let sizes = own.map { $0 * $0 }.sum * truthSize
      return (product / sizes.squareRoot).clamped(-.one, .one)
    }

    /// Twice the rank less one of each value, equal ones at the mean of their ranks.
    private func halfSteps(_ values: [UInt64]) -> [Int] {
      let order = values.indices.sorted {
        values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
      }
      var steps = [Int](repeating: 0, count: values.count)
      var first = 0
      while first < order.count {
        var end = first
        while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
        for index in order[first..<end] { steps[index] = first + end }
        first = end
      }
      return steps
    }
  }

  /// The truth between −1 and 1, which changes no correlation: its powers stay numbers that fit.
  static func scaled(_ truth: [Int]) -> [Fixed64] {
    let values = truth.map { Fixed64($0) }
    let centre = values.mean
    let most = values.map { ($0 - centre).magnitude }.max() ?? .zero
    return values.map { ($0 - centre) / most }
  }
}
