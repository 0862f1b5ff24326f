// `tolsey topic seal` and `reveal`: what a member says in an epoch, first shut, then open.

import Agents
import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Topics

struct TopicSeal: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "Seal what you say in the running epoch.",
    discussion: """
      An inferer gives the answer, in the first quarter; a forecaster the logarithm to base 10 of \
      the loss that it expects of each inferer, by place; a reputer the truth, in the third \
      quarter. Sent again it takes the place of what was sealed. What you sealed lies in your \
      home, under topics/, until you show it with 'tolsey topic reveal' in the next quarter: a \
      part of the stake is lost where you do not.
      """)
  static let schema = "topic.seal/1"

  @OptionGroup var which: TopicOptions
  @OptionGroup var said: ValueOptions
  @Flag(help: "Stay until the quarter for it begins.") var wait = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let number = which.topic
    var facts = try await TopicFacts.read(link, number)
    let role = try facts.role(of: account, mayWait: wait)
    let quarter: UInt64 = role == .reputer ? 3 : 1
    facts = try await facts.at(quarter, isAwaited: wait, link, number) { facts in
      try facts.isToCome(account, as: role)
    }
    let values = try said.words(role == .forecaster ? facts.inferers : 1, by: "the topic")
      .map(String.init)
    let read = role == .forecaster ? TopicValue.loss : TopicValue.answer
    if let bad = values.first(where: { read($0) == nil }) {
      throw Failure(
        .usage, code: "badValue", "\(bad) is no number here",
        hint: "a decimal number: answers up to a billion, logarithms of losses up to 100")
    }
    let (_, key) = try key.open()
    let book = try await TopicBook(link, key, number)
    // Before anything is sent: what nobody can show costs stake.
    let seal = try book.seal(values, role, facts.epoch)
    let until = try await link.lastMoment(before: facts.quarterEnds)
    return { head in
      role == .reputer
        ? .sealTruth(SealTruth(head.valid(until: until), topic: number, seal: seal))
        : .sealWork(SealWork(head.valid(until: until), topic: number, seal: seal))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "sealed for topic \(which.topic); show it in the next quarter, or stake is lost: "
      + paint(.handle, "tolsey topic reveal \(which.topic) --wait")
  }
}

struct TopicReveal: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "reveal", abstract: "Show what you sealed, in the quarter after it.")
  static let schema = "topic.reveal/1"

  @OptionGroup var which: TopicOptions
  @Flag(help: "Stay until that quarter begins.") var wait = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let number = which.topic
    var facts = try await TopicFacts.read(link, number)
    let role = try facts.role(of: account, mayWait: false)
    let quarter: UInt64 = role == .reputer ? 4 : 2
    guard facts.seal(of: account) != nil else { throw Failure(Refusal("nothingToShow")) }
    let epoch = facts.epoch
    facts = try await facts.at(quarter, isAwaited: wait, link, number) { facts in
      // The quarter of the epoch is over: no later one shows it.
      guard facts.epoch == epoch, facts.quarter ?? 0 <= quarter else {
        throw Failure(TopicFacts.otherQuarter(facts.quarter, wanted: quarter))
      }
      return false
    }
    guard let seal = facts.seal(of: account) else { throw Failure(Refusal("nothingToShow")) }
    let (_, key) = try key.open()
    let book = try await TopicBook(link, key, number)
    guard let said = try book.said(under: seal, role, epoch) else {
      throw Failure(
        .refused, code: "workNotKept", "what was sealed is not kept here",
        hint: "run this where 'tolsey topic seal' ran, with the same TOLSEY_HOME")
    }
    return { head in
      role == .reputer
        ? .revealTruth(RevealTruth(head, topic: number, truth: said.values[0], salt: said.salt))
        : .revealWork(RevealWork(head, topic: number, values: said.values, salt: said.salt))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "showed what was sealed for topic \(which.topic)"
  }
}

/// A topic as a node's page has it.
struct TopicFacts {
  let json: JSONValue

  static func read(_ link: NodeLink, _ number: UInt64) async throws -> TopicFacts {
    do { return TopicFacts(json: try await link.get("/topics/\(number).json")) } catch {
      guard let failure = error as? Failure, failure.code == "notFound" else { throw error }
      // The ledger's own words, wherever it is found out.
      throw Failure(Refusal("noSuchTopic", [Number("topic", number)]))
    }
  }

  var epoch: UInt64 { json["epoch"]?.uint64 ?? 0 }
  /// Quarters count from 1; nil between two halves.
  var quarter: UInt64? { json["quarter"]?.uint64 }
  var quarterEnds: Time { Time(json["quarterEnds"]?.uint64 ?? 0) }
  /// How many losses a forecaster gives.
  var inferers: UInt64 { json["inferers"]?.uint64 ?? 0 }

  func member(_ account: Address) -> JSONValue? { entry("members", account) }

