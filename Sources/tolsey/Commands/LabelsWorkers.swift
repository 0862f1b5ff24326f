// Who answers batches in `tolsey labels work`: a person at a desk, or a program; each answer is
// kept on the disk before it is sealed.

import Agents
import Glibc
import Labels
import Market
import Primitives
import Workers

/// A labelling that is told what became of its answers.
protocol Worker: Labelling {
  func close(_ run: EarnedRun) async
}

/// Answers by run, so that what was sealed before a crash is opened after it.
struct AnswerShelf: Sendable {
  let folder: String
  private let limit: Int

  /// - Parameter limit: bytes of the longest answer.
  init(_ folder: String, limit: Int = Int(LabelsSpec.mostAnswers)) throws {
    self.folder = folder
    self.limit = limit
    try LocalFile.makeFolder(folder, mode: 0o700)
  }

  private func path(_ run: RunID) -> String { "\(folder)/\(run)" }

  func answer(of run: RunID) -> [UInt8]? {
    try? LocalFile.read(path(run), limit: limit)
  }

  /// False where the disk does not take it: then it is not sealed either.
  func keep(_ answer: [UInt8], of run: RunID) -> Bool {
    do {
      try LocalFile.write(answer, to: path(run), mode: 0o600)
      try LocalFile.sync(folder: folder)
      return true
    } catch { return false }
  }

  func forget(_ run: RunID) { unlink(path(run)) }

  /// Runs whose answers lie here.
  var runs: [RunID] {
    let names = (try? LocalFile.names(in: folder)) ?? []
    return names.sorted().compactMap { name in
      (try? PrintedID.parse(RunKind.prefix, name)).map { RunID($0) }
    }
  }
}

extension Failure {
  /// Two programs of one key would ask twice, and each keep other answers in the same place.
  static func alreadyWorking(_ command: String) -> Failure {
    Failure(
      .tryAgain, code: "alreadyWorking", "another 'tolsey \(command)' works by this key",
      hint: "stop it, or work by another key")
  }
}

/// A person, one batch after the other.
actor DeskLabelling: Worker {
  private let desk: LabelDesk
  private let shelf: AnswerShelf
  /// Batches that wait, the first of them on the desk.
  private var waiting: [LabelTask] = []

  init(_ desk: LabelDesk, _ shelf: AnswerShelf) {
    self.desk = desk
    self.shelf = shelf
  }

  /// Nothing may wait for a person: whoever asks comes again.
  func answers(to task: LabelTask) async -> [UInt8]? {
    if let kept = shelf.answer(of: task.run) { return kept }
    guard !waiting.contains(where: { $0.run == task.run }) else { return nil }
    waiting.append(task)
    if waiting.count == 1 { Task { await self.work() } }
    return nil
  }

  private func work() async {
    while let task = waiting.first {
      guard let question = try? LabelQuestion(task.spec.question, task.spec.choices) else {
        // A question that would mislead whoever reads it is not shown, and answered by nothing.
        waiting.removeAll { $0.run == task.run }
        continue
      }
      let batch = DeskBatch(
        question, task.items.map(\.body), until: UTC.text(task.until) + " UTC")
      let shelf = shelf
      let answers = await desk.ask(batch, keep: { shelf.keep($0, of: task.run) })
      waiting.removeAll { $0.run == task.run }
      if desk.view.isClosed { return }
      guard let answers else { continue }
      desk.note(
        DeskRecord(
          task.run.short, items: answers.count { $0 > 0 },
          why: "is sealed; what the others say is not known yet"))
    }
  }

  func close(_ run: EarnedRun) async {
    desk.note(
      DeskRecord(
        run.id.short, items: run.answered, isAccepted: run.fate == .paid, why: run.why,
        earned: run.paid))
    shelf.forget(run.id)
    guard let place = waiting.firstIndex(where: { $0.run == run.id }) else { return }
    if place == 0 { desk.takeAway() } else { waiting.remove(at: place) }
  }
}

/// A program, many batches at once.
actor ProgramLabelling: Worker {
  private let command: String
  private let shelf: AnswerShelf
  /// How long it may take for a batch.
  private let seconds: UInt64
  private let warn: @Sendable (String) -> Void
  /// Batches that it is at work on, and how often each was asked.
  private var asking: Set<RunID> = []
  private var asked: [RunID: Int] = [:]

  /// How often a program that fails is asked for one batch.
  private static let tries = 3

  init(
    _ command: String, _ shelf: AnswerShelf, seconds: UInt64 = 60,
    warn: @escaping @Sendable (String) -> Void
  ) {
    self.command = command
    self.shelf = shelf
    self.seconds = seconds
    self.warn = warn
  }

  func answers(to task: LabelTask) async -> [UInt8]? {
    if let kept = shelf.answer(of: task.run) { return kept }
    guard asked[task.run, default: 0] < Self.tries, !asking.contains(task.run) else { return nil }
    asking.insert(task.run)
    Task { await self.ask(task) }
    return nil
  }

  private func ask(_ task: LabelTask) async {
    asked[task.run, default: 0] += 1
    defer { asking.remove(task.run) }
    do {
      let text = try await ShellRun(
        command: command, input: LabelProgram.input(task), seconds: seconds
      ).output()
      let answers = try LabelProgram.answers(in: text, to: task.spec)
      guard shelf.keep(answers, of: task.run) else {
        return warn("the answers to \(task.run.short) could not be kept on the disk")
      }
    } catch {
      warn("the program did not answer \(task.run.short): \(Failure(error).message)")
    }
  }

  func close(_ run: EarnedRun) async {
    asked[run.id] = nil
    shelf.forget(run.id)
  }
}
