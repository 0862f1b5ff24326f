// `tolsey judge`: stands ready for panels, shows what they score, and scores.

import Agents
import ArgumentParser
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives
import Tasks

struct JudgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge", abstract: "Judge free answers, on panels that are drawn by bond.",
    subcommands: [
      JudgeStand.self, JudgeServe.self, JudgeList.self, JudgeShow.self, JudgeScore.self,
      JudgeLeave.self,
    ])
}

struct JudgeStand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "stand", abstract: "Stand ready to be drawn as a judge, with a bond.",
    discussion: """
      Judges are drawn by their bonds, out of those who stand for the order's topic and have no \
      part in it. Who is drawn ties as much of its bond as all prices of the order come to, and \
      loses that by saying nothing within an hour. What else you stand for stays. The bond comes \
      back a week after you left.
      """)
  static let schema = "judge.stand/1"

  @Option(help: "The topic, as orders name it; else any order that names none.") var topic = ""
  @Option(help: "What is added to your bond, in dollars.") var bond = "0"
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let bond = try Dollars.required(bond)
    let link = try await node.connect(console)
    let wallet = Wallet(link, key)
    try await wallet.publishKey()
    let number = Subject.topic(named: topic)
    let subject = Subject.panel(number)
    let known = try await link.market.auditor(key.address)?.subjects ?? []
    let settlement = try await wallet.send { head in
      var m = RegisterAuditor()
      m.head = head
      m.subjects = (known.filter { $0 != subject } + [subject]).sorted()
      m.bond = bond
      return .registerAuditor(m)
    }
    let data = JSONValue.object(
      (Wallet.data(settlement).members ?? [])
        + [.init(name: "topic", value: .unsigned(number))])
    console.result(Self.schema, data) { paint in
      let what = topic.isEmpty ? "any topic" : topic.harmless
      return "\(paint(.handle, key.address.checksummed)) stands ready to judge \(what)"
    }
  }
}

extension JudgeStand {
  /// The message that takes an account off all lists.
  static func leaving(_ head: Head) -> Message {
    var m = LeaveAudits()
    m.head = head
    return .leaveAudits(m)
  }
}

struct JudgeShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what a panel judges, piece by piece, and its scores.",
    discussion: """
      A run is named by its id or the start of it. While it is open, it shows question, items and \
      the answers that lie open, in the order in which 'tolsey judge score' takes the points; when \
      it is settled, what the panel made of them, counted here anew out of the receipt: also \
      which pieces answered an item whose right answer the buyer had hidden, whether they were \
      right, and how far each judge was from that.
      """)
  static let schema = "judge.show/1"

  @Argument(help: "A run's id, or the start of it.") var run: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let docket = try await Docket(try await RunKey.named(run, link), link, reader: key)
    console.result(Self.schema, docket.data) { docket.text($0) }
  }
}

struct JudgeScore: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Score the answers of a run that you were drawn to judge.",
    discussion: """
      Give a point of 1 to 10 for each piece, in the order of 'tolsey judge show'. The first time \
      it seals them; when all judges have sealed, or an hour is over, the same command with the \
      same points opens them. Nothing is kept on this disk: other points open nothing, and a sheet \
      that stays shut costs the bond.
      """)
  static let schema = "judge.score/1"

  @Argument(help: "A run's id, or the start of it.") var run: String
  @Option(help: "The points, with commas between them: 9,7,10,1.") var points: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let meant = try await RunKey.named(run, link)
    guard let row = try await link.market.run(meant), case .panel(let game) = row.game,
      let own = game.bench.first(where: { $0.account == key.address }),
      let lease = try await link.market.lease(meant.lease)
    else {
      throw Failure(
        .refused, code: "notDrawn", "you judge no open run \(run)",
        hint: "judges are drawn when the answers lie open; see 'tolsey judge show \(run)'")
    }
    let sheet = try Docket.sheet(points, of: game.given.map(\.parts))
    let salt = Salts(key).of(meant.id.digest, "sheet")
    let seal = OpenAnswer.seal(
      run: meant.id, seat: key.address, answer: sheet, units: lease.units, salt: salt)
    if game.stage == .showing, own.state == .sealed, own.seal != seal {
      throw Failure(
        .refused, code: "otherPoints", "these are not the points that you have sealed",
        hint: "give exactly the points that you gave before")
    }
    let isOpening = game.stage == .showing
    let settlement = try await Wallet(link, key).send { head in
      if isOpening {
        var m = OpenAnswer()
        m.head = head
        m.run = meant
        m.answer = sheet
        m.salt = salt
        return .openAnswer(m)
      }
      var m = SealAnswer()
      m.head = head
      m.run = meant
      m.seal = seal
      return .sealAnswer(m)
    }
    let step = isOpening ? "opened" : "sealed"
    let data = JSONValue.object(
      (Wallet.data(settlement).members ?? []) + [.init(name: "step", value: .string(step))])
    console.result(Self.schema, data) { _ in
      isOpening
        ? "opened your points; what they earn is known when the run settles"
        : "sealed your points; give the same command when the judges open"
    }
  }
}
