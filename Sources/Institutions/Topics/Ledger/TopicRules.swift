// What the owner of a topic decides when it is made, and never again.

public import Arithmetic
import Kernel
public import Primitives

/// What somebody is in a topic.
public enum TopicRole: UInt8, ByteChoice {
  /// Says what the answer will be.
  case inferer = 0
  /// Says how wrong each inferer will be.
  case forecaster = 1
  /// Says what the truth was.
  case reputer = 2
}

/// The rules of one topic. They cannot be changed: who funds or joins knows what for.
public struct TopicRules: Fielded, Hashable {
  public static let typeName = "TopicRules"
  /// Seconds of market time of an epoch, of which each quarter has its use: sealing work, showing
  /// it, sealing the truth, showing it.
  public var tempo: UInt64 = 3_600
  /// How many there can be of each role.
  public var inferers: UInt64 = 32
  public var forecasters: UInt64 = 8
  public var reputers: UInt64 = 16
  /// The least stake of an inferer or forecaster, and of a reputer.
  public var workerStake = Amount(1_000_000)
  public var reputerStake = Amount(10_000_000)
  /// What a stake loses in ppm when what was sealed is not shown, and a reputer's when two thirds
  /// of the stake contradict it.
  public var slash: UInt64 = 50_000
  /// After so many epochs in which it sealed nothing a member has its stake back and its place is
  /// free.
  public var patience: UInt64 = 3
  /// How far two truths may be apart and still be the same: a decimal number.
  public var tolerance = "0.001"

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("tempo", &tempo)
    try v("inferers", &inferers)
    try v("forecasters", &forecasters)
    try v("reputers", &reputers)
    try v("workerStake", &workerStake)
    try v("reputerStake", &reputerStake)
    try v("slash", &slash)
    try v("patience", &patience)
    try v("tolerance", &tolerance)
  }

  /// The ranges, one place for the ledger, the command line and the docs.
  public var ranges: [(name: String, value: UInt64, range: ClosedRange<UInt64>)] {
    let dear: UInt64 = 1_000_000_000_000
    return [
      ("tempo", tempo, 60...604_800),
      ("inferers", inferers, 2...32),
      ("forecasters", forecasters, 0...8),
      ("reputers", reputers, 1...16),
      ("workerStake", workerStake.units, 10_000...dear),
      ("reputerStake", reputerStake.units, 10_000...dear),
      ("slash", slash, 1_000...200_000),
      ("patience", patience, 1...100),
    ]
  }

  func check() throws(Refusal) {
    for (name, value, range) in ranges { try checkRange(name, value, range) }
    guard let distance = TopicValue.answer(tolerance), distance >= .zero else {
      throw .badTolerance
    }
  }

  /// The tolerance as a number.
  public var distance: Fixed64 { TopicValue.answer(tolerance) ?? .zero }

  /// The most members of a role, and the least that one of them stakes.
  public func limit(of role: TopicRole) -> UInt64 {
    switch role {
    case .inferer: inferers
    case .forecaster: forecasters
    case .reputer: reputers
    }
  }

  /// How many members of a role give way to greater stakes in one epoch: a quarter of its places.
  public func displaced(of role: TopicRole) -> UInt64 { (limit(of: role) + 3) / 4 }

  public func leastStake(of role: TopicRole) -> Amount {
    role == .reputer ? reputerStake : workerStake
  }

  /// A quarter of an epoch.
  public var quarter: Time { Time(tempo * 250) }
}

/// Numbers as members write them: decimal, at most forty letters.
public enum TopicValue {
  static let letters = 40
  /// Squares of distances between answers have to fit.
  static let mostAnswer = Fixed64(1_000_000_000)
  /// Logarithms of losses never come near that.
  static let mostLoss = Fixed64(100)

  /// What an inferer or a reputer says; nil where it is none or too large.
  public static func answer(_ text: String) -> Fixed64? { number(text, most: mostAnswer) }

  /// The logarithm to base 10 of a loss that a forecaster expects.
  public static func loss(_ text: String) -> Fixed64? { number(text, most: mostLoss) }

  private static func number(_ text: String, most: Fixed64) -> Fixed64? {
    guard text.utf8.count <= letters, let number = Fixed64(decimal: text),
      number.magnitude <= most
    else { return nil }
    return number
  }
}
