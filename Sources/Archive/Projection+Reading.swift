// Reading a line as it stands now: what these blocks changed of it, or what was there before.

import Inference
import Primitives

extension Projection {
  func road(_ id: Bytes32) throws -> Road? { try changes.roads[id] ?? source.road(id) }

  func roadID(ofLease lease: Bytes32) throws -> Bytes32? {
    try changes.leases[lease] ?? source.road(ofLease: lease)?.id
  }

  func openRun(_ id: Bytes32) throws -> OpenRun? {
    if let known = changes.openRuns[id] { return known }
    return try source.openRun(id)
  }

  /// Changes a line, and gives it as it is then.
  @discardableResult
  mutating func change(road id: Bytes32, _ body: (inout Road) -> Void) throws -> Road {
    if !changes.roads.contains(id) {
      guard let line = try source.road(id) else { throw fault("an unknown road") }
      changes.roads.put(line, as: id)
    }
    var before = RoadState.over
    var changed = Road()
    _ = changes.roads.change(id) { line in
      before = line.state
      body(&line)
      changed = line
    }
    move(from: before, to: changed.state)
    return changed
  }

  /// Keeps the counts of roads by state.
  mutating func move(from before: RoadState, to after: RoadState) {
    guard before != after else { return }
    count { totals in
      if before != .over { totals.alive[Int(before.rawValue)].lessen() }
      if after != .over { totals.alive[Int(after.rawValue)] += 1 }
    }
  }

  @discardableResult
  mutating func change(offer id: Bytes32, _ body: (inout OfferLine) -> Void) throws -> OfferLine {
    if !changes.offers.contains(id) {
      guard let line = try source.offer(id) else { throw fault("an unknown offer") }
      changes.offers.put(line, as: id)
    }
    var changed = OfferLine()
    _ = changes.offers.change(id) { line in
      body(&line)
      changed = line
    }
    return changed
  }

  mutating func change(game id: Bytes32, _ body: (inout GameLine) -> Void) throws {
    if !changes.games.contains(id) {
      guard let line = try source.game(id) else { throw fault("an unknown game") }
      changes.games.put(line, as: id)
    }
    _ = changes.games.change(id, body)
  }

  /// Games about a run that are not over, in the order of their numbers.
  func openGames(ofRun run: Bytes32) throws -> [GameLine] {
    let before = try source.openGames(ofRun: run).map { changes.games[$0.game] ?? $0 }
    let begun = (changes.begunGames[run] ?? []).compactMap { changes.games[$0] }
    return (before + begun).filter { $0.state == .open }
  }

  /// Changes the line of a model. Other works have none: each of their orders asks something else.
  mutating func change(
    subject id: Bytes32, work: String, _ body: (inout SubjectLine) -> Void
  ) throws {
    guard work == InferenceWork.name else { return }
    if !changes.subjects.contains(id) {
      var line = try source.subject(id)
      if line == nil {
        var first = SubjectLine()
        first.number = nextSubjectNumber()
        first.work = work
        first.subject = id
        first.seenHeight = height
        first.seenAt = time
        line = first
      }
      if let line { changes.subjects.put(line, as: id) }
    }
    _ = changes.subjects.change(id, body)
  }

  /// Changes the line of an account, which is made where there is none.
  mutating func change(party account: Address, _ body: (inout PartyLine) -> Void) throws {
    if !changes.parties.contains(account) { try open(account) }
    _ = changes.parties.change(account, body)
  }

  /// Sees to it that an account has a line.
  mutating func open(_ account: Address) throws {
    guard !changes.parties.contains(account) else { return }
    if let line = try source.party(account) { return changes.parties.put(line, as: account) }
    count { $0.accounts += 1 }
    var line = PartyLine()
    line.number = progress.totals.accounts
    line.account = account
    line.seenHeight = height
    line.seenAt = time
    line.lastAt = time
    changes.parties.put(line, as: account)
  }
}
