// What a topic remembers, as rows: regrets and averages, the running answer, the latest epochs.

public import Arithmetic
public import Primitives

/// The row of a `TopicState`: every place that was ever taken has its regrets.
public struct TopicMemory: Fielded, Hashable {
  public static let typeName = "TopicMemory"
  public var inferers: UInt64 = 0
  public var forecasters: UInt64 = 0
  /// The network's loss, and the average score ratio.
  var averages: [UInt8] = []
  var regrets: [UInt8] = []
  var naiveRegrets: [UInt8] = []
  var oneOutRegrets: [UInt8] = []
  var oneInRegrets: [UInt8] = []
  var infererScores: [UInt8] = []
  var forecasterScores: [UInt8] = []
  var infererShares: [UInt8] = []
  var forecasterShares: [UInt8] = []
  var reputerShares: [UInt8] = []

  public init() {}

  public init(_ state: TopicState) {
    inferers = UInt64(state.inferers)
    forecasters = UInt64(state.forecasters)
    averages = [state.networkLoss, state.forecastRatio].words
    regrets = state.regrets.words
    naiveRegrets = state.naiveRegrets.words
    oneOutRegrets = state.oneOutRegrets.flatMap(\.self).words
    oneInRegrets = state.oneInRegrets.flatMap(\.self).words
    infererScores = state.infererScores.words
    forecasterScores = state.forecasterScores.words
    infererShares = state.infererShares.words
    forecasterShares = state.forecasterShares.words
    reputerShares = state.reputerShares.words
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("inferers", &inferers)
    try v("forecasters", &forecasters)
    try v("averages", &averages)
    try v("regrets", &regrets)
    try v("naiveRegrets", &naiveRegrets)
    try v("oneOutRegrets", &oneOutRegrets)
    try v("oneInRegrets", &oneInRegrets)
    try v("infererScores", &infererScores)
    try v("forecasterScores", &forecasterScores)
    try v("infererShares", &infererShares)
    try v("forecasterShares", &forecasterShares)
    try v("reputerShares", &reputerShares)
  }

  public var state: TopicState {
    let (inferers, forecasters) = (Int(inferers), Int(forecasters))
    var state = TopicState(inferers: inferers, forecasters: forecasters)
    let averages = [Fixed64](words: averages)
    if averages.count == 2 { (state.networkLoss, state.forecastRatio) = (averages[0], averages[1]) }
    state.regrets = [Fixed64](words: regrets)
    state.naiveRegrets = [Fixed64](words: naiveRegrets)
    state.oneOutRegrets = [Fixed64](words: oneOutRegrets).rows(of: inferers + forecasters)
    state.oneInRegrets = [Fixed64](words: oneInRegrets).rows(of: inferers + 1)
    state.infererScores = [Fixed64](words: infererScores)
    state.forecasterScores = [Fixed64](words: forecasterScores)
    state.infererShares = [Fixed64](words: infererShares)
    state.forecasterShares = [Fixed64](words: forecasterShares)
    state.reputerShares = [Fixed64](words: reputerShares)
    return state
  }
}

/// The row of a `TopicInference`: what the network answers in the running epoch, and would without
/// each of those who took part.
public struct TopicAnswer: Fielded, Hashable {
  public static let typeName = "TopicAnswer"
  /// The places of who took part.
  public var inferers: [UInt64] = []
  public var forecasters: [UInt64] = []
  /// The answer, and the one without forecasters.
  var answers: [UInt8] = []
  var implied: [UInt8] = []
  var impliedOneOut: [UInt8] = []
  var oneOut: [UInt8] = []
  var oneIn: [UInt8] = []

  public init() {}

  init(_ inference: TopicInference, _ parties: TopicParties) {
    inferers = parties.inferers.map { UInt64($0) }
    forecasters = parties.forecasters.map { UInt64($0) }
    answers = [inference.network, inference.naive].words
    implied = inference.implied.words
    impliedOneOut = inference.impliedOneOut.flatMap(\.self).words
    oneOut = inference.oneOut.words
    oneIn = inference.oneIn.words
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("inferers", &inferers)
    try v("forecasters", &forecasters)
    try v("answers", &answers)
    try v("implied", &implied)
    try v("impliedOneOut", &impliedOneOut)
    try v("oneOut", &oneOut)
    try v("oneIn", &oneIn)
  }

  public var inference: TopicInference {
    let answers = [Fixed64](words: answers)
    return TopicInference(
      implied: [Fixed64](words: implied),
      impliedOneOut: [Fixed64](words: impliedOneOut).rows(of: inferers.count),
      network: answers.first ?? .zero, naive: answers.last ?? .zero,
      oneOut: [Fixed64](words: oneOut), oneIn: [Fixed64](words: oneIn))
  }

  var parties: TopicParties {
    TopicParties(inferers: inferers.map { Int($0) }, forecasters: forecasters.map { Int($0) })
  }
}

/// What one member did in an epoch, and what came of it.
public struct TopicLine: Fielded, Hashable {
  public static let typeName = "TopicLine"
  public var account = Address.zero
  public var place = TopicPlace()
  /// Its number, the answer without it, its loss, its score, its regret afterwards: as many of them
  /// as its role and the epoch have.
  var words: [UInt8] = []
  /// False for a reputer too far from the others.
  public var counts = true
  public var earned = Amount()

  public init() {}

  init(_ account: Address, _ place: TopicPlace, _ values: [Fixed64]) {
    self.account = account
    self.place = place
    words = values.words
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("place", &place)
    try v("words", &words)
    try v("counts", &counts)
    try v("earned", &earned)
  }

  /// In the order of `words`.
  public var values: [Fixed64] { [Fixed64](words: words) }
}

/// How an epoch ended.
public enum TopicOutcome: UInt8, ByteChoice {
  case paid = 0
  /// Fewer than two inferers showed their work.
  case noAnswer = 1
  /// No truth had more than half of the reputers' stake behind it.
  case noMajority = 2
}

/// The row of an epoch that is over.
public struct TopicResult: Fielded, Hashable {
  public static let typeName = "TopicResult"
  public var epoch: UInt64 = 0
  public var outcome = TopicOutcome.paid
  public var budget = Amount()
  public var paid = Amount()
  /// The answer, the one without forecasters, the truth, and the losses of both; as many of them as
  /// the outcome has.
  var words: [UInt8] = []
  public var lines: [TopicLine] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("epoch", &epoch)
    try v("outcome", &outcome)
    try v("budget", &budget)
    try v("paid", &paid)
    try v("words", &words)
    try v("lines", &lines)
  }

  /// In the order of `words`.
  public var values: [Fixed64] { [Fixed64](words: words) }

  /// So many of a topic's latest epochs are kept for readers.
  public static let kept: UInt64 = 16
}
