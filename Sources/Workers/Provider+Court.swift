// What a provider owes to the court after its evidence: its sealed trace, and moves in games.

import Agents
import Chain
import Kernel
import Market
import Primitives

extension Provider {
  /// A disputable run, at whatever station it is.
  func tend(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: DisputableCheck, _ news: BlockNews
  ) async throws -> [Message] {
    if game.stage == .running { return try await submit(key, run, lease, news) }
    guard answering.answersToTheCourt else { return [] }
    if run.demand == .byAuditor { return try await handOver(key, run, lease, news) }
    switch game.stage {
    case .drawn: return try await sealTrace(key, run, lease, game, news)
    case .committed: return try await unsealTrace(key, run, lease, news)
    case .window, .playing:
      let posted = try await deliver(key, run, lease, news)
      return posted + (try await play(key, run, lease, news))
    case .running, .submitted, .drawing, .sealed, .opened: return []
    }
  }

  /// Commits to the trace, and lets the auditor at the input.
  private func sealTrace(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: DisputableCheck, _ news: BlockNews
  ) async throws -> [Message] {
    guard run.auditor != Address(), let traced = try await traced(key, run, lease, news),
      attempts.begin(.sealTrace(key, UInt64(game.draw.called.count)), at: news.height)
    else { return [] }
    var m = SealTrace()
    do {
      m.key = try await wrap(traced.inputKey, to: run.auditor)
    } catch {
      attempts.undo(.sealTrace(key, UInt64(game.draw.called.count)))
      throw error
    }
    m.head = try head(news)
    m.run = key
    m.seal = SealTrace.seal(
      run: key.id, by: address, root: traced.trace.root, salt: salts.of(key.id.digest, "trace"))
    return [.sealTrace(m)]
  }

  private func unsealTrace(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    guard let traced = try await traced(key, run, lease, news),
      attempts.begin(.unsealTrace(key), at: news.height)
    else { return [] }
    var m = UnsealTrace()
    m.head = try head(news)
    m.run = key
    m.root = traced.trace.root
    m.salt = salts.of(key.id.digest, "trace")
    m.first = traced.first
    m.last = traced.last
    return [.unsealTrace(m)]
  }

  /// The auditor says that the wrapped key does not open the input: it is posted for everybody.
  func handOver(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    guard case .ready(let answer) = try await answer(key, run, lease, news),
      attempts.begin(.inputKey(key), at: news.height)
    else { return [] }
    var m = PostKey()
    m.head = try head(news)
    m.run = key
    m.key = answer.input.key
    return [.postKey(m)]
  }

  // MARK: - Games

  /// What is due in every game about the run: as its challenger, and as a seat whose answer is
  /// disputed.
  func play(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    var views: [(id: GameID, view: GameView)] = []
    if run.openGames > 0, !gamesRead.contains(key.id) {
      for game in try await client.games(about: key) { note(game, about: key.id) }
      gamesRead.insert(key.id)
    }
    for id in games[key.id] ?? [] {
      // An answer that fell has no defenders any more, and the other games about it have stopped.
      if let view = try await client.game(id), !view.dispute.isOver,
        !run.holders(of: view.dispute.key.answer, in: lease).isEmpty
      {
        views.append((id, view))
      } else {
        games[key.id]?.removeAll { $0 == id }
      }
    }
    let own = run.answer(of: address)
    let attacked = views.filter { $0.view.dispute.key.answer == own }
    let accused = views.filter { $0.view.dispute.key.challenger == address }
    guard let own, !(attacked.isEmpty && accused.isEmpty),
      let traced = try await traced(key, run, lease, news)
    else { return [] }
    var sent: [Message] = []
    for (id, view) in accused {
      guard let child = try traced.choice(in: view),
        attempts.begin(.pick(GamePlace(id, view.dispute)), at: news.height)
      else { continue }
      sent.append(.pickChild(PickChild(try head(news), view.dispute, child: child)))
    }
    if let first = attacked.first {
      let holders = run.holders(of: own, in: lease)
      let defence = Defence(
        seat: address, traced: traced,
        shown: try await client.rootsShown(for: own, of: key, lease, by: holders))
      if defence.hasShown {
        sent += try defend(attacked, defence, key, news)
      } else if attempts.begin(.showTrace(key), at: news.height) {
        sent.append(.showTrace(ShowTrace(try head(news), first.view.dispute.key, traced)))
      }
    }
    return sent
  }

  /// A move in every game in which it is the defender's turn. One opening serves all games that
  /// come to the same place.
  private func defend(
    _ views: [(id: GameID, view: GameView)], _ defence: Defence, _ key: RunKey,
    _ news: BlockNews
  ) throws -> [Message] {
    var sent: [Message] = []
    var places: Set<[UInt8]> = []
    for (id, view) in views where !places.contains(view.dispute.picks) {
      let action = ProviderAction.move(GamePlace(id, view.dispute))
      guard let move = try defence.move(in: view) else { continue }
      if !defence.isFirst {
        let moment = standBy.moment(for: action, until: view.dispute.deadline, at: news.now)
        guard moment <= news.now else {
          wake(.run(key), at: moment)
          continue
        }
      }
      guard attempts.begin(action, at: news.height) else { continue }
      places.insert(view.dispute.picks)
      sent.append(move.message(try head(news), view.dispute.key))
    }
    return sent
  }

  /// The trace of the run as it was answered, made when somebody asks.
  func traced(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> TracedRun? {
    if let known = traces[key] { return known }
    guard case .ready(let answer) = try await answer(key, run, lease, news),
      let ware = try await ware(of: lease)
    else { return nil }
    let tracer = try Tracer(ware.model)
    let tensors = try answering.tensors(
      of: answer.input.bytes, on: ware.model, run: key.id.digest)
    let traced = TracedRun(
      tracer: tracer, trace: try tracer.trace(claimed: tensors, salt: answer.input.salt),
      inputKey: answer.input.key)
    if traces.count >= Self.mostTraces { traces.removeAll() }
    traces[key] = traced
    return traced
  }

  /// Traces that are kept at once; the others are made anew.
  private static var mostTraces: Int { 8 }
}
