// One run of a checker's: found, done again, and booked when it is settled.

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
      let lease = try await client.lease(key.lease), lease.auditPpm > 0
    else {
      if let key = job.key, let settled = try await client.settled(key) { try book(settled) }
      drop(id)
      return []
    }
    wake(id, at: run.deadline)
    var sent: [Message] = []
    switch run.game {
    case .open, .proved, .judged, .panel: break
    case .disputable(let game):
      if run.auditor == address {
        sent += try await audit(&job, key, run, lease, game, news)
      } else if job.looks, !job.hasLooked, game.stage == .window {
        sent += try await look(&job, key, run, lease, [game.answer.output], news)
      }
    case .replicated(let game):
      let isAuditor = run.auditor == address
      if isAuditor { sent += try await audit(&job, key, run, lease, game, news) }
      let looks = job.looks || (isAuditor && plan.conduct == .honest)
      if looks, !job.hasLooked, game.stage == .window {
        let answers = game.answers.filter { !game.fallen.contains($0) }
        sent += try await look(&job, key, run, lease, answers, news)
      }
    }
    for id in job.games { sent += try await play(id, &job, run, lease, news) }
    for id in job.defences { sent += try await defend(id, &job, run, lease, news) }
    jobs[id] = job
    let isCalled = job.isCalled && run.auditor == address
    let isIdle = job.games.isEmpty && job.defences.isEmpty && sent.isEmpty
    if job.hasLooked || !job.looks, !isCalled, !job.isParty, isIdle { drop(id) }
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

  // MARK: - Doing it again

  func tracer(for lease: Lease) throws -> Tracer? {
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
  func traced(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> TracedRun? {
    if let known = job.traced { return known }
    guard let tracer = try tracer(for: lease), let input = try await input(key, run, news)
    else { return nil }
    let trace = try measured { () throws(Refusal) in
      try tracer.trace(input.bytes, salt: input.salt)
    }
    let traced = TracedRun(tracer: tracer, trace: trace, inputKey: input.key)
    job.traced = traced
    return traced
  }

  /// The input, where some key that it has opens it: of the plan, in clear, or handed to it.
  func input(
    _ key: RunKey, _ run: Run, _ news: BlockNews
  ) async throws -> OpenedInput? {
    var keys = plan.inputKeys.filter { ContentSalt.keyHash(of: $0) == run.input.keyHash }
    if run.inputKey != .zero { keys.append(run.inputKey) }
    for message in try await client.messages(about: key) {
      let wrapped =
        switch message.message {
        case .takeOffer(let m): [m.key]
        case .sendInput(let m): m.keys
        case .sealTrace(let m): [m.key]
        case .shareInput(let m): [m.key]
        default: [WrappedKey]()
        }
      keys += wrapped.compactMap { contentKey(in: $0, of: run.input) }
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

  func measured<Value>(_ work: () throws(Refusal) -> Value) throws(Refusal) -> Value {
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
      // Who fells an answer has its prize; the fee is for who finds what stands.
      if settled.verdict.outcome == .fell || gain.units > settled.fee {
        report.prizes = try report.prizes.adding(gain)
      } else {
        report.fees = try report.fees.adding(gain)
      }
    }
  }
}
