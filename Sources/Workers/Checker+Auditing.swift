// What an auditor who was called says: its seal, what it hid, and complaints about the input.

import Agents
import Chain
import Kernel
import Market
import Primitives

extension Checker {
  /// Under `disputable`: the root of its own trace, blindly.
  func audit(
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
      return try seal(root, job, key, run, news)
    case .opened:
      guard let root = try await root(&job, key, run, lease, news) else { return [] }
      let said = try unseal(root, job, key, news)
      if !said.isEmpty, root != game.root { report.lies += 1 }
      return said
    case .running, .submitted, .drawing, .drawn, .committed, .window, .playing: return []
    }
  }

  /// Under `replicated`: its own answer, as one more blind seat. No trace is needed to be blind,
  /// since nobody has opened anything yet.
  func audit(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ game: ReplicatedCheck,
    _ news: BlockNews
  ) async throws -> [Message] {
    guard plan.conduct != .silent else { return [] }
    switch game.stage {
    case .auditing:
      guard let answer = try await answer(&job, key, run, lease, news) else {
        return try await awaitKey(job, key, run, news)
      }
      return try seal(answer, job, key, run, news)
    case .opening where game.auditSeal != .zero && game.auditAnswer == .zero:
      guard let answer = try await answer(&job, key, run, lease, news) else { return [] }
      return try unseal(answer, job, key, news)
    case .running, .opening, .fixed, .drawing, .window, .playing: return []
    }
  }

  private func seal(
    _ root: Bytes32, _ job: CheckJob, _ key: RunKey, _ run: Run, _ news: BlockNews
  ) throws -> [Message] {
    guard run.demand == .none, attempts.begin(.seal(job.run), at: news.height) else { return [] }
    report.audited += 1
    var m = SealTrace()
    m.head = try head(news)
    m.run = key
    m.seal = SealTrace.seal(run: job.run, by: address, root: root, salt: salt(of: job.run))
    return [.sealTrace(m)]
  }

  private func unseal(
    _ root: Bytes32, _ job: CheckJob, _ key: RunKey, _ news: BlockNews
  ) throws -> [Message] {
    guard attempts.begin(.unseal(job.run), at: news.height) else { return [] }
    var m = UnsealTrace()
    m.head = try head(news)
    m.run = key
    m.root = root
    m.salt = salt(of: job.run)
    return [.unsealTrace(m)]
  }

  private func salt(of run: RunID) -> Bytes32 { salts.of(run.digest, "trace") }

  /// The root of its own trace; nil as long as it cannot read the input.
  private func root(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> Bytes32? {
    if let root = plan.conduct.root(for: job.run.digest) { return root }
    return try await traced(&job, key, run, lease, news)?.trace.root
  }

  /// What its own answer would be as a seat's: all units are billed where there is a court.
  private func answer(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> Bytes32? {
    if let junk = plan.conduct.root(for: job.run.digest) { return junk }
    guard let traced = try await traced(&job, key, run, lease, news) else { return nil }
    return SeatVerdict.digest(output: traced.output, units: lease.units)
  }

  // MARK: - An input that does not open

  /// The buyer or a seat is about to hand over the key; it is demanded, and then posted for all to
  /// see, only when half of the time has gone in vain.
  private func awaitKey(
    _ job: CheckJob, _ key: RunKey, _ run: Run, _ news: BlockNews
  ) async throws -> [Message] {
    if run.inputKey == .zero {
      let moment = standBy.moment(for: .demand(job.run), until: run.deadline, at: news.now)
      guard moment <= news.now else {
        wake(job.run, at: moment)
        return []
      }
    }
    return [try await complain(key, run, news)].compactMap(\.self)
  }

  /// Asks for the key; where the posted one does not open the input either, shows the box that
  /// lies: whoever answered has answered about what nobody can read.
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
}
