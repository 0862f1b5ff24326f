// What reputers measured when the truth was known: the loss of everybody, and of the network.

public import Arithmetic
import Primitives

/// Losses as logarithms to base 10, in the order in which reputers report them.
public struct TopicLosses: Hashable, Sendable {
  public var inference: [Fixed64]
  public var implied: [Fixed64]
  public var impliedOneOut: [[Fixed64]]
  public var network: Fixed64
  public var naive: Fixed64
  public var oneOut: [Fixed64]
  public var oneIn: [Fixed64]

  public init(
    inference: [Fixed64], implied: [Fixed64], impliedOneOut: [[Fixed64]], network: Fixed64,
    naive: Fixed64, oneOut: [Fixed64], oneIn: [Fixed64]
  ) {
    self.inference = inference
    self.implied = implied
    self.impliedOneOut = impliedOneOut
    self.network = network
    self.naive = naive
    self.oneOut = oneOut
    self.oneIn = oneIn
  }

  /// What one truth makes of an answer and of everything that led to it.
  public init(of answer: TopicInference, inferences: [Fixed64], truth: Fixed64) {
    func losses(_ values: [Fixed64]) -> [Fixed64] { values.map { Self.loss($0, truth: truth) } }
    inference = losses(inferences)
    implied = losses(answer.implied)
    impliedOneOut = answer.impliedOneOut.map(losses)
    network = Self.loss(answer.network, truth: truth)
    naive = Self.loss(answer.naive, truth: truth)
    oneOut = losses(answer.oneOut)
    oneIn = losses(answer.oneIn)
  }

  /// `log10((x − truth)² + 10⁻¹²)`: nobody is nearer than a millionth, so that an answer that hits
  /// the truth does not outweigh all others for ever.
  public static func loss(_ value: Fixed64, truth: Fixed64) -> Fixed64 {
    let distance = value - truth
    return Fixed64.ln(distance * distance + Fixed64(1, over: 1_000_000_000_000)) / Fixed64.ln10
  }

  /// The mean of reports by stake; all reports have the shape of the first.
  public init?(_ reports: [TopicLosses], stakes: [Fixed64]) {
    guard let first = reports.first, reports.count == stakes.count else { return nil }
    let lists = reports.map(\.list)
    guard lists.allSatisfy({ $0.count == lists[0].count }) else { return nil }
    self.init(list: Self.means(lists, stakes), shape: first)
  }

  /// Refuses losses that do not speak of everybody.
  func require(inferers: Int, forecasters: Int) throws(Refusal) {
    let lists = [
      (inference.count, inferers), (implied.count, forecasters),
      (impliedOneOut.count, forecasters), (oneOut.count, inferers + forecasters),
      (oneIn.count, forecasters),
    ]
    for (count, members) in lists + impliedOneOut.map({ ($0.count, inferers) }) {
      guard count == members else { throw .unequalLists(count, members: members) }
    }
  }

  static func means(_ lists: [[Fixed64]], _ stakes: [Fixed64]) -> [Fixed64] {
    let sum = stakes.sum
    return lists[0].indices.map { place in
      zip(lists, stakes).map { $0[place] * $1 }.sum / sum
    }
  }

  /// All losses in one list.
  var list: [Fixed64] {
    inference + implied + impliedOneOut.flatMap(\.self) + [network, naive] + oneOut + oneIn
  }

  private init(list: [Fixed64], shape: TopicLosses) {
    var rest = list[...]
    func take(_ count: Int) -> [Fixed64] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    inference = take(shape.inference.count)
    implied = take(shape.implied.count)
    impliedOneOut = shape.impliedOneOut.map { take($0.count) }
    network = take(1)[0]
    naive = take(1)[0]
    oneOut = take(shape.oneOut.count)
    oneIn = take(shape.oneIn.count)
  }
}
