// Tasks: items read, answered in words, sealed, and opened in clear before a panel.

import Agents
import Chain
import Kernel
public import Market
public import Primitives
public import Tasks

/// A batch of tasks that a seat has to answer.
public struct TaskBatch: Sendable {
  public let run: RunID
  public let spec: TasksSpec
  public let items: [[UInt8]]

  public init(run: RunID, spec: TasksSpec, items: [[UInt8]]) {
    self.run = run
    self.spec = spec
    self.items = items
  }
}

/// Whoever answers tasks: a model, a program, a person.
public protocol TaskAnswering: Sendable {
  /// A piece for each item, empty where there is nothing to say. Nil while there is no answer yet;
  /// it is asked again. What was answered once is answered again the same, or what was sealed
  /// cannot be opened after a restart.
  func answers(to batch: TaskBatch) async -> [[UInt8]]?
}

/// Answers on sale.
public struct TaskService: Sendable {
  /// The cost is that of a unit.
  public let policy: PricePolicy
  public let answering: any TaskAnswering
  /// Seconds that a batch needs at least.
  public let runTime: UInt64

  public init(_ policy: PricePolicy, _ answering: any TaskAnswering, runTime: UInt64 = 60) {
    self.policy = policy
    self.answering = answering
    self.runTime = runTime
  }
}

extension Provider {
  /// What we would answer a unit for; nil when we cannot, or when that is above the limit.
  func taskPrice(for request: Request) throws(Refusal) -> Amount? {
    guard let tasks, request.check.kind == PanelCheck.name, request.runTime >= tasks.runTime,
      (try? TasksSpec(bytes: request.spec)) != nil
    else { return nil }
    let price = try tasks.policy.bid(per: request.limit.per)
    return price <= request.limit.amount ? price : nil
  }

  /// A run before a panel, at whatever station it is.
  func tend(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: PanelCheck, _ news: BlockNews
  ) async throws -> [Message] {
    guard let own = game.replicas.first(where: { $0.answer.provider == address }) else { return [] }
    switch (game.stage, own.state) {
    case (.running, .waiting), (.opening, .sealed): break
    default: return []
    }
    guard let answer = try await answered(key, run, lease, news) else {
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

  private func answered(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [UInt8]? {
    if let known = labelled[key] { return known }
    guard let tasks, case .opened(let input) = try await input(key, run, news) else { return nil }
    let spec = try TasksSpec(bytes: lease.spec)
    // What nobody can read is answered with a word; silence would cost the bond.
    let read = try? CBOR.decode(
      TaskPieces.self, from: input.bytes, limit: TaskPieces.largestInput)
    var pieces = [[UInt8]](repeating: [], count: Int(spec.items))
    if let read, read.pieces.count == pieces.count {
      let batch = TaskBatch(run: key.id, spec: spec, items: read.pieces.map(\.body))
      guard let given = await tasks.answering.answers(to: batch) else { return nil }
      // Room for all pieces in a message, their lengths and all.
      let most = (TaskPieces.largest - 64) / pieces.count - 16
      for (place, piece) in given.enumerated() where place < pieces.count {
        pieces[place] = Array(piece.prefix(most))
      }
    }
    if pieces.allSatisfy(\.isEmpty) { pieces[0] = Array("unreadable".utf8) }
    let answer = CBOR.encode(TaskPieces(pieces))
    labelled[key] = answer
    return answer
  }
}
