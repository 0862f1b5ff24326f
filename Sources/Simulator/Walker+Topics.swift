// Topics in a walk: owners, sponsors, workers and reputers, who keep their word or do not.

import Chain
import Kernel
import Primitives
import Topics

extension Walker {
  /// What somebody could sensibly send to a topic now: mostly several at once, as an answer needs
  /// several people.
  mutating func writeTopic() -> [any MessageContent] {
    var known: [(number: UInt64, row: Topic)] = []
    state.topics.forEachTopic { known.append(($0, $1)) }
    guard let (number, topic) = random.pick(known), random.chance(97) || known.count > 2 else {
      return [createTopic()]
    }
    if topic.reputers == 0 && topic.phase == .open && random.chance(85) { return found(number) }
    switch random.below(24) {
    case 0: return [createTopic()]
    case 1, 2: return [fund(topic: number)]
    case 3: return [withdrawFromTopic()]
    case 4..<7: return [join(person(), number)]
    case 7: return [LeaveTopic(head(member(of: number, topic)), topic: number)]
    case 8 where random.chance(20):
      return [CloseTopic(head(random.chance(70) ? topic.owner : person()), topic: number)]
    default: return act(number, topic)
    }
  }

  /// Epochs need many messages, which other walks need for other things.
  var walksTopics: Bool { seed % 7 == 4 }

  /// When the next quarter of a topic begins, by the clock of blocks: other deadlines come so much
  /// more often that few walks would see a whole epoch.
  var nextQuarter: Time? {
    let now = state.kernel.now
    var soonest: UInt64?
    state.topics.forEachTopic { _, topic in
      guard let quarter = topic.quarter(at: now), let ends = try? topic.quarter(quarter + 1) else {
        return
      }
      soonest = min(soonest ?? .max, ends.milliseconds)
    }
    let paused = state.kernel.blockTime.milliseconds - now.milliseconds
    return soonest.map { Time($0 + paused) }
  }

  private mutating func below(_ limit: Int) -> UInt64 { UInt64(random.below(limit)) }

  private mutating func createTopic() -> CreateTopic {
    var rules = TopicRules()
    rules.tempo = 60
    rules.inferers = 2 + below(3)
    rules.forecasters = below(3)
    rules.reputers = 1 + below(3)
    rules.workerStake = Amount(10_000)
    rules.reputerStake = Amount(10_000 + below(20_000))
    rules.slash = 1_000 + below(190_000)
    rules.patience = 2 + below(3)
    rules.tolerance = random.chance(80) ? "0.5" : "0"
    let most = random.chance(90) ? Amount(.max) : Amount(1)
    return CreateTopic(
      head(person()), name: "walk", question: "What is it?", rules, most: most)
  }

  /// A few of each role, and somebody who pays.
  private mutating func found(_ number: UInt64) -> [any MessageContent] {
    var messages: [any MessageContent] = [fund(topic: number)]
    for role in [TopicRole.inferer, .inferer, .forecaster, .reputer, .reputer, .inferer] {
      messages.append(join(person(), number, as: role))
    }
    return messages
  }

  private mutating func fund(topic number: UInt64) -> FundTopic {
    FundTopic(
      head(person()), topic: number, perEpoch: Amount(900 + below(40_000)), epochs: below(8))
  }

  private mutating func withdrawFromTopic() -> WithdrawTopicGrant {
    var known: [(id: Bytes32, sponsor: Address)] = []
    state.topics.forEachGrant { known.append(($0, $1.sponsor)) }
    guard let grant = random.pick(known) else {
      return WithdrawTopicGrant(head(person()), grant: .zero)
    }
    return WithdrawTopicGrant(
      head(random.chance(90) ? grant.sponsor : person()), grant: grant.id)
  }

  private mutating func join(
    _ account: Address, _ number: UInt64, as role: TopicRole? = nil
  ) -> JoinTopic {
    let picked = role ?? TopicRole(rawValue: UInt8(random.below(3))) ?? .inferer
    return JoinTopic(
      head(account), topic: number, as: picked,
      stake: Amount(random.chance(10) ? below(10_000) : 30_000 + below(300_000)))
  }

  private mutating func member(of number: UInt64, _ topic: Topic) -> Address {
    var known: [Address] = []
    state.topics.forEachMember { if $0.number == number { known.append($1.account) } }
    state.topics.forEachNewcomer { if $0.number == number { known.append($1.account) } }
    guard let account = random.pick(known), random.chance(95) else { return person() }
    return account
  }

  /// Everybody does what the running quarter is for, most of them; now and then somebody does what
  /// another is for.
  private mutating func act(_ number: UInt64, _ topic: Topic) -> [any MessageContent] {
    var messages: [any MessageContent] = []
    let running = topic.quarter(at: state.kernel.now) ?? below(4)
    let quarter = random.chance(95) ? running : below(4)
    var known: [(place: TopicPlace, member: TopicMember)] = []
    state.topics.forEachMember { key, member in
      if key.number == number, let place = TopicPlace(key) { known.append((place, member)) }
    }
    for (place, member) in known {
      guard (place.role == .reputer) == (quarter > 1) || random.chance(3) else { continue }
      guard quarter % 2 == 1 || member.seal == .zero || random.chance(10) else { continue }
      guard random.chance(90) else { continue }
      messages.append(act(member.account, place.role, number, topic, quarter))
    }
    if random.chance(10) {
      messages.append(act(member(of: number, topic), .inferer, number, topic, quarter))
    }
    return messages
  }

