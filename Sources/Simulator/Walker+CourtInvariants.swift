// What holds of the court after every block: bonds, clocks, and nothing that is left behind.

import Kernel
import Market
import Primitives

extension Run {
  /// The height in which was fixed what it waits to draw over.
  var beaconAwaitedSince: UInt64? {
    switch game {
    case .disputable(let game): game.awaitsBeacon ? game.draw.fixedAt : nil
    case .replicated(let game): game.awaitsBeacon ? game.draw.fixedAt : nil
    case .panel(let game): game.awaitsBeacon ? game.draw.fixedAt : nil
    case .open, .proved, .judged: nil
    }
  }
}

extension Walker {
  /// What auditors and challengers have in escrow. An auditor's game plays for its standing bond,
  /// a seat's for its seat bond, and what a volunteer lost was paid at once.
  func oweCourt(_ owed: inout [Bytes32: UInt64]) {
    state.market.forEachAuditor { account, auditor in
      let id = SHA256.hash(Array("tolsey/auditor/1".utf8) + account.bytes)
      owed[id] = auditor.bond.units
    }
    state.market.forEachDispute { id, game in
      guard !game.isAuditor, !game.isSeat, !game.isLost else { return }
      owed[id.digest] = game.bond.units
    }
  }

  /// A text for the first rule that the court breaks; nil where all is well.
  func brokenCourt(since now: Time) -> String? {
    var wrong: String?
    var games: [RunKey: UInt64] = [:]
    var claims: [Bytes32: Claim] = [:]
    var open: [Bytes32: UInt64] = [:]
    var begun: [Bytes32: UInt64] = [:]
    state.market.forEachClaim { claims[$0] = $1 }
    state.market.forEachDispute { id, game in
      let name = Courtroom.claim(game.key.run, game.key.answer)
      begun[name, default: 0] += 1
      guard let claim = claims[name] else {
        wrong = "game \(id) is about no claim"
        return
      }
      if claim.isOver || claim.fell || game.isOver { return }
      open[name, default: 0] += 1
      games[game.key.run, default: 0] += 1
      if game.deadline <= now || game.deadline == .never { wrong = "game \(id) has no deadline" }
    }
    for (id, claim) in claims {
      if claim.isOver {
        if claim.clearsAt <= now { wrong = "claim \(id) is over and stays" }
      } else {
        if claim.open != open[id] ?? 0 { wrong = "claim \(id) counts \(claim.open) games" }
        if claim.begun != begun[id] ?? 0 { wrong = "claim \(id) lost a game" }
      }
    }
    return wrong ?? brokenRuns(games) ?? brokenAuditors() ?? brokenLists()
  }

  private func brokenRuns(_ games: [RunKey: UInt64]) -> String? {
    var wrong: String?
    var alive: Set<RunKey> = []
    state.market.forEachRun { key, run in
      alive.insert(key)
      if run.openGames != games[key] ?? 0 { wrong = "run \(key.id) counts \(run.openGames) games" }
      if run.deadline == .never && run.openGames == 0 { wrong = "run \(key.id) waits for nothing" }
    }
    if games.keys.contains(where: { !alive.contains($0) }) { wrong = "a game outlives its run" }
    return wrong
  }

  /// What is tied is what runs say is tied.
  private func brokenAuditors() -> String? {
    var tied: [Address: UInt64] = [:]
    var open: [Address: UInt64] = [:]
    state.market.forEachRun { _, run in
      if case .panel(let game) = run.game {
        for judge in game.bench {
          tied[judge.account, default: 0] += game.bond.units
          open[judge.account, default: 0] += 1
        }
      }
      guard run.auditBond > .zero else { return }
      tied[run.auditor, default: 0] += run.auditBond.units
      open[run.auditor, default: 0] += 1
    }
    var wrong: String?
    state.market.forEachAuditor { account, auditor in
      if auditor.tied.units != tied[account] ?? 0 || auditor.open != open[account] ?? 0 {
        wrong = "auditor \(account) has \(auditor.tied.units) tied in \(auditor.open) audits"
      }
      if auditor.tied > auditor.bond { wrong = "auditor \(account) has more tied than it has" }
    }
    return wrong
  }

  /// Whoever stands for a subject has a place in its list, and nobody has one without a row.
  private func brokenLists() -> String? {
    var auditors: [Address: Auditor] = [:]
    var wanted: Set<[UInt8]> = []
    state.market.forEachAuditor { account, auditor in
      auditors[account] = auditor
      for subject in auditor.subjects { wanted.insert(subject.bytes + account.bytes) }
    }
    var wrong: String?
    state.market.forEachAuditorList { subject, list in
      if list.places.isEmpty { wrong = "the list of \(subject) is empty and stays" }
      for place in list.places {
        let isNamed = wanted.remove(subject.bytes + place.account.bytes) != nil
        let isDropped = auditors[place.account]?.dropped.contains(subject) ?? false
        if place.stands != isNamed || place.stands == isDropped {
          wrong = "auditor \(place.account) has a wrong place for \(subject)"
        }
      }
      let owners = Set(list.standing.compactMap { auditors[$0]?.owner })
      if list.operators != UInt64(owners.count) { wrong = "operators of \(subject)" }
    }
    return wrong ?? (wanted.isEmpty ? nil : "an auditor stands in no list")
  }
}
