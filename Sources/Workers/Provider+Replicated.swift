// A seat among several: sealed, opened, and where the check has a court, disputed and defended.

import Agents
import Chain
import Kernel
import Market
import Primitives

extension Provider {
  /// A replicated run, at whatever station it is.
  func tend(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: ReplicatedCheck, _ news: BlockNews
  ) async throws -> [Message] {
    guard let own = game.replicas.first(where: { $0.answer.provider == address }) else {
      return []
    }
    switch (game.stage, own.state) {
    case (.running, .waiting): return try await seal(key, run, lease, news)
    case (.opening, .sealed): return try await unseal(key, run, lease, news)
    case (.auditing, .sealed):
      guard answering.answersToTheCourt else { return [] }
      return try await admit(key, run, lease, game, news)
    case (.window, .opened), (.playing, .opened):
      guard answering.answersToTheCourt else { return [] }
      let accusations = try await accuse(key, run, lease, game, news)
      return accusations + (try await play(key, run, lease, news))
    default: return []
    }
  }

  /// Lets the auditor who was called at the input. Where nobody does, every seat that sealed loses
  /// its bond, so the first of them does what is the buyer's to do, too; and the others step in
  /// when a demand is about to run out.
  private func admit(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: ReplicatedCheck, _ news: BlockNews
  ) async throws -> [Message] {
    let first = game.replicas.first { $0.state == .sealed }?.answer.provider
    if run.demand == .byAuditor {
      if first != address {
        let moment = standBy.moment(for: .inputKey(key), until: run.deadline, at: news.now)
        guard moment <= news.now else {
          wake(.run(key), at: moment)
          return []
        }
      }
      return try await handOver(key, run, lease, news)
    }
    guard first == address, run.auditor != Address(), !(try await isPublic(run)),
      case .ready(let answer) = try await answer(key, run, lease, news),
      attempts.begin(.share(key, run.auditor), at: news.height)
    else { return [] }
    var m = ShareInput()
    do { m.key = try await wrap(answer.input.key, to: run.auditor) } catch {
      attempts.undo(.share(key, run.auditor))
      throw error
    }
    m.head = try head(news)
    m.run = key
    return [.shareInput(m)]
  }

  /// Whether the input's key stands in clear, so that nobody needs to be handed it.
  private func isPublic(_ run: Run) async throws -> Bool {
    guard case .sendInput(let m)? = try await client.message(run.startedBy) else { return false }
    return m.keys.contains { $0.scheme == WrappedKey.clear }
  }

  /// Disputes every other answer: against a majority that lies it is the only remedy, and half of
  /// each liar's bond is the prize. The bond that it has locked for its seat is the stake.
  private func accuse(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: ReplicatedCheck, _ news: BlockNews
  ) async throws -> [Message] {
    guard game.stage == .window, answering.disputesOthers, let own = run.answer(of: address)
    else { return [] }
    var sent: [Message] = []
    for answer in game.answers where answer != own && !game.fallen.contains(answer) {
      let id = GameKey(key, answer, address).id
      guard try await client.game(id) == nil,
        let traced = try await traced(key, run, lease, news)
      else { continue }
      // The work is done again for the trace. Where something else comes out than was answered,
      // this machine has erred, and to accuse the others would make it dearer.
      guard traced.output == own, attempts.begin(.challenge(key, answer), at: news.height)
      else { continue }
      sent.append(.challengeRun(ChallengeRun(try head(news), key, answer: answer)))
    }
    return sent
  }
}
