// `tolsey labels gold`: a person labels a few items at a page, so that others can be measured.

import Agents
import ArgumentParser
import Glibc
import NetworkRoom
import Primitives

struct LabelsGold: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "gold", abstract: "Label some items yourself, at a page in your browser.",
    discussion: """
      It draws --count items from the file and serves a page on this machine, at a secret \
      address that is printed: choose with the mouse or with keys, go back, leave open what you \
      cannot tell, and hand it in. What you chose is written as JSON Lines with id, text or data, \
      and label: gold, by which the answers of others can be measured. Stopped by ctrl-c it \
      writes what was chosen so far. The file is CSV with a heading (id, and text or data as \
      base64), JSON Lines with the same names, or a folder with a file for each item; items are \
      text, PNG or JPEG.
      """)
  static let schema = "labels.gold/1"

  @Argument(help: "CSV, JSON Lines, or a folder of files.") var file: String
  @Option(help: "What can be chosen, with commas between: cat,dog.") var choices: String
  @Option(help: "What is asked of each item.") var question = "Which of these is it?"
  @Option(help: "How many items are drawn.") var count = 20
  @Option(help: "Where to write; nothing may be there yet.") var out = "gold.jsonl"
  @Option(help: "The port of 127.0.0.1; 0 takes any free one.") var port = 0
  @OptionGroup var logging: LogOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
    guard count > 0 else { throw ValidationError("at least one item is drawn") }
  }

  func run(on console: Console) async throws {
    let question = try LabelFiles.question(question, choices)
    guard !LocalFile.exists(out) else { throw Failure.file(out, "written", EEXIST) }
    let items = try LabelFiles.items(file).items
    let drawn = drawn(items)
    let desk = LabelDesk()
    let stops = StopSignals.stream()
    let opened: (server: Server, url: String)
    do {
      opened = try await Server.start(
        desk, secret: try KeysFolder.fresh().secret, host: "127.0.0.1", port: port,
        log: logging.logger(console))
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
    let ready: JSONValue = [
      "event": "ready", "url": .string(opened.url), "items": .integer(Int64(drawn.count)),
    ]
    console.event(Self.schema, ready) { paint in
      "label \(drawn.count) items at \(paint(.handle, opened.url)); ctrl-c stops"
    }
    let answers = await answers(to: DeskBatch(question, drawn.map(\.content)), at: desk, stops)
    desk.close()
    await opened.server.stop(grace: .milliseconds(500))
    try finish(drawn, answers, question, console)
  }

  /// What was handed in, or what was chosen when somebody stopped it.
  private func answers(
    to batch: DeskBatch, at desk: LabelDesk, _ stops: AsyncStream<Int32>
  ) async -> [UInt8] {
    let stopping = Task {
      for await _ in stops { break }
      guard !Task.isCancelled else { return [UInt8]() }
      let chosen = desk.view.answers
      desk.takeAway()
      return chosen
    }
    if let given = await desk.ask(batch) {
      stopping.cancel()
      return given
    }
    return await stopping.value
  }

  private func finish(
    _ items: [JobItem], _ answers: [UInt8], _ question: LabelQuestion, _ console: Console
  ) throws {
    let lines = zip(items, answers).filter { $0.1 > 0 }.map { item, answer in
      item.line(label: question.choices[Int(answer) - 1])
    }
    guard !lines.isEmpty else {
      throw Failure(
        .interrupted, code: "nothingChosen", "nothing was chosen, and nothing written",
        hint: "run it again")
    }
    try LocalFile.write(Array(lines.joined().utf8), to: out, mode: 0o600, replaces: false)
    let data: JSONValue = [
      "event": "written", "file": .string(out), "items": .integer(Int64(lines.count)),
      "open": .integer(Int64(items.count - lines.count)),
    ]
    console.event(Self.schema, data) { paint in
      "wrote \(lines.count) gold items to \(paint(.handle, out))"
    }
  }

  /// Which items are gold follows from chance alone, so that nobody guesses it.
  private func drawn(_ items: [JobItem]) -> [JobItem] {
    var generator = SystemRandomNumberGenerator()
    return Array(items.shuffled(using: &generator).prefix(count))
  }
}

/// Files that commands about labels name, with errors that name them.
enum LabelFiles {
  static func question(_ text: String, _ choices: String) throws -> LabelQuestion {
    let names = choices.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0).trimmingBlanks
    }
    do throws(LabelTrouble) { return try LabelQuestion(text, names) } catch {
      throw Failure(error, in: nil)
    }
  }

  /// Items of a file, or the files of a folder. A link in a folder is followed nowhere.
  static func items(_ path: String) throws -> LabelImport {
    var facts = stat()
    do {
      guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
        return try LabelImport(try LocalFile.read(path, limit: LabelTable.sizeLimit))
      }
      var files: [(name: String, content: [UInt8])] = []
      for name in try LocalFile.names(in: path) where !name.hasPrefix(".") {
        var facts = stat()
        guard lstat("\(path)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
          continue
        }
        let content = try LocalFile.read("\(path)/\(name)", limit: JobItem.contentLimit)
        files.append((name, content))
      }
      return try LabelImport(files: files)
    } catch let trouble as LabelTrouble {
      throw Failure(trouble, in: path)
    }
  }
}

extension Failure {
  init(_ trouble: LabelTrouble, in path: String? = nil) {
    let place = path.map { "\($0): " } ?? ""
    self.init(
      path == nil ? .usage : .refused, code: trouble.code, place + trouble.message,
      hint: trouble.hint)
  }
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
