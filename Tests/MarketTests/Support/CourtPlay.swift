// Plays what a worked case says happened, message by message, and weighs what each party has then.

import Kernel
import Primitives
import Testing

@testable import Market

/// What happened to a disputable run, as the settlement's cases tell it.
struct CourtPlay {
  var price: UInt64 = 1_000_000
  var audit: UInt64 = 50_000
  var outcome = DisputableOutcome.evidence
  var finding = RunAudit.none
  /// In the order of the challenges; several that won ended in the same block.
  var games: [Settlement.PlayedGame] = []

  /// The account that plays a game.
  static func name(_ who: Settlement.Challenger, _ auditor: String) -> String {
    switch who {
    case .auditor: auditor
    case .seat(let place): "seat \(place)"
    case .volunteer(let place): "volunteer \(place)"
    }
  }

  /// What each party has gained after all messages, by the names of `Payouts`.
  struct Gains {
    var of: [Party: Int64] = [:]
    var isEmpty = false
  }

  func play() throws -> Gains {
    let guests = games.map { Self.name($0.by, "") }
    var t = try CourtTable(price: price, audit: audit, guests: guests)
    var auditor = ""
    switch outcome {
    case .noEvidence: try t.house.block(seconds: 60)
    case .inputWithheld:
      try t.house.send(OfferRoadTests.demand("provider", t.run))
      try t.house.block(seconds: 3_600)
    case .evidence, .silent:
      try t.draw(audited: finding != .none)
      auditor = t.auditor
      try playAudit(&t, auditor)
      try playGames(&t, auditor)
      if outcome == .silent, finding != .committed {
        try t.house.send(OfferRoadTests.demand("buyer", t.run))
        try t.house.block(seconds: 3_600)
      }
    }
    try t.settle()
    var gains = Gains()
    gains.of[.buyer] = t.gain("buyer")
    gains.of[.provider] = t.gain("provider")
    gains.of[.auditor] = auditor.isEmpty ? 0 : t.gain(auditor)
    for game in games where game.by != .auditor {
      gains.of[game.by.party] = t.gain(Self.name(game.by, auditor))
    }
    gains.of[.operator] = Int64(t.operatorGain)
    gains.of[.treasury] = Int64(t.house.treasury)
    t.expectNothingLeft()
    return gains
  }

  private func playAudit(_ t: inout CourtTable, _ auditor: String) throws {
    let other = House.salt("another trace")
    switch finding {
    case .none: return
    case .equal: try t.audit(root: t.trace.root)
    case .differs: try t.audit(root: other)
    case .silent:
      try t.sealByProvider()
      try t.house.send(House.sealTrace(auditor, t.run, other))
      try t.house.send(House.unsealTrace("provider", t.run, t.trace.root, path: t.trace.path))
      try t.house.block(seconds: 3_600)
    case .committed:
      try t.sealByProvider()
      try t.house.send(House.sealTrace(auditor, t.run, other))
      try t.house.block(seconds: 3_600)
    }
  }

  /// Everybody challenges first; then games are lost, some stay where they are, and one is won.
  private func playGames(_ t: inout CourtTable, _ auditor: String) throws {
    let names = games.map { Self.name($0.by, auditor) }
    for (game, name) in zip(games, names) where game.by != .auditor {
      try t.house.send(House.challenge(name, t.run, t.answer))
    }
    guard let first = names.first else { return }
    try t.openRoot(first)
    for (game, name) in zip(games, names) {
      switch game.result {
      case .lost: try t.lose(name, toll: game.tolls.units)
      case .stopped, .won:
        // Two games that end in one block end by silence, at one deadline.
        try t.house.send(House.pick(t.game(name), 0, 2), toll: game.tolls.units)
      }
    }
    let won = zip(games, names).filter { $0.0.result == .won }
    if won.count == 1 {
      try t.house.send(House.step(t.game(won[0].1), ToyTrace.falseOpening))
    }
  }
}
