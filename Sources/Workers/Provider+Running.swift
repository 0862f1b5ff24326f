// Runs: the input fetched and opened, the model executed, the answer sealed, shown and delivered.

import Agents
import Chain
import Inference
import Kernel
import Market
import Primitives

/// A finished answer with the key to its blob, and what it was made from.
struct Answer: Sendable {
  let evidence: Evidence
  let key: Bytes32
  let input: OpenedInput
}

/// An input in plain, with the key that it was found under.
struct OpenedInput: Hashable, Sendable {
  let bytes: [UInt8]
  let key: Bytes32

  var salt: ContentSalt { ContentSalt(contentKey: key) }
}

/// A hidden input that its custodian does not hand out now. It may yet: nothing is said meanwhile.
struct InputAway: Error {}

extension Provider {
  /// A run in which this provider has a seat.
  func tend(_ key: RunKey, _ news: BlockNews) async throws -> [Message] {
    guard let run = try await client.run(key), let lease = try await client.lease(key.lease),
      lease.seats.contains(where: { $0.provider == address })
    else {
      leave(.run(key))
      return []
    }
    busy.insert(.run(key))
    wake(.run(key), at: run.deadline)
    switch run.game {
    case .open(let game):
      if game.submitted { return try await deliver(key, run, lease, news) }
      return try await submit(key, run, lease, news)
    case .replicated(let game): return try await tend(key, run, lease, game, news)
    case .disputable(let game): return try await tend(key, run, lease, game, news)
    case .proved(let game):
      if game.isStanding {
        proved[key] = nil
        return []
      }
      return try await prove(key, run, lease, news)
    // A model's runs are never judged: who answers such a run looks at its items.
    case .judged(let game): return try await tend(key, run, lease, game, news)
    case .panel(let game): return try await tend(key, run, lease, game, news)
    }
  }

  func submit(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    switch try await answer(key, run, lease, news) {
    case .say(let m): return [m]
    case .wait: return []
    case .ready(let answer):
      let wrapped = try await wrap(answer.key, to: lease.buyer)
      guard attempts.begin(.submit(key), at: news.height) else { return [] }
      var m = SubmitEvidence()
      m.head = try head(news)
      m.run = key
      m.evidence = answer.evidence
      m.key = wrapped
      return [.submitEvidence(m)]
    }
  }

  func seal(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    switch try await answer(key, run, lease, news) {
    case .say(let m): return [m]
    case .wait: return []
    case .ready(let answer):
      guard attempts.begin(.seal(key), at: news.height) else { return [] }
      var m = SealAnswer()
      m.head = try head(news)
      m.run = key
      m.seal = Evidence.seal(
        run: key.id, seat: address, output: answer.evidence.output.root,
        units: answer.evidence.units, salt: salts.of(key.id.digest, "seal"))
      return [.sealAnswer(m)]
    }
  }

  func unseal(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    guard case .ready(let answer) = try await answer(key, run, lease, news) else { return [] }
    let wrapped = try await wrap(answer.key, to: lease.buyer)
    guard attempts.begin(.unseal(key), at: news.height) else { return [] }
    var m = UnsealAnswer()
    m.head = try head(news)
    m.run = key
    m.evidence = answer.evidence
    m.salt = salts.of(key.id.digest, "seal")
    m.key = wrapped
    return [.unsealAnswer(m)]
  }

  /// The buyer says that it cannot open the output: the key is posted for everybody.
  func deliver(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    guard run.demand == .byBuyer, attempts.begin(.key(key), at: news.height) else { return [] }
    var m = PostKey()
    m.head = try head(news)
    m.run = key
    m.key = salts.of(key.id.digest, "output key")
    return [.postKey(m)]
  }

  // MARK: - The answer

  enum Progress {
    case ready(Answer)
    /// Something about the input must be said first.
    case say(Message)
    case wait
  }

