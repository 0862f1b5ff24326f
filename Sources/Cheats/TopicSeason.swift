// A season of one topic, by the ledger's own rules: honest people see a number through noise of
// their own, and somebody among them does not keep to it.

import Kernel
import Primitives
import Topics

/// What those who cheat do in one half of an epoch; who is not named does what is honest.
struct TopicActs {
  var said: [(name: String, values: [String])] = []
  /// Who seals and does not show.
  var shut: [String] = []

  mutating func say(_ name: String, _ thousandths: Int) {
    said.append((name, [TopicSeason.text(thousandths)]))
  }
}

/// What a cheat may know when it seals. Numbers are in thousandths.
struct TopicView {
  var isWork: Bool
  var epoch: Int
  var truth: Int
  /// What each honest inferer sees of it, best first, and saw in the epoch before.
  var seen: [Int]
  var last: [Int]
  /// What the first forecaster said in the epoch before.
  var forecast: [String] = []
  /// The network's answer, once the truth is sealed.
  var answer: Int
}

/// What somebody has in the end, in millionths of a dollar before tolls, and how many it paid.
struct TopicHaul {
  var gross: Fraction = 0
  var messages = 0

  static func + (one: TopicHaul, other: TopicHaul) -> TopicHaul {
    TopicHaul(gross: one.gross + other.gross, messages: one.messages + other.messages)
  }
}

/// Five inferers of whom each sees the truth through more noise than the one before, two
/// forecasters, ten reputers; $100 of each; $10 an epoch.
struct TopicSeason: ~Copyable {
  static let epochs = 24
  static let inferers = (0..<5).map { "inferer\($0)" }
  static let forecasters = (0..<2).map { "forecaster\($0)" }
  static let reputers = (0..<10).map { "reputer\($0)" }
  private static let begin = Amount(1_000_000_000_000)
  private static let stake = Amount(100_000_000)

  private var k = KernelTables()
  private var room = TopicTables()
  private var links: [Bytes32] = []
  private var chance: Chance
  private var sequence: UInt64 = 0
  private var addresses: [String: Address] = [:]
  private var sent: [String: Int] = [:]
  private var view = TopicView(
    isWork: true, epoch: 0, truth: 50_000, seen: [], last: [], answer: 0)

  /// Plays a season.
  /// - Parameter others: who is there beside the honest.
  static func play(
    _ s: Setting, seed: Int, with others: [(name: String, role: TopicRole)] = [],
    _ acts: (TopicView) -> TopicActs = { _ in TopicActs() }
  ) throws -> TopicSeason {
    var season = TopicSeason(seed: seed)
    try season.found(s, others)
    for epoch in 0..<epochs {
      season.view.epoch = epoch
      try season.epoch(acts)
    }
    return season
  }

  private init(seed: Int) { chance = Chance(seed: UInt64(seed)) }

  /// What each has more than at the beginning, its stake counted.
  func hauls() throws -> [String: TopicHaul] {
    var found: [String: TopicHaul] = [:]
    for (name, account) in addresses.sorted(by: { $0.key < $1.key }) {
      let place = room.place(of: account, in: 1)
      let stake = place.flatMap { room.member(1, $0)?.stake } ?? .zero
      let held = try k.ledger.balance(.account(account)).adding(stake)
      found[name] = TopicHaul(
        gross: Fraction(held) - Fraction(Self.begin), messages: sent[name] ?? 0)
    }
    return found
  }

  static func text(_ thousandths: Int) -> String {
    let digits = String(1_000 + thousandths.magnitude % 1_000).dropFirst()
    return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1_000).\(digits)"
  }
}

// MARK: - The ledger

extension TopicSeason {
  private mutating func address(_ name: String) throws -> Address {
    if let known = addresses[name] { return known }
    let address = PrivateKey(seed: Array("topics/\(name)".utf8)).address
    addresses[name] = address
    try k.fund(address, Self.begin)
    return address
  }

  private mutating func send(
    _ name: String, _ body: (inout TopicTables, inout KernelTables, Head) throws(Refusal) -> Void
  ) throws {
    sequence += 1
    sent[name, default: 0] += 1
    let head = Head(from: try address(name), sequence: sequence, validUntil: .never)
    try body(&room, &k, head)
    forget()
  }

  private mutating func forget() {
    k.forgetUndo()
    room.forgetUndo()
    _ = k.takeEvents()
  }

