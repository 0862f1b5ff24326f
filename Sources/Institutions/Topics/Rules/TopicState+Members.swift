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

  func places(of role: TopicRole) -> [Int] {
    switch role {
    case .inferer: inferers
    case .forecaster: forecasters
    case .reputer: reputers
    }
  }

  mutating func append(_ place: UInt64, _ role: TopicRole) {
    switch role {
    case .inferer: inferers.append(Int(place))
    case .forecaster: forecasters.append(Int(place))
    case .reputer: reputers.append(Int(place))
    }
  }

  /// One more than the last place of a role.
  func width(of role: TopicRole) -> UInt64 { UInt64((places(of: role).max() ?? -1) + 1) }

  var isEmpty: Bool { inferers.isEmpty && forecasters.isEmpty && reputers.isEmpty }

  /// Both, where no place is in both.
  func union(_ other: TopicParties) -> TopicParties {
    TopicParties(
      inferers: (inferers + other.inferers).sorted(),
      forecasters: (forecasters + other.forecasters).sorted(),
      reputers: (reputers + other.reputers).sorted())
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

  /// As many places as these. What is known of those that were there before stays.
  func resized(inferers: Int, forecasters: Int, reputers: Int) -> TopicState {
    let kept = TopicParties(
      inferers: Array(0..<min(inferers, self.inferers)),
      forecasters: Array(0..<min(forecasters, self.forecasters)),
      reputers: Array(0..<min(reputers, reputerShares.count)))
    var next = TopicState(inferers: inferers, forecasters: forecasters)
    next.merge(subset(kept), kept)
    return next
  }

  /// Gives places to people of whom nothing is known, which others may have had before.
  ///
  /// A newcomer is as the worse quarter of those who are there and stay, so that nobody sheds a bad
  /// name by coming back under another by more than to where that quarter ends (x/emissions starts
  /// newcomers at a quantile too). The lowest would do as well against that, and one hopeless
  /// member would hold all newcomers down. Whoever is gone says nothing: places that were filled
  /// with hopeless members and given up would hold them down for ever.
  mutating func admit(_ newcomers: TopicParties, among staying: TopicParties) {
    let there = staying.inferers
    for place in newcomers.inferers {
      regrets[place] = Self.quartile(regrets, there)
      naiveRegrets[place] = Self.quartile(naiveRegrets, there)
      for out in oneOutRegrets.indices {
        oneOutRegrets[out][place] = Self.quartile(oneOutRegrets[out], there)
      }
      for forecaster in oneInRegrets.indices {
        oneInRegrets[forecaster][place] = Self.quartile(oneInRegrets[forecaster], there)
      }
      if place < infererShares.count { infererShares[place] = .zero }
    }
    let others = staying.forecasters.isEmpty ? there : staying.forecasters.map { inferers + $0 }
    for place in newcomers.forecasters {
      regrets[inferers + place] = Self.quartile(regrets, others)
      for out in oneOutRegrets.indices {
        oneOutRegrets[out][inferers + place] = Self.quartile(oneOutRegrets[out], others)
      }
      if place < forecasterShares.count { forecasterShares[place] = .zero }
    }
    // Without a newcomer the network is what it is; with a forecaster alone it is the naive one.
    for member in newcomers.members(after: inferers) { oneOutRegrets[member] = regrets }
    for place in newcomers.forecasters {
      oneInRegrets[place] = naiveRegrets + [Self.quartile(naiveRegrets, there)]
    }
    for place in newcomers.reputers where place < reputerShares.count {
      reputerShares[place] = .zero
    }
  }

  /// Where the lowest quarter of these places ends; nothing where there is nobody.
  private static func quartile(_ values: [Fixed64], _ places: [Int]) -> Fixed64 {
    places.isEmpty ? .zero : places.map { values[$0] }.sorted()[(places.count - 1) / 4]
  }
}