  /// The answer of this seat, made anew after a restart: the same input gives the same bytes.
  func answer(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> Progress {
    if let known = answers[key] { return .ready(known) }
    guard let ware = try await ware(of: lease) else { return .wait }
    switch try await input(key, run, news) {
    // The key would not bring the bytes, and once posted it is everybody's who has them.
    case .away where lease.check.hidesInput: throw InputAway()
    case .away: return try demand(key, run, news).map { .say($0) } ?? .wait
    case .opened(let input):
      return .ready(
        try await shelve(
          output(for: input, of: ware, key, isTraced: !lease.work.isEmpty), input, key, lease, news)
      )
    case .unopened(let shown):
      if run.inputKey == .zero { return try demand(key, run, news).map { .say($0) } ?? .wait }
      guard let shown, run.demand == .none, attempts.begin(.show(key), at: news.height) else {
        return .wait
      }
      return .say(.showChunk(ShowChunk(try head(news), key, shown)))
    }
  }

  /// An input that the model does not read has one answer for all seats, the empty one.
  private func output(
    for input: OpenedInput, of ware: Ware, _ key: RunKey, isTraced: Bool
  ) -> [UInt8] {
    let (model, run) = (ware.model, key.id.digest)
    // A trace ends with the bytes of its last tensor; where those are sums, answers have them too.
    if isTraced, model.graph.output.element.isActivation {
      return (try? answering.tensors(of: input.bytes, on: model, run: run))?.last ?? []
    }
    return (try? answering.answer(input.bytes, of: model, run: run)) ?? []
  }

  private func shelve(
    _ output: [UInt8], _ input: OpenedInput, _ key: RunKey, _ lease: Lease, _ news: BlockNews
  ) async throws -> Answer {
    let contentKey = salts.of(key.id.digest, "output key")
    // The salt of an input that is to stay hidden is not shown beside its output.
    let salt = lease.check.hidesInput ? ContentSalt(value: .zero) : input.salt
    let content = try await client.shelve(
      try ContentChunks(output: output, salt: salt, key: contentKey), readers: [lease.buyer],
      owner: self.key, at: news.time)
    let answer = Answer(
      evidence: Evidence(output: content, units: lease.units), key: contentKey, input: input)
    answers[key] = answer
    return answer
  }

  func ware(of lease: Lease) async throws -> Ware? {
    if lease.order != OrderID() {
      guard case .placeOrder(let m)? = try await client.message(lease.order.digest) else {
        return nil
      }
      return catalogue.ware(for: m.request.spec, of: m.request.work, under: m.request.check)
        ?? catalogue.ware(for: m.request.spec, of: m.request.work)
    }
    guard let offer = try await client.offer(lease.offer) else { return nil }
    return catalogue.ware(for: offer.spec, of: offer.work, under: offer.check)
      ?? catalogue.ware(for: offer.spec, of: offer.work)
  }

  enum Input {
    case opened(OpenedInput)
    /// With the box that shows why, where the key that was promised is known.
    case unopened(ShownBox?)
    /// The key is at hand, and the bytes that it opens nobody hands out now.
    case away
  }

  /// The input, opened and held against its commitment.
  func input(
    _ key: RunKey, _ run: Run, _ news: BlockNews
  ) async throws -> Input {
    var keys: [Bytes32] = []
    if run.inputKey != .zero { keys.append(run.inputKey) }
    switch try await client.message(run.startedBy) {
    case .sendInput(let m)?:
      keys += m.keys.filter { $0.to == address }.compactMap { contentKey(in: $0, of: run.input) }
    case .takeOffer(let m)?:
      keys += [contentKey(in: m.key, of: run.input)].compactMap(\.self)
    default: break
    }
    var lie: ShownBox?
    var isAway = false
    for contentKey in keys {
      let opening = await client.open(
        run.input, as: .input, key: contentKey, reader: self.key, at: news.time)
      switch opening {
      case .opened(let bytes): return .opened(OpenedInput(bytes: bytes, key: contentKey))
      case .lie(let shown): lie = shown
      case .missing: isAway = true
      case .wrongKey: continue
      }
    }
    return isAway && lie == nil ? .away : .unopened(lie)
  }

  func demand(_ key: RunKey, _ run: Run, _ news: BlockNews) throws -> Message? {
    guard run.inputKey == .zero, !run.seatDemanded, run.demand == .none,
      attempts.begin(.demand(key), at: news.height)
    else { return nil }
    var m = DemandKey()
    m.head = try head(news)
    m.run = key
    return .demandKey(m)
  }
}