  private mutating func found(
    _ s: Setting, _ others: [(name: String, role: TopicRole)]
  ) throws {
    var link = SHA256.hash(Array("topics".utf8))
    for _ in 0..<(8 * Self.epochs) {
      links.append(link)
      link = SHA256.hash(link.bytes)
    }
    let owner = try address("owner")
    k.found(
      Charter(network: link, operator: owner, custodians: [owner]), terms: .standard,
      beacon: link, anchor: link, time: Time(1_700_000_000_000))
    forget()
    try pass(until: Time(k.now.milliseconds + 1_000))
    var rules = TopicRules()
    (rules.tempo, rules.inferers, rules.forecasters, rules.reputers) = (240, 12, 4, 10)
    (rules.slash, rules.tolerance) = (s.topicSlash, s.topicTolerance)
    try send("owner") { [rules] room, k, head throws(Refusal) in
      let m = CreateTopic(
        head, name: "season", question: "What is it?", rules, most: Amount(.max))
      try room.apply(m, as: .zero, &k)
    }
    try send("sponsor") { room, k, head throws(Refusal) in
      let m = FundTopic(
        head, topic: 1, perEpoch: Amount(10_000_000), epochs: UInt64(Self.epochs) + 1)
      try room.apply(m, as: .zero, &k)
    }
    let honest =
      Self.inferers.map { ($0, TopicRole.inferer) }
      + Self.forecasters.map { ($0, TopicRole.forecaster) }
      + Self.reputers.map { ($0, TopicRole.reputer) }
    for (name, role) in honest + others.map({ ($0.name, $0.role) }) {
      try send(name) { room, k, head throws(Refusal) in
        try room.apply(JoinTopic(head, topic: 1, as: role, stake: Self.stake), as: .zero, &k)
      }
    }
    for _ in 0..<4 { try passQuarter() }
  }

  private mutating func pass(until time: Time) throws {
    k.endBlock()
    try k.beginBlock(time: time, link: links.removeLast())
    forget()
    while let timer = k.timers.popDue(k.now) {
      _ = try room.fire(timer.key, at: timer.deadline, &k)
      forget()
    }
  }

  private mutating func passQuarter() throws {
    guard let topic = room.topic(1) else { return }
    try pass(until: topic.deadline)
  }
}

// MARK: - Epochs

extension TopicSeason {
  private mutating func epoch(_ acts: (TopicView) -> TopicActs) throws {
    view.truth += chance.below(4_001) - 2_000
    view.last = view.seen
    view.seen = Self.inferers.indices.map { place in
      view.truth + chance.below(400 * (place + 1) + 1) - 200 * (place + 1)
    }
    if view.last.isEmpty { view.last = view.seen }
    view.isWork = true
    let work = work()
    try half(acts, work)
    view.forecast = work.first { $0.name == Self.forecasters[0] }?.values ?? []
    if let answer = room.answer(1)?.inference.network {
      view.answer = Int(clamping: ((answer.raw >> 32) * 1_000) >> 32)
    }
    view.isWork = false
    try half(acts, Self.reputers.map { ($0, [Self.text(view.truth)]) })
  }

  /// What the honest know: their own view, or about how much noise the others have.
  private mutating func work() -> [(name: String, values: [String])] {
    var said = zip(Self.inferers, view.seen).map { ($0, [Self.text($1)]) }
    let places = Int(room.topic(1)?.inferers ?? 0)
    for name in Self.forecasters {
      let losses = (0..<places).map { place in
        Self.text(-1_400 + 500 * min(place, 5) + chance.below(200))
      }
      said.append((name, losses))
    }
    return said
  }

  /// Everybody who is there seals in one quarter and shows in the next.
  private mutating func half(
    _ acts: (TopicView) -> TopicActs, _ honest: [(name: String, values: [String])]
  ) throws {
    let acts = acts(view)
    let own = honest.filter { one in !acts.said.contains { $0.name == one.name } }
    let isTruth = !view.isWork
    let epoch = room.topic(1)?.epoch ?? 0
    var there: [(name: String, values: [String], salt: Bytes32)] = []
    for (name, values) in own + acts.said {
      let account = try address(name)
      // Who was slashed below the least stake is out.
      guard let place = room.place(of: account, in: 1) else { continue }
      let salt = chance.secret()
      let seal = TopicMember.seal(
        topic: 1, epoch: epoch, role: place.role, by: account, values: values, salt: salt)
      try send(name) { room, k, head throws(Refusal) in
        isTruth
          ? try room.apply(SealTruth(head, topic: 1, seal: seal), as: .zero, &k)
          : try room.apply(SealWork(head, topic: 1, seal: seal), as: .zero, &k)
      }
      if !acts.shut.contains(name) { there.append((name, values, salt)) }
    }
    try passQuarter()
    for (name, values, salt) in there {
      try send(name) { room, k, head throws(Refusal) in
        isTruth
          ? try room.apply(
            RevealTruth(head, topic: 1, truth: values[0], salt: salt), as: .zero, &k)
          : try room.apply(
            RevealWork(head, topic: 1, values: values, salt: salt), as: .zero, &k)
      }
    }
    try passQuarter()
  }
}
