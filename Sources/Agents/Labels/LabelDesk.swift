// A person's desk: the batch that lies on it, the answers so far, and what earlier ones earned.

public import Primitives
import Synchronization

/// What lies on a desk.
public struct DeskBatch: Hashable, Sendable {
  public var question: LabelQuestion
  public var items: [[UInt8]]
  /// Until when it has to be handed in, in words; empty where there is no hurry.
  public var until: String

  public init(_ question: LabelQuestion, _ items: [[UInt8]], until: String = "") {
    self.question = question
    self.items = items
    self.until = until
  }
}

/// A batch that was handed in, and what came of it.
public struct DeskRecord: Hashable, Sendable {
  public var title: String
  public var items: Int
  /// Nil while it is not decided.
  public var isAccepted: Bool?
  public var why: String
  public var earned: Amount

  public init(
    _ title: String, items: Int, isAccepted: Bool? = nil, why: String, earned: Amount = .zero
  ) {
    self.title = title
    self.items = items
    self.isAccepted = isAccepted
    self.why = why
    self.earned = earned
  }
}

/// Between who asks for answers, a program, and who gives them, a person at a page. A form that
/// was sent twice, or from an old tab, changes nothing that it does not name.
public final class LabelDesk: Sendable {
  /// What a page shows.
  public struct View: Hashable, Sendable {
    public var number: UInt64 = 0
    public var batch: DeskBatch?
    /// A byte for each item: 0 where nothing was chosen, else one more than the choice's number.
    public var answers: [UInt8] = []
    /// Items that were looked at and left open on purpose.
    public var skipped: Set<Int> = []
    public var records: [DeskRecord] = []
    public var isClosed = false

    public var given: Int { answers.count { $0 > 0 } }
    /// The first item without an answer that was not left open; nil where there is none.
    public var next: Int? { answers.indices.first { answers[$0] == 0 && !skipped.contains($0) } }
    public var earned: Amount {
      Amount(records.reduce(0) { $0 &+ $1.earned.units })
    }
  }

  /// Puts answers where a crash leaves them; false where that failed.
  public typealias Keep = @Sendable ([UInt8]) -> Bool

  private struct Inside {
    var view = View()
    var waiting: CheckedContinuation<[UInt8]?, Never>?
    var keep: Keep = { _ in true }
  }

  private let inside = Mutex(Inside())

  public init() {}

  public var view: View { inside.withLock { $0.view } }

  /// Puts a batch on the desk and waits until it is handed in; nil where it was taken away.
  ///
  /// - Parameter keep: is done before whoever hands in is told that it was taken.
  public func ask(
    _ batch: DeskBatch, keep: @escaping Keep = { _ in true }
  ) async -> [UInt8]? {
    await withCheckedContinuation { continuation in
      let (old, isClosed) = inside.withLock { inside in
        let old = inside.waiting
        guard !inside.view.isClosed else { return (old, true) }
        inside.view.number += 1
        inside.view.batch = batch
        inside.view.answers = Array(repeating: 0, count: batch.items.count)
        inside.view.skipped = []
        inside.waiting = continuation
        inside.keep = keep
        return (old, false)
      }
      old?.resume(returning: nil)
      if isClosed { continuation.resume(returning: nil) }
    }
  }

  /// Chooses for an item of the batch that lies there; 0 leaves it open. False where it lies there
  /// no more.
  public func choose(_ choice: UInt8, for item: Int, in number: UInt64) -> Bool {
    inside.withLock { inside in
      guard inside.view.number == number, let batch = inside.view.batch,
        batch.items.indices.contains(item), Int(choice) <= batch.question.choices.count
      else { return false }
      inside.view.answers[item] = choice
      if choice == 0 { inside.view.skipped.insert(item) } else { inside.view.skipped.remove(item) }
      return true
    }
  }

  /// Hands the batch in. False where it lies there no more, holds no answer at all, or could not
  /// be kept.
  public func handIn(_ number: UInt64) -> Bool {
    func lying(_ view: View) -> [UInt8]? {
      view.batch != nil && view.number == number && view.given > 0 ? view.answers : nil
    }
    while let (answers, keep) = inside.withLock({ inside in
      lying(inside.view).map { ($0, inside.keep) }
    }) {
      guard keep(answers) else { return false }
      // What was chosen meanwhile, in another tab, has to be kept as well.
      if finish({ lying($0) == answers ? answers : nil }) { return true }
    }
    return false
  }

  /// Takes a batch away that came too late.
  public func takeAway() { _ = finish(isGiven: false) { $0.answers } }

  /// Nothing is asked any more.
  public func close() {
    takeAway()
    inside.withLock { $0.view.isClosed = true }
  }

  /// Says what became of a batch, newest first; a record of the same title is replaced.
  public func note(_ record: DeskRecord) {
    inside.withLock { inside in
      if let old = inside.view.records.firstIndex(where: { $0.title == record.title }) {
        inside.view.records[old] = record
      } else {
        inside.view.records.insert(record, at: 0)
      }
    }
  }

  private func finish(isGiven: Bool = true, _ answers: (View) -> [UInt8]?) -> Bool {
    let (waiting, found) = inside.withLock {
      inside -> (CheckedContinuation<[UInt8]?, Never>?, [UInt8]?) in
      guard inside.view.batch != nil, let found = answers(inside.view) else { return (nil, nil) }
      defer {
        inside.waiting = nil
        inside.view.batch = nil
        inside.view.answers = []
        inside.view.skipped = []
      }
      return (inside.waiting, found)
    }
    waiting?.resume(returning: isGiven ? found : nil)
    return found != nil
  }
}
