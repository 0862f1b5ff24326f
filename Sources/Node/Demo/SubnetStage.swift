// A subnet's demo as it is played: messages of everybody, a block at a time, epoch by epoch.

import Agents
import Chain
import Explorer
import Kernel
import NetworkRoom
import Primitives
import Subnets

/// The demo under way.
struct SubnetStage {
  typealias Actor = SubnetDemoCast.Actor

  /// What became of an actor so far.
  struct Tally {
    var asked: UInt64 = 0
    var right: UInt64 = 0
    /// How often it was scored, and how often its answers were another's.
    var scored: UInt64 = 0
    var copied: UInt64 = 0
    var earned = Amount()
    var trust: UInt64 = 0
    var uid: UInt64?
    /// What is staked on it now.
    var locked = Amount()
  }

  private typealias Row = (uids: [UInt64], shares: [UInt64])

  private static let name = "subnet"
  /// A new network's first.
  private static let number: UInt64 = 1

  let cast: SubnetDemoCast
  let node: Node
  let epochs: UInt64
  let seed: UInt64
  private let sheet: AnswerSheet
  private let stepper: Stepper
  private let market: NodeMarket
  private let leavesOpen: Bool
  private var outboxes: [String: Outbox] = [:]
  private(set) var tallies: [String: Tally] = [:]
  private var rows: [String: Row] = [:]
  private var time = Demo.epoch

  init(
    _ cast: SubnetDemoCast, _ sheet: AnswerSheet, _ node: Node, _ stepper: Stepper,
    _ configuration: SubnetDemoConfiguration
  ) async throws {
    self.cast = cast
    self.sheet = sheet
    self.node = node
    self.stepper = stepper
    epochs = configuration.epochs
    seed = configuration.seed
    leavesOpen = configuration.afterwards != nil
    market = NodeMarket(NodeClient(node.address, timeout: Demo.patience))
    for actor in cast.actors {
      outboxes[actor.name] = Outbox(actor.key, node.genesis, next: [:])
      tallies[actor.name] = Tally()
    }
    await stepper.register(SubnetStage.name)
  }

  mutating func play(_ progress: (UInt64) -> Void) async throws -> SubnetDemoSummary {
    defer { market.client.close() }
    do {
      try await open()
      while let standing = try standing(), standing.subnet.epoch < epochs {
        try await judge(standing)
        progress(standing.subnet.epoch + 1)
      }
      if !leavesOpen { try await close() }
      await stepper.leave(SubnetStage.name)
    } catch {
      await stepper.leave(SubnetStage.name)
      throw error
    }
    return try SubnetDemoSummary(self)
  }

  // MARK: - Blocks

  private func standing() throws -> SubnetStanding? {
    try SubnetStanding(SubnetStage.number, in: node.services.records, at: time)
  }

  private mutating func say(
    _ actor: Actor, _ message: (Head) -> Message
  ) throws -> SignedMessage {
    guard var box = outboxes[actor.name] else { throw NodeError.badFolder("nobody of that name") }
    let signed = box.sign(message(try box.head(at: time)))
    outboxes[actor.name] = box
    return signed
  }

  /// The next block with these messages, each of which has to be carried out; without any, time
  /// goes on to the next deadline. False where nothing waits any more.
  private mutating func block(_ messages: [SignedMessage] = []) async throws -> Bool {
    for message in messages { try await market.submit(message) }
    guard let height = await stepper.done(SubnetStage.name),
      let news = try await market.block(height)
    else { return false }
    time = news.time
    for message in messages {
      if let refusal = try await market.outcome(of: message.id)?.refusal { throw refusal }
    }
    return true
  }

  // MARK: - Acts

  private mutating func open() async throws {
    let rules = cast.rules
    for actor in cast.actors where actor.part == .owner {
      _ = try await block([
        try say(actor) {
          .createSubnet(CreateSubnet($0, name: "digits", rules, most: Amount(10_000_000)))
        }
      ])
    }
    var messages: [SignedMessage] = []
    for actor in cast.actors {
      if actor.part == .sponsor {
        messages.append(
          // One that stays open is still paid when people look at it.
          try say(actor) { [epochs = leavesOpen ? epochs + 5 : epochs] in
            .fundSubnet(
              FundSubnet(
                $0, subnet: SubnetStage.number, perEpoch: SubnetDemoCast.perEpoch, epochs: epochs))
          })
      } else if actor.judges || actor.answers {
        messages.append(
          try say(actor) {
            .registerMember(
              RegisterMember($0, subnet: SubnetStage.number, most: rules.mostPrice))
          })
      }
    }
    _ = try await block(messages)
    messages = []
    for actor in cast.actors where actor.judges {
      messages.append(
        try say(actor) {
          .stakeOn(
            StakeOn(
              $0, subnet: SubnetStage.number, on: actor.key.address,
              Amount(actor.stake * 1_000_000)))
        })
    }
    _ = try await block(messages)
    for seat in try standing()?.seats ?? [] {
      for actor in cast.actors where actor.key.address == seat.member.account {
        tallies[actor.name]?.uid = seat.uid
      }
    }
  }

