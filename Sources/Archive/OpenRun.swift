// What the lists remember of a run until it is settled.

import Market
public import Primitives

/// The output that a seat opened for a run.
public struct SeatAnswer: Fielded, Hashable {
  public static let typeName = "SeatAnswer"
  public var provider = Address()
  public var output = Bytes32()

  public init() {}
  public init(_ provider: Address, _ output: Bytes32) {
    self.provider = provider
    self.output = output
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("provider", &provider)
    try v("output", &output)
  }
}

/// A run that is not settled: who gave which answer, and which of them fell.
public struct OpenRun: Fielded, Hashable {
  public static let typeName = "OpenRun"
  public var run = Bytes32()
  public var road = Bytes32()
  public var lease = Bytes32()
  public var index: UInt64 = 0
  public var answers: [SeatAnswer] = []
  /// Outputs that lost a game.
  public var fallen: [Bytes32] = []
  /// Auditors who were called and said nothing: each owes the fee of an audit.
  public var silent: [Address] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("run", &run)
    try v("road", &road)
    try v("lease", &lease)
    try v("index", &index)
    try v("answers", &answers)
    try v("fallen", &fallen)
    try v("silent", &silent)
  }

  /// The seats that gave an answer, in the order in which they opened it.
  func defenders(of output: Bytes32) -> [Address] {
    answers.filter { $0.output == output }.map(\.provider)
  }

  /// The answer that a game of this id is about; nil where nobody gave such a one.
  func answer(of game: Bytes32, by challenger: Address) -> Bytes32? {
    let key = RunKey(LeaseID(lease), index)
    return answers.map(\.output).first { GameKey(key, $0, challenger).id.digest == game }
  }
}
