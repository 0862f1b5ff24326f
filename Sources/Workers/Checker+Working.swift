// One run of a checker's: done again, sealed, opened, sampled, and played to the end.

import Agents
import Chain
import Inference
import Kernel
import Market
import Models
import Primitives

extension Checker {
  /// A run that it was called to, looks at, or plays about.
  func tend(_ id: RunID, _ news: BlockNews) async throws -> [Message] {
    guard var job = jobs[id] else { return [] }
    guard let key = try await find(&job), let run = try await client.run(key),
      let lease = try await client.lease(key.lease), case .disputable(let game) = run.game
    else {
      if let key = job.key, let settled = try await client.settled(key) { try book(settled) }
      drop(id)
      return []
    }
    wake(id, at: run.deadline)
    var sent: [Message] = []
    if run.auditor == address {
      sent += try await audit(&job, key, run, lease, game, news)
    } else if !job.hasLooked, game.stage == .window {
      sent += try await look(&job, key, run, lease, news)
    }
    for id in job.games { sent += try await play(id, &job, run, lease, news) }
    jobs[id] = job
    let isCalled = job.isCalled && run.auditor == address
    if job.hasLooked, !isCalled, job.games.isEmpty, sent.isEmpty,
      !attempts.has(.challenge(id))
    {
      drop(id)
    }
    return sent
  }

  /// The place of a run in its lease, which events do not tell.
  private func find(_ job: inout CheckJob) async throws -> RunKey? {
    if let key = job.key { return key }
    let started = try await client.lease(job.lease)?.started ?? 0
    job.key = (0..<started).map { RunKey(job.lease, $0) }.first { $0.id == job.run }
    jobs[job.run]?.key = job.key
    return job.key
  }

  // MARK: - Called

  private func audit(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ game: DisputableCheck,
    _ news: BlockNews
  ) async throws -> [Message] {
    guard plan.conduct != .silent else { return [] }
    switch game.stage {
    case .sealed:
      guard let root = try await root(&job, key, run, lease, news) else {
        let said = try await complain(key, run, news)
        return said.map { [$0] } ?? []
      }
      guard run.demand == .none, attempts.begin(.seal(job.run), at: news.height) else {
        return []
      }
      report.audited += 1
      var m = SealTrace()
      m.head = try head(news)
      m.run = key
      m.seal = SealTrace.seal(run: job.run, by: address, root: root, salt: salt(of: job.run))
      return [.sealTrace(m)]
    case .opened:
      guard let root = try await root(&job, key, run, lease, news),
        attempts.begin(.unseal(job.run), at: news.height)
      else { return [] }
      if root != game.root { report.lies += 1 }
      var m = UnsealTrace()
      m.head = try head(news)
      m.run = key
      m.root = root
      m.salt = salt(of: job.run)
      return [.unsealTrace(m)]
    case .running, .submitted, .drawing, .drawn, .committed, .window, .playing: return []
    }
  }

  private func salt(of run: RunID) -> Bytes32 { salts.of(run.digest, "trace") }

