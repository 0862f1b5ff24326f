// `tolsey judge serve`: judges whatever its key is drawn for, by a program, until it is stopped.

import Agents
import ArgumentParser
import Kernel
import Market
import NetworkRoom
import Primitives
import Workers

struct JudgeServe: ConsoleCommand {
  static let usage = "tolsey judge serve --score <command> [<options>]"
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Judge whatever you are drawn for, with a program.",
    usage: usage,
    discussion: """
      For each panel that draws your key it gives the shell command one JSON document on its \
      standard input: question, criteria, the scale, items, and the pieces that were answered, by \
      seat and item; a text as 'text', other bytes as 'data' (base64). It writes a JSON array with \
      a whole point of 1 to 10 for each piece, in their order. The points are on this disk before \
      they are sealed, and the salt follows from your key, so that who is killed at any point \
      opens what was sealed: start the same command again. A program that fails, writes something \
      else or takes too long is asked again, ever more seldom, until the time is over; a judge \
      that stays silent loses its bond. What strangers wrote is never a word of a command, and no \
      TOLSEY_ variable reaches the program. 'tolsey judge stand' stands ready to be drawn.
      """)
  static let schema = "judge.serve/1"

  @Option(help: "A shell command that scores.") var score: String?
  @Option(help: "Seconds that it may take for a panel, 1 to 3000.") var seconds: UInt64 = 300
  @Flag(help: "Do what can be done now, and end.") var once = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...3_000).contains(seconds) else {
      throw ValidationError("a program has 1 to 3000 seconds for a panel")
    }
  }

  func run(on console: Console) async throws {
    guard let score else { throw Failure.missing("score", usage: Self.usage) }
    let key = try key.open().key
    let link = try await node.connect(console)
    let account = key.address
    let folder = try HomeFolder.folder("judging") + "/\(account.checksummed)"
    let lock = try FolderLock(
      folder,
      Failure(
        .tryAgain, code: "alreadyServing", "another 'tolsey judge serve' judges by this key",
        hint: "two of one key would seal against each other; stop the other one"))
    defer { withExtendedLifetime(lock) {} }
    let assessor = Assessor(
      key: key, client: link.market, scoring: ProgramScoring(command: score, seconds: seconds),
      shelf: try AnswerShelf(folder, limit: 1_024))
    try await greet(account, link, console)
    let refused = FirstFailure()
    try await attend(assessor, link, console, refused)
    try await part(assessor, account, refused, console)
  }

  /// Says as whom it judges, and what would keep it from being drawn or from sealing.
  private func greet(_ account: Address, _ link: NodeLink, _ console: Console) async throws {
    let row = try? await link.market.auditor(account)
    let balance = try await link.ask { client throws(ClientError) in
      try await client.account(account).balance
    }
    let bond = row?.bond ?? .zero
    let data: JSONValue = [
      "event": "ready", "account": .string(account.checksummed), "bond": .unsigned(bond.units),
    ]
    console.event(Self.schema, data) { paint in
      "judging as \(paint(.handle, account.checksummed)), bond \(Dollars.text(bond))"
        + (once ? "" : "; ctrl-c stops it")
    }
    if row?.leaves ?? Time() != .never {
      console.warn("nobody draws you: 'tolsey judge stand' lays down a bond")
    }
    if balance == .zero { console.warn("there is no money for tolls, so nothing can be sealed") }
  }

  /// Along the blocks; a node that is away is waited for, since a bond may hang on it.
  private func attend(
    _ assessor: Assessor, _ link: NodeLink, _ console: Console, _ refused: FirstFailure
  ) async throws {
    let once = once
    let clockwork = Clockwork(link: link, reactor: assessor)
    // A person who looks now and then comes again by itself.
    let patience = once ? Patience(warn: { console.warn($0) }, tries: 0) : .endless(console)
    try await clockwork.run(
      patience,
      stop: {
        console.note("stopping: what has drawn you is sealed and opened first")
        console.note("you still stand ready: who is drawn and away loses its bond")
        await assessor.stop()
      },
      refused: {
        refused.note($0)
        console.warn($0.message)
      },
      isOver: { _ in
        for news in await assessor.takeNews() {
          console.event(Self.schema, news.data) { news.text($0) }
        }
        if once { return await assessor.rests || refused.failure != nil }
        return await assessor.isDone
      })
  }

  private func part(
    _ assessor: Assessor, _ account: Address, _ refused: FirstFailure, _ console: Console
  ) async throws {
    let tally = await assessor.tally
    let (waiting, failing) = (await assessor.waiting, await assessor.failing)
    let data: JSONValue = [
      "event": "stopped", "account": .string(account.checksummed),
      "settled": .unsigned(UInt64(tally.settled)), "earned": .unsigned(tally.earned.units),
      "lost": .unsigned(tally.lost.units), "waiting": .unsigned(UInt64(waiting)),
      "failing": .unsigned(UInt64(failing)),
    ]
    var failure = once ? refused.failure : nil
    if once, failure == nil, failing > 0 {
      failure = Failure(
        .tryAgain, code: "notScored", "\(failing) panels could not be scored",
        hint: "mend the program and run this again before their time is over")
    }
    try console.verdict(Self.schema, data, failing: failure) { _ in
      "stopped: \(Dollars.text(tally.earned)) earned, \(Dollars.text(tally.lost)) lost, "
        + "\(waiting) panels not over"
    }
  }
}

extension AssessorNews {
  private var word: String {
    switch self {
    case .drawn: "drawn"
    case .scored: "scored"
    case .sealed: "sealed"
    case .opened: "opened"
    case .trouble: "trouble"
    case .settled: "settled"
    }
  }

  var data: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "event", value: .string(word)), .init(name: "run", value: .string("\(run)")),
    ]
    switch self {
    case .drawn(_, let until):
      members.append(.init(name: "until", value: .unsigned(until.milliseconds)))
    case .scored(_, let pieces):
      members.append(.init(name: "pieces", value: .unsigned(UInt64(pieces))))
    case .sealed, .opened: break
    case .trouble(_, let trouble):
      members.append(.init(name: "code", value: .string(trouble.code.rawValue)))
      members.append(.init(name: "why", value: .string(trouble.why)))
    case .settled(_, let outcome, let earned, let lost):
      members.append(.init(name: "outcome", value: .string("\(outcome)")))
      members.append(.init(name: "earned", value: .unsigned(earned.units)))
      members.append(.init(name: "lost", value: .unsigned(lost.units)))
    }
    return .object(members)
  }

  func text(_ paint: Paint) -> String {
    let run = paint(.handle, run.short)
    switch self {
    case .drawn(_, let until): return "drawn to judge \(run), until \(UTC.text(until)) UTC"
    case .scored(_, let pieces): return "scored \(pieces) pieces of \(run)"
    case .sealed: return "sealed the points for \(run)"
    case .opened: return "opened the points for \(run)"
    case .trouble(_, let trouble):
      return paint(.caution, "\(trouble.code.rawValue): ") + "\(run): \(trouble.why.harmless)"
    case .settled(_, let outcome, let earned, let lost):
      let fine = lost == .zero ? "" : ", \(Dollars.text(lost)) of the bond lost"
      return "settled \(run): \(outcome), \(Dollars.text(earned)) earned\(fine)"
    }
  }
}