  private mutating func act(
    _ account: Address, _ role: TopicRole, _ number: UInt64, _ topic: Topic, _ quarter: UInt64
  ) -> any MessageContent {
    let values = Self.values(account, role, topic)
    let seal = TopicMember.seal(
      topic: number, epoch: topic.epoch, role: role, by: account, values: values,
      salt: Self.topicSalt)
    return switch quarter {
    case 0: SealWork(head(account), topic: number, seal: seal)
    case 1: RevealWork(head(account), topic: number, values: values, salt: Self.topicSalt)
    case 2: SealTruth(head(account), topic: number, seal: seal)
    default:
      RevealTruth(head(account), topic: number, truth: values[0], salt: Self.topicSalt)
    }
  }

  private static let topicSalt = Cast.secret(Array("topic".utf8))

  /// What an account says in an epoch; now and then what is no number, or of the wrong length.
  private static func values(_ account: Address, _ role: TopicRole, _ topic: Topic) -> [String] {
    let noise = Cast.secret(account.bytes, [UInt8(truncatingIfNeeded: topic.epoch)]).bytes
    if noise[0] < 12 { return ["walk"] }
    switch role {
    case .inferer: return ["\(noise[1] % 8).5"]
    case .forecaster: return (0..<max(topic.inferers, 1)).map { "-\(noise[1 + Int($0)] % 5)" }
    case .reputer: return [noise[1] < 220 ? "3.25" : "\(noise[1]).5"]
    }
  }

  // MARK: - Spoiling

  /// One thing wrong about a message to a topic; nil for other messages.
  mutating func spoilTopic(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> (any MessageContent)? {
    switch content {
    case var m as CreateTopic:
      switch random.below(4) {
      case 0: m.name = "<script>"
      case 1: m.question = "\n"
      case 2: m.rules.tempo = .max
      default: m.rules.tolerance = "near"
      }
      return m
    case var m as FundTopic:
      if random.chance(50) { m.perEpoch = Amount(.max) } else { m.epochs = .max }
      return m
    case var m as WithdrawTopicGrant:
      m.grant = noise
      return m
    case var m as JoinTopic:
      if random.chance(50) { m.topic = .max } else { m.stake = Amount(.max) }
      return m
    case var m as LeaveTopic:
      m.topic = .max
      return m
    case var m as SealWork:
      m.seal = random.chance(50) ? noise : .zero
      return m
    case var m as RevealWork:
      if random.chance(50) { m.values.append("1") } else { m.salt = noise }
      return m
    case var m as SealTruth:
      m.seal = random.chance(50) ? noise : .zero
      return m
    case var m as RevealTruth:
      if random.chance(50) { m.truth = "" } else { m.salt = noise }
      return m
    case var m as CloseTopic:
      m.topic = .max
      return m
    default: return nil
    }
  }

  // MARK: - Invariants

  /// What deposits, grants and stakes hold.
  func oweTopics(_ owed: inout [Bytes32: UInt64]) {
    // A sum that does not fit shows as an escrow that its rows do not explain.
    try? state.topics.forEachEscrow { owed[$0] = $1.units }
  }

  /// Stakes, places, rates and deadlines of topics that do not fit each other.
  func brokenTopic(isFull: Bool) -> String? {
    var wrong: String?
    var staked: [UInt64: UInt64] = [:]
    state.topics.forEachMember { key, member in
      staked[key.number, default: 0] += member.stake.units
      if state.topics.place(of: member.account, in: key.number) != TopicPlace(key) {
        wrong = "topic \(key.number): the place of \(member.account)"
      }
    }
    state.topics.forEachNewcomer { key, newcomer in
      staked[key.number, default: 0] += newcomer.stake.units
      if state.topics.place(of: newcomer.account, in: key.number) != TopicPlace(key) {
        wrong = "topic \(key.number): the place to come of \(newcomer.account)"
      }
    }
    var rates: [UInt64: (sum: UInt64, count: UInt64)] = [:]
    state.topics.forEachGrant { _, grant in
      // The row of one that is spent waits for a block with room, and its rate fell already.
      let isSpent = grant.end <= state.topics.topic(grant.payee)?.epoch ?? 0
      rates[grant.payee, default: (0, 0)].sum += isSpent ? 0 : grant.perEpoch.units
      rates[grant.payee, default: (0, 0)].count += 1
      if !isFull && grant.ends <= state.kernel.now { wrong = "topic \(grant.payee): spent grant" }
    }
    state.topics.forEachTopic { number, topic in
      let rate = rates[number] ?? (0, 0)
      if topic.grants != rate.count { wrong = "topic \(number): grants" }
      if topic.staked.units != staked[number] ?? 0 { wrong = "topic \(number): stakes" }
      guard topic.phase != .closed else { return }
      if topic.rate.units != rate.sum + topic.withdrawn.units {
        wrong =
          "topic \(number): rate \(topic.rate.units), grants \(rate.sum), withdrawn "
          + "\(topic.withdrawn.units), epoch \(topic.epoch), \(topic.phase), \(topic.isFrozen)"
      }
      if !isFull && topic.deadline <= state.kernel.now { wrong = "topic \(number): late" }
      let memory = state.topics.memory(number)
      if memory?.inferers != Int(topic.inferers) || memory?.forecasters != Int(topic.forecasters) {
        wrong = "topic \(number): memory"
      }
      if topic.inferers > topic.rules.inferers { wrong = "topic \(number): places" }
    }
    return wrong
  }
}
