// Labels: items read as what they say they are, answered, sealed, and opened in clear.

import Agents
import Chain
public import Kernel
public import Labels
public import Market
public import Primitives

/// A batch that a seat has to answer.
public struct LabelTask: Sendable {
  public let run: RunID
  public let spec: LabelsSpec
  public let items: [LabelItem]
  /// Block time at which it is too late, unless the node pauses once more.
  public let until: Time

  public init(run: RunID, spec: LabelsSpec, items: [LabelItem], until: Time) {
    self.run = run
    self.spec = spec
    self.items = items
    self.until = until
  }
}

/// Whoever answers items: a classifier, a program, a person at a page.
public protocol Labelling: Sendable {
  /// A byte for each item: 0, or one more than the number of a choice. Nil while there is no answer
  /// yet; it is asked again. What was answered once is answered again the same, or what was sealed
  /// cannot be opened after a restart.
  func answers(to task: LabelTask) async -> [UInt8]?
}

/// Labels on sale.
public struct LabelService: Sendable {
  /// The cost is that of an item.
  public let policy: PricePolicy
  public let labelling: any Labelling
  /// Seconds that a batch needs at least.
  public let runTime: UInt64

  public init(_ policy: PricePolicy, _ labelling: any Labelling, runTime: UInt64 = 60) {
    self.policy = policy
    self.labelling = labelling
    self.runTime = runTime
  }
}

extension Provider {
  /// What we would answer an item for; nil when we cannot, or when that is above the limit.
  func labelPrice(for request: Request) throws(Refusal) -> Amount? {
    guard let labels, request.check.kind == JudgedCheck.name, request.runTime >= labels.runTime,
      let spec = try? LabelsSpec(bytes: request.spec),
      // Who is shown something else than what is asked answers wrongly, at the cost of a bond.
      (try? LabelQuestion(spec.question, spec.choices)) != nil
    else { return nil }
    let price = try labels.policy.bid(per: request.limit.per)
    return price <= request.limit.amount ? price : nil
  }

  /// A judged run, at whatever station it is.
  func tend(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: JudgedCheck, _ news: BlockNews
  ) async throws -> [Message] {
    guard let own = game.replicas.first(where: { $0.answer.provider == address }) else { return [] }
    switch (game.stage, own.state) {
    case (.running, .waiting), (.opening, .sealed): break
    default: return []
    }
    let answer: [UInt8]
    switch try await labelling(key, run, lease, news) {
    case .ready(let bytes): answer = bytes
    case .say(let message): return [message]
    case .wait:
      // A person takes minutes, in which nothing else may happen.
      wake(.run(key), at: try news.now.after(seconds: 2))
      return []
    }
    let salt = salts.of(key.id.digest, "seal")
    if game.stage == .running {
      guard attempts.begin(.seal(key), at: news.height) else { return [] }
      var m = SealAnswer()
      m.head = try head(news)
      m.run = key
      m.seal = OpenAnswer.seal(
        run: key.id, seat: address, answer: answer, units: lease.units, salt: salt)
      return [.sealAnswer(m)]
    }
    guard attempts.begin(.unseal(key), at: news.height) else { return [] }
    var m = OpenAnswer()
    m.head = try head(news)
    m.run = key
    m.answer = answer
    m.salt = salt
    return [.openAnswer(m)]
  }

  private enum LabelProgress {
    case ready([UInt8])
    /// Something about the input must be said first.
    case say(Message)
    case wait
  }

  private func labelling(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> LabelProgress {
    if let known = labelled[key] { return .ready(known) }
    guard let labels else { return .wait }
    switch try await input(key, run, news) {
    case .away: return try demand(key, run, news).map { .say($0) } ?? .wait
    case .unopened(let shown):
      if run.inputKey == .zero { return try demand(key, run, news).map { .say($0) } ?? .wait }
      guard let shown, run.demand == .none, attempts.begin(.show(key), at: news.height) else {
        return .wait
      }
      return .say(.showChunk(ShowChunk(try head(news), key, shown)))
    case .opened(let input):
      let spec = try LabelsSpec(bytes: lease.spec)
      // What nobody can read, all say the same of; silence would cost the bond.
      guard let items = try? LabelItems(bytes: input.bytes, for: spec) else {
        return .ready(Array(repeating: 1, count: Int(spec.items)))
      }
      let paused = news.time.milliseconds - min(news.time.milliseconds, news.now.milliseconds)
      let until = run.deadline.milliseconds.addingReportingOverflow(paused).partialValue
      let task = LabelTask(run: key.id, spec: spec, items: items.items, until: Time(until))
      guard let given = await labels.labelling.answers(to: task) else { return .wait }
      let answer = Self.admissible(given, spec)
      labelled[key] = answer
      return .ready(answer)
    }
  }

  /// The ledger takes a byte an item, and no list in which nothing is chosen.
  private static func admissible(_ given: [UInt8], _ spec: LabelsSpec) -> [UInt8] {
    var answer = (0..<Int(spec.items)).map { place -> UInt8 in
      place < given.count && given[place] <= spec.choices.count ? given[place] : 0
    }
    if !answer.contains(where: { $0 != 0 }) { answer[0] = 1 }
    return answer
  }
}
