// Games of disputes: begun, played down, won, lost, or stopped by something else.

import Kernel
import Market
import Primitives

extension Projection {
  mutating func beginGame(_ event: Event, _ road: Bytes32) throws {
    guard let id = event.objects.first, let challenger = event.parties.first,
      let run = try openRun(event.subject)
    else { throw fault("a game of no run") }
    guard let answer = body.challenges[id] ?? run.answer(of: id, by: challenger) else {
      throw fault("a game about no answer")
    }
    // Who gave another answer that still stands plays with the bond of its seat.
    let isSeat = run.answers.contains {
      $0.provider == challenger && $0.output != answer && !run.fallen.contains($0.output)
    }
    count { totals in
      totals.games += 1
      totals.openGames += 1
    }
    var game = GameLine()
    game.number = progress.totals.games
    game.game = id
    game.run = event.subject
    game.road = road
    game.lease = event.lease
    game.answer = answer
    game.challenger = challenger
    game.defenders = run.defenders(of: answer)
    game.bond = event.number("bond") ?? 0
    game.isVolunteer = body.challenges[id] != nil && !isSeat
    game.beganHeight = height
    game.beganAt = time
    changes.games.put(game, as: id)
    changes.begunGames[event.subject, default: []].append(id)
    try change(road: road) { $0.disputes += 1 }
    try change(party: challenger) { $0.games += 1 }
  }

  mutating func enterGame(_ event: Event, _ road: Bytes32) throws {
    guard let id = event.objects.first, let challenger = event.parties.first else {
      throw fault("a game of no name")
    }
    let reason = event.numbers.first?.name ?? ""
    switch event.name {
    case "childPicked": try change(game: id) { $0.rounds += 1 }
    case "rootFell": try change(game: id) { $0.rounds = 0 }
    case "gameLost":
      try end(game: id, .defenderWon, reason)
      if changes.games[id]?.isVolunteer == true {
        try lose(event.number("bond") ?? 0, of: challenger, on: road)
      }
    default:
      try end(game: id, .challengerWon, reason)
      try change(party: challenger) { $0.gamesWon += 1 }
      guard let answer = changes.games[id]?.answer else { return }
      try change(openRun: event.subject) { $0.fallen.append(answer) }
      try stopGames(ofRun: event.subject, about: answer)
    }
  }

  private mutating func end(game id: Bytes32, _ state: GameState, _ reason: String) throws {
    let (now, at) = (time, height)
    var wasOpen = false
    try change(game: id) {
      wasOpen = $0.state == .open
      $0.state = state
      $0.reason = reason
      $0.endedHeight = at
      $0.endedAt = now
    }
    guard wasOpen else { throw fault("a game that ends twice") }
    count { $0.openGames.lessen() }
  }

  /// Games that nothing can come of any more: about one answer, or about the whole run.
  mutating func stopGames(ofRun run: Bytes32, about answer: Bytes32? = nil) throws {
    for game in try openGames(ofRun: run) where answer == nil || game.answer == answer {
      try end(game: game.game, .stopped, answer == nil ? "runSettled" : "claimFell")
    }
  }
}