  /// One epoch: what is owed is opened, what was found is sealed, and the epoch ends.
  private mutating func judge(_ standing: SubnetStanding) async throws {
    let epoch = standing.subnet.epoch
    var messages: [SignedMessage] = []
    // What is sealed in the last paid epoch would count in none.
    let seals = epoch > 0 && epoch + 1 < epochs
    let scores = seals ? score(epoch) : [:]
    for actor in cast.actors where actor.judges && actor.part != .copier {
      messages += try reveal(actor, epoch, standing)
      if seals { messages.append(try seal(actor, scores[actor.name] ?? ([], []), epoch)) }
    }
    if !messages.isEmpty { _ = try await block(messages) }
    // Who copies has to wait until there is something to copy.
    for actor in cast.actors where actor.part == .copier {
      var own = try reveal(actor, epoch, standing)
      if seals, let row = try copy() { own.append(try seal(actor, row, epoch)) }
      if !own.isEmpty { _ = try await block(own) }
    }
    while try self.standing()?.subnet.epoch == epoch, try await block() {}
    for seat in try self.standing()?.seats ?? [] {
      guard let actor = cast.actors.first(where: { $0.key.address == seat.member.account })
      else { continue }
      let sum = try tallies[actor.name]?.earned.adding(seat.member.emission)
      tallies[actor.name]?.earned = sum ?? .zero
      tallies[actor.name]?.trust = seat.member.trust
      tallies[actor.name]?.locked = seat.staked
    }
  }

  /// Everybody takes its stake out and the owner closes; time goes on until nothing is left.
  private mutating func close() async throws {
    var messages: [SignedMessage] = []
    for actor in cast.actors {
      if actor.judges {
        messages.append(
          try say(actor) {
            .unstake(
              Unstake(
                $0, subnet: SubnetStage.number, from: actor.key.address, Amount(.max)))
          })
      } else if actor.part == .owner {
        messages.append(
          try say(actor) { .closeSubnet(CloseSubnet($0, subnet: SubnetStage.number)) })
      }
    }
    _ = try await block(messages)
    while try standing() != nil, try await block() {}
    for actor in cast.actors { tallies[actor.name]?.locked = .zero }
  }

  // MARK: - Judging

  /// What the honest find, and what the cabal says.
  private mutating func score(_ epoch: UInt64) -> [String: Row] {
    var found: [String: Row] = [:]
    for judge in cast.actors where judge.judges && judge.part != .copier {
      var weights: [(uid: UInt64, share: UInt64)] = []
      if judge.part == .cabal {
        for own in cast.miners where own.part == .cabal {
          if let uid = tallies[own.name]?.uid { weights.append((uid, 1)) }
        }
      } else {
        weights = ask(judge, epoch)
      }
      weights.sort { $0.uid < $1.uid }
      found[judge.name] = (weights.map(\.uid), weights.map(\.share))
    }
    return found
  }

  /// A validator asks every miner what it asks the others, and pays no answer twice.
  private mutating func ask(_ judge: Actor, _ epoch: UInt64) -> [(uid: UInt64, share: UInt64)] {
    let questions = Scoring.draw(seed, judge.name, epoch, of: sheet.labels.count)
    let isLate = epoch * 2 >= epochs
    var weights: [(uid: UInt64, share: UInt64)] = []
    var heard: [[[Int32]]] = []
    for miner in cast.miners {
      guard let uid = tallies[miner.name]?.uid else { continue }
      let answers = answers(miner, questions, isLate)
      let right = sheet.right(answers, to: questions)
      let isCopy = heard.contains { Scoring.isCopy(answers, of: $0) }
      heard.append(answers)
      tallies[miner.name]?.asked += UInt64(questions.count)
      tallies[miner.name]?.right += UInt64(right)
      tallies[miner.name]?.scored += 1
      if isCopy { tallies[miner.name]?.copied += 1 }
      let weight = isCopy ? 0 : Scoring.weight(right: right, of: questions.count)
      if weight > 0 { weights.append((uid, weight)) }
    }
    return weights
  }

  private func answers(_ miner: Actor, _ questions: [Int], _ isLate: Bool) -> [[Int32]] {
    if let service = miner.service(isLate) { return sheet.answers(service, to: questions) }
    guard let source = miner.source.flatMap(cast.actor)?.service(isLate) else { return [] }
    // It changes each number a little, lest it is seen.
    return sheet.answers(source, to: questions).map { values in values.map { $0 &+ 1 } }
  }

  private func copy() throws -> Row? {
    guard let uid = tallies["vera"]?.uid,
      let seat = try standing()?.seats.first(where: { $0.uid == uid }), let row = seat.weights
    else { return nil }
    return (row.uids, row.shares)
  }

  private func salt(_ actor: Actor, _ epoch: UInt64) -> Bytes32 {
    Salts(actor.key).of(
      network: node.genesis.network, lane: 0, sequence: epoch, "weights of the demo")
  }

  private mutating func seal(
    _ actor: Actor, _ row: Row, _ epoch: UInt64
  ) throws -> SignedMessage {
    rows[actor.name] = row
    let seal = WeightSeal.of(
      subnet: SubnetStage.number, epoch: epoch, by: actor.key.address, uids: row.uids,
      shares: row.shares, salt: salt(actor, epoch))
    return try say(actor) {
      .sealWeights(SealWeights($0, subnet: SubnetStage.number, seal: seal))
    }
  }

  private mutating func reveal(
    _ actor: Actor, _ epoch: UInt64, _ standing: SubnetStanding
  ) throws -> [SignedMessage] {
    let owes = standing.seats.contains {
      $0.member.account == actor.key.address && $0.owed != nil
    }
    guard owes, let row = rows[actor.name] else { return [] }
    let salt = salt(actor, epoch - 1)
    return [
      try say(actor) {
        .revealWeights(
          RevealWeights(
            $0, subnet: SubnetStage.number, uids: row.uids, shares: row.shares, salt: salt))
      }
    ]
  }
}
