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
      return posted + (try await defend(key, run, lease, news))
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
  private func handOver(
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

  /// A move in every game in which it is the defender's turn. One opening serves all games that
  /// come to the same place.
  private func defend(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    var sent: [Message] = []
    var places: Set<[UInt8]> = []
    for id in games[key.id] ?? [] {
      guard let view = try await client.game(id), !view.dispute.isOver else {
        games[key.id]?.removeAll { $0 == id }
        continue
      }
      let picks = view.dispute.picks
      guard !places.contains(picks), let traced = try await traced(key, run, lease, news),
        let m = try move(in: view, id, traced, news)
      else { continue }
      places.insert(picks)
      sent.append(m)
      // The first move ties the trace for all of them.
      if view.root == .zero { break }
    }
    return sent
  }

  private func move(
    in view: GameView, _ id: GameID, _ traced: TracedRun, _ news: BlockNews
  ) throws -> Message? {
    let (game, picks) = (view.dispute.key, view.dispute.picks)
    if view.root == .zero {
      guard attempts.begin(.showTrace(game.run), at: news.height) else { return nil }
      var m = ShowTrace()
      m.head = try head(news)
      m.game = game
      m.root = traced.trace.root
      m.first = traced.first
      m.last = traced.last
      return .showTrace(m)
    }
    if try traced.isStep(picks) {
      guard attempts.begin(.move(id, picks.count), at: news.height) else { return nil }
      var m = OpenStep()
      m.head = try head(news)
      m.game = game
      // Where another game opened the block, its opening need not be shown again.
      if view.opening == nil { m.opening = try traced.opening(at: picks) }
      return .openStep(m)
    }
    guard view.opening == nil, attempts.begin(.move(id, picks.count), at: news.height) else {
      return nil
    }
    var m = OpenVertex()
    m.head = try head(news)
    m.game = game
    m.children = try traced.children(at: picks)
    return .openVertex(m)
  }

  /// The trace of the run as it was answered, made when somebody asks.
  private func traced(
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