  /// The root of its own trace; nil as long as it cannot read the input.
  private func root(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> Bytes32? {
    if let root = plan.conduct.root(for: job.run.digest) { return root }
    return try await traced(&job, key, run, lease, news)?.trace.root
  }

  /// Asks for the key; where the posted one does not open the input either, shows the box that
  /// lies: the provider has sealed a trace of what nobody can read.
  private func complain(
    _ key: RunKey, _ run: Run, _ news: BlockNews
  ) async throws -> Message? {
    guard run.inputKey != .zero else { return try demand(key, run, news) }
    let opening = await client.open(
      run.input, as: .input, key: run.inputKey, reader: self.key, at: news.time)
    guard case .lie(let shown) = opening, run.demand == .none,
      attempts.begin(.show(key.id), at: news.height)
    else { return nil }
    return .showChunk(ShowChunk(try head(news), key, shown))
  }

  private func demand(_ key: RunKey, _ run: Run, _ news: BlockNews) throws -> Message? {
    guard !run.auditorDemanded, run.demand == .none,
      attempts.begin(.demand(key.id), at: news.height)
    else { return nil }
    var m = DemandKey()
    m.head = try head(news)
    m.run = key
    return .demandKey(m)
  }

  // MARK: - Of its own accord

  /// Does the run again where it may read the input, and disputes another answer.
  private func look(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    guard let tracer = try tracer(for: lease) else {
      job.hasLooked = true
      return []
    }
    guard let input = try await input(key, run, news) else {
      report.unreadable += 1
      job.hasLooked = true
      return []
    }
    let output = try measured { () throws(Refusal) in try tracer.model.tensors(of: input.bytes) }
    job.hasLooked = true
    report.sampled += 1
    let answer = ContentChunks.root(of: output.last ?? [], as: .output, salt: input.salt)
    guard answer != run.output.root else { return [] }
    report.lies += 1
    guard attempts.begin(.challenge(job.run), at: news.height) else { return [] }
    var m = ChallengeRun()
    m.head = try head(news)
    m.run = key
    m.answer = run.output.root
    return [.challengeRun(m)]
  }

  // MARK: - Games

  /// Names the first child that is not its own, wherever the defender has opened a vertex.
  private func play(
    _ id: GameID, _ job: inout CheckJob, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    guard let view = try await client.game(id), !view.dispute.isOver else {
      job.games.removeAll { $0 == id }
      return []
    }
    let picks = view.dispute.picks
    guard plan.conduct == .honest, let opening = view.opening, !opening.children.isEmpty,
      let key = job.key, let traced = try await traced(&job, key, run, lease, news),
      let child = try traced.difference(from: opening.children, at: picks),
      attempts.begin(.pick(id, picks.count), at: news.height)
    else { return [] }
    var m = PickChild()
    m.head = try head(news)
    m.game = view.dispute.key
    m.round = UInt64(picks.count)
    m.child = UInt64(child)
    return [.pickChild(m)]
  }

  // MARK: - Doing it again

  private func tracer(for lease: Lease) throws -> Tracer? {
    guard lease.work == InferenceWork.name else { return nil }
    if let known = tracers[lease.spec] { return known }
    let model = plan.models.first {
      InferenceSpec(model: $0.id.digest).encoded == lease.spec
    }
    guard let model else { return nil }
    let tracer = try Tracer(model)
    tracers[lease.spec] = tracer
    return tracer
  }

  /// Its own trace of the run.
  private func traced(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> TracedRun? {
    if let known = job.traced { return known }
    guard let tracer = try tracer(for: lease), let input = try await input(key, run, news)
    else { return nil }
    let trace = try measured { () throws(Refusal) in
      try tracer.trace(input.bytes, salt: input.salt)
    }
    job.traced = TracedRun(tracer: tracer, trace: trace, inputKey: input.key)
    return job.traced
  }

  /// The input under any key that it has: posted, published, given beside the ledger, or wrapped
  /// to it by the provider.
  private func input(
    _ key: RunKey, _ run: Run, _ news: BlockNews
  ) async throws -> OpenedInput? {
    var keys = plan.inputKeys.filter { ContentSalt.keyHash(of: $0) == run.input.keyHash }
    if run.inputKey != .zero { keys.append(run.inputKey) }
    for message in try await client.messages(about: key) {
      switch message.message {
      case .takeOffer(let m): keys += [contentKey(in: m.key, of: run.input)].compactMap(\.self)
      case .sendInput(let m): keys += m.keys.compactMap { contentKey(in: $0, of: run.input) }
      case .sealTrace(let m): keys += [contentKey(in: m.key, of: run.input)].compactMap(\.self)
      default: break
      }
    }
    for contentKey in keys {
      let opening = await client.open(
        run.input, as: .input, key: contentKey, reader: self.key, at: news.time)
      if let bytes = opening.bytes { return OpenedInput(bytes: bytes, key: contentKey) }
    }
    return nil
  }

  /// A key that stands in clear, or that was sealed to this checker.
  private func contentKey(in wrapped: WrappedKey, of input: Content) -> Bytes32? {
    outbox.flatMap { wrapped.contentKey(of: input, for: key, network: $0.network) }
  }

  private func measured<Value>(_ work: () throws(Refusal) -> Value) throws(Refusal) -> Value {
    let start = ThreadClock.now
    defer { report.cpuNanoseconds += ThreadClock.now - start }
    return try work()
  }

  // MARK: - Accounts

  /// What the settlement of a run brought: the auditor's payout stands first behind the seats',
  /// its bond within it, then the prize of a volunteer.
  private func book(_ settled: SettledRun) throws(Refusal) {
    let court = settled.payouts.dropFirst(1 + settled.stakes.count)
    let bond = Amount(settled.auditBond)
    for (place, payout) in court.enumerated() where payout.kind == 0 && payout.account == address {
      guard place == 0, bond > .zero else {
        report.prizes = try report.prizes.adding(payout.amount)
        continue
      }
      if payout.amount < bond {
        let lost = try bond.subtracting(payout.amount)
        report.forfeited = try report.forfeited.adding(lost)
        continue
      }
      let gain = try payout.amount.subtracting(bond)
      if settled.verdict.outcome == .fell {
        report.prizes = try report.prizes.adding(gain)
      } else {
        report.fees = try report.fees.adding(gain)
      }
    }
  }
}