  private func entry(_ list: String, _ account: Address) -> JSONValue? {
    (json[list]?.array ?? []).first {
      $0["account"]?.string.flatMap(Address.init(hex:)) == account
    }
  }

  /// What an account is here, or is to be.
  func role(of account: Address, mayWait: Bool) throws -> TopicRole {
    let newcomer = entry("newcomers", account)
    guard let entry = member(account) ?? newcomer,
      let role = entry["role"]?.string.flatMap(TopicPart.init(rawValue:))?.role
    else { throw Failure(Refusal("notInTopic")) }
    if member(account) == nil && !mayWait { throw Failure(Refusal("notYetInTopic")) }
    return role
  }

  /// Whether an account's place is one of a later epoch: it waits for that. Whoever lost the place
  /// meanwhile to a greater stake, or gave it up, waits for nothing.
  func isToCome(_ account: Address, as role: TopicRole) throws -> Bool {
    let now = try self.role(of: account, mayWait: true)
    guard now == role else {
      throw Failure(Refusal("otherRole", [Number("role", UInt64(now.rawValue))]))
    }
    return member(account) == nil
  }

  func seal(of account: Address) -> Bytes32? {
    member(account)?["seal"]?.string.flatMap(Bytes32.init(hex:))
  }

  static func otherQuarter(_ running: UInt64?, wanted: UInt64) -> Refusal {
    running.map {
      Refusal("otherQuarter", [Number("quarter", $0), Number("wanted", wanted)])
    } ?? Refusal("epochIsDue")
  }

  /// What the page says in a quarter, which is awaited or is there already.
  /// - Parameter isEarly: whether the quarter is one of an epoch that is not meant.
  func at(
    _ wanted: UInt64, isAwaited: Bool, _ link: NodeLink, _ number: UInt64,
    isEarly: (TopicFacts) throws -> Bool
  ) async throws -> TopicFacts {
    var facts = self
    while try isEarly(facts) || facts.quarter != wanted {
      guard isAwaited else { throw Failure(Self.otherQuarter(facts.quarter, wanted: wanted)) }
      if facts.json["state"]?.string == "closed" { throw Failure(Refusal("topicClosed")) }
      if facts.json["state"]?.string == "frozen" { throw Failure(Refusal("topicStands")) }
      try await Task.sleep(for: .milliseconds(500))
      facts = try await TopicFacts.read(link, number)
    }
    return facts
  }
}

/// What a member sealed, kept until it is shown.
struct TopicBook {
  private let files: SealedFiles
  private let network: Bytes32
  private let topic: UInt64
  private let key: PrivateKey

  init(_ link: NodeLink, _ key: PrivateKey, _ topic: UInt64) async throws {
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    self.init(in: try HomeFolder.folder("topics"), network: genesis.network, key, topic)
  }

  init(in folder: String, network: Bytes32, _ key: PrivateKey, _ topic: UInt64) {
    self.network = network
    self.topic = topic
    self.key = key
    files = SealedFiles(in: folder, network, topic, key.address)
  }

  /// Follows from the key, the account's topic and what was drawn for this one seal: with a salt
  /// that was shown, another seal of few possible values could be guessed, be it one that was
  /// changed before. The file has only what was drawn, and opens nothing without the key.
  private func salt(_ drawn: Bytes32) -> Bytes32 {
    Salts(key).of(drawn, "work of topic \(topic) on \(network) by \(key.address)")
  }

  private func seal(
    _ values: [String], _ role: TopicRole, _ epoch: UInt64, drawn: Bytes32
  ) -> Bytes32 {
    TopicMember.seal(
      topic: topic, epoch: epoch, role: role, by: key.address, values: values, salt: salt(drawn))
  }

  /// Seals values, and keeps what opens them before it says the seal.
  func seal(_ values: [String], _ role: TopicRole, _ epoch: UInt64) throws -> Bytes32 {
    guard let drawn = Bytes32(HiddenRun.randomBytes()) else {
      throw Failure(.refused, code: "noRandomness", "this machine gave no random numbers")
    }
    let seal = seal(values, role, epoch, drawn: drawn)
    try files.forget(before: epoch)
    try files.keep(
      ["values": .array(values.map { .string($0) }), "drawn": .string("\(drawn)")], seal,
      epoch: epoch)
    return seal
  }

  /// What was sealed so, and the salt that opens it; nil where it is not kept here.
  func said(
    under seal: Bytes32, _ role: TopicRole, _ epoch: UInt64
  ) throws -> (values: [String], salt: Bytes32)? {
    guard let kept = try files.kept(seal, epoch: epoch),
      let values = kept["values"]?.array?.compactMap(\.string),
      let drawn = kept["drawn"]?.string.flatMap(Bytes32.init(hex:)),
      // A file that somebody changed shows nothing and costs a toll.
      self.seal(values, role, epoch, drawn: drawn) == seal
    else { return nil }
    return (values, salt(drawn))
  }
}
