// A checker in disputes: as whoever challenges, and as the deputy of a seat that is away.

import Agents
import Chain
import Kernel
import Market
import Models
import Primitives

extension Checker {
  /// Does the run again where it may read the input, and disputes every other answer.
  func look(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ answers: [Bytes32],
    _ news: BlockNews
  ) async throws -> [Message] {
    guard let own = try await ownOutput(&job, key, run, lease, news) else {
      job.hasLooked = true
      return []
    }
    let lies = answers.filter { $0 != own }
    if job.output == nil {
      job.output = own
      if !job.isCalled { report.sampled += 1 }
      report.lies += UInt64(lies.count)
    }
    job.hasLooked = lies.isEmpty
    var sent: [Message] = []
    for answer in lies {
      // Who was drawn and differs from the majority is in a game with it already.
      let game = GameKey(key, answer, address).id
      guard try await client.game(game) == nil,
        attempts.begin(.challenge(game), at: news.height)
      else { continue }
      sent.append(.challengeRun(ChallengeRun(try head(news), key, answer: answer)))
    }
    return sent
  }

  /// What comes out when it does the run itself; nil where it cannot.
  private func ownOutput(
    _ job: inout CheckJob, _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> Bytes32? {
    if let known = job.output ?? job.traced?.output { return known }
    guard let tracer = try tracer(for: lease) else { return nil }
    guard let input = try await input(key, run, news) else {
      if !job.isCalled { report.unreadable += 1 }
      return nil
    }
    let output = try measured { () throws(Refusal) in try tracer.model.tensors(of: input.bytes) }
    return ContentChunks.root(of: output.last ?? [], as: .output, salt: input.salt)
  }

  /// Names the first child that is not its own, wherever the defender has opened a vertex.
  func play(
    _ id: GameID, _ job: inout CheckJob, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    // An answer that fell has no defenders any more, and the other games about it have stopped.
    guard let view = try await client.game(id), !view.dispute.isOver,
      !run.holders(of: view.dispute.key.answer, in: lease).isEmpty
    else {
      job.games.removeAll { $0 == id }
      return []
    }
    guard plan.conduct == .honest, view.opening != nil, let key = job.key,
      let traced = try await traced(&job, key, run, lease, news),
      let child = try traced.choice(in: view),
      attempts.begin(.pick(GamePlace(id, view.dispute)), at: news.height)
    else { return [] }
    return [.pickChild(PickChild(try head(news), view.dispute, child: child))]
  }

  // MARK: - For a seat that is away

  /// Moves for a seat that named it, once that seat has let half of its clock run. It defends by
  /// the model's own trace, so only an answer that it comes to itself.
  func defend(
    _ id: GameID, _ job: inout CheckJob, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    guard let view = try await client.game(id), !view.dispute.isOver else {
      job.defences.removeAll { $0 == id }
      return []
    }
    let answer = view.dispute.key.answer
    let holders = run.holders(of: answer, in: lease)
    // The ledger takes a deputy's word for the first seat that named it.
    let seat = lease.seats.first { holders.contains($0.provider) && $0.deputy == address }
    guard let seat, plan.principals.contains(seat.provider), let key = job.key,
      let traced = try await traced(&job, key, run, lease, news), traced.output == answer
    else {
      job.defences.removeAll { $0 == id }
      return []
    }
    let defence = Defence(
      seat: seat.provider, traced: traced,
      shown: try await client.rootsShown(for: answer, of: key, lease, by: holders))
    let move = try defence.move(in: view)
    guard !defence.hasShown || move != nil else { return [] }
    let place = GamePlace(id, view.dispute)
    let action = defence.hasShown ? CheckerAction.move(place) : .showTrace(key.id)
    let moment = standBy.moment(for: action, until: view.dispute.deadline, at: news.now)
    guard moment <= news.now else {
      wake(job.run, at: moment)
      return []
    }
    guard attempts.begin(action, at: news.height) else { return [] }
    guard defence.hasShown, let move else {
      return [.showTrace(ShowTrace(try head(news), view.dispute.key, traced))]
    }
    return [move.message(try head(news), view.dispute.key)]
  }
}
