// Members who come, and epochs that not all of them take part in.

import Arithmetic

/// Who takes part in an epoch: their places among the inferers, the forecasters, the reputers, each
/// ascending.
public struct TopicParties: Hashable, Sendable {
  public var inferers: [Int] = []
  public var forecasters: [Int] = []
  public var reputers: [Int] = []

  public init(inferers: [Int] = [], forecasters: [Int] = [], reputers: [Int] = []) {
    self.inferers = inferers
    self.forecasters = forecasters
    self.reputers = reputers
  }

  /// Places among all members, of whom so many are inferers.
  func members(after count: Int) -> [Int] { inferers + forecasters.map { count + $0 } }
}

extension TopicState {
  /// What an epoch of these members knows; who is absent is as if it had never been there.
  func subset(_ parties: TopicParties) -> TopicState {
    let members = parties.members(after: inferers)
    var part = TopicState(
      inferers: parties.inferers.count, forecasters: parties.forecasters.count)
    part.networkLoss = networkLoss
    part.regrets = members.map { regrets[$0] }
    part.naiveRegrets = parties.inferers.map { naiveRegrets[$0] }
    part.oneOutRegrets = members.map { out in members.map { oneOutRegrets[out][$0] } }
    part.oneInRegrets = parties.forecasters.map { forecaster in
      (parties.inferers + [inferers]).map { oneInRegrets[forecaster][$0] }
    }
    part.infererScores = infererScores
    part.forecasterScores = forecasterScores
    part.infererShares = Self.pick(infererShares, parties.inferers)
    part.forecasterShares = Self.pick(forecasterShares, parties.forecasters)
    part.reputerShares = Self.pick(reputerShares, parties.reputers)
    part.forecastRatio = forecastRatio
    return part
  }

  /// Takes over what an epoch of these members taught. Who was absent keeps its regrets.
  mutating func merge(_ part: TopicState, _ parties: TopicParties) {
    let members = parties.members(after: inferers)
    networkLoss = part.networkLoss
    for (index, member) in members.enumerated() {
      regrets[member] = part.regrets[index]
      for (other, column) in members.enumerated() {
        oneOutRegrets[member][column] = part.oneOutRegrets[index][other]
      }
    }
    for (index, inferer) in parties.inferers.enumerated() {
      naiveRegrets[inferer] = part.naiveRegrets[index]
    }
    for (index, forecaster) in parties.forecasters.enumerated() {
      for (other, column) in (parties.inferers + [inferers]).enumerated() {
        oneInRegrets[forecaster][column] = part.oneInRegrets[index][other]
      }
    }
    infererScores = part.infererScores
    forecasterScores = part.forecasterScores
    Self.put(part.infererShares, parties.inferers, inferers, into: &infererShares)
    Self.put(part.forecasterShares, parties.forecasters, forecasters, into: &forecasterShares)
    let reputers = max(reputerShares.count, (parties.reputers.last ?? -1) + 1)
    Self.put(part.reputerShares, parties.reputers, reputers, into: &reputerShares)
    forecastRatio = part.forecastRatio
  }

  /// Shares of who took part; none where nobody was ever paid.
  private static func pick(_ shares: [Fixed64], _ places: [Int]) -> [Fixed64] {
    shares.isEmpty ? [] : places.map { $0 < shares.count ? shares[$0] : .zero }
  }

  private static func put(
    _ part: [Fixed64], _ places: [Int], _ count: Int, into shares: inout [Fixed64]
  ) {
    guard !part.isEmpty else { return }
    while shares.count < count { shares.append(.zero) }
    for (index, place) in places.enumerated() { shares[place] = part[index] }
  }

  // MARK: - Newcomers

  /// Gives a place among the inferers to somebody of whom nothing is known: the next one, or one
  /// that somebody had before.
  ///
  /// A newcomer is as the worse quarter of those who are there, so that nobody sheds a bad name by
  /// coming back under another by more than to where that quarter ends (x/emissions starts
  /// newcomers at a quantile too). The lowest would do as well against that, and one hopeless
  /// member would hold all newcomers down.
  mutating func admit(inferer place: Int) {
    let count = inferers
    let isNew = place == count
    Self.set(Self.quartile(regrets, 0..<count), at: place, isNew, in: &regrets)
    Self.set(Self.quartile(naiveRegrets, 0..<count), at: place, isNew, in: &naiveRegrets)
    for out in oneOutRegrets.indices {
      let start = Self.quartile(oneOutRegrets[out], 0..<count)
      Self.set(start, at: place, isNew, in: &oneOutRegrets[out])
    }
    for forecaster in oneInRegrets.indices {
      let start = Self.quartile(oneInRegrets[forecaster], 0..<count)
      Self.set(start, at: place, isNew, in: &oneInRegrets[forecaster])
    }
    // Without the newcomer the network is what it is.
    Self.set(regrets, at: place, isNew, in: &oneOutRegrets)
    if !infererShares.isEmpty { Self.set(.zero, at: place, isNew, in: &infererShares) }
  }

  /// The same among the forecasters.
  mutating func admit(forecaster place: Int) {
    let (count, known) = (inferers, forecasters)
    let isNew = place == known
    let all = known == 0 ? 0..<count : count..<(count + known)
    Self.set(Self.quartile(regrets, all), at: count + place, isNew, in: &regrets)
    for out in oneOutRegrets.indices {
      let start = Self.quartile(oneOutRegrets[out], all)
      Self.set(start, at: count + place, isNew, in: &oneOutRegrets[out])
    }
    Self.set(regrets, at: count + place, isNew, in: &oneOutRegrets)
    // With the newcomer alone, the network is the one without forecasters.
    let own = Self.quartile(naiveRegrets, 0..<count)
    Self.set(naiveRegrets + [own], at: place, isNew, in: &oneInRegrets)
    if !forecasterShares.isEmpty { Self.set(.zero, at: place, isNew, in: &forecasterShares) }
  }

  mutating func admit(reputer place: Int) {
    if place < reputerShares.count { reputerShares[place] = .zero }
  }

  private static func set<Value>(
    _ value: Value, at place: Int, _ isNew: Bool, in list: inout [Value]
  ) {
    if isNew { list.insert(value, at: place) } else { list[place] = value }
  }

  /// Where the lowest quarter ends; nothing where there is nobody.
  private static func quartile(_ values: [Fixed64], _ range: Range<Int>) -> Fixed64 {
    range.isEmpty ? .zero : values[range].sorted()[(range.count - 1) / 4]
  }
}
