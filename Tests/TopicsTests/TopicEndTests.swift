// How topics end, and what happens where nothing goes as it should.

import Arithmetic
import Kernel
import Primitives
import Testing

@testable import Topics

@Suite struct TopicEndTests {
  private static let people = ["a", "b", "c", "r", "s"]
  private static let work: [(name: String, values: [String])] = [("a", ["10"]), ("b", ["11"])]
  private static let truths = ["r", "s"].map { (name: $0, truth: "10") }

  private static func founded() throws -> TopicLedger {
    var t = try TopicLedger(people: people)
    #expect(t.create() == nil)
    try t.found(inferers: ["a", "b"], reputers: ["r", "s"])
    return t
  }

  @Test func grantsPayTheirEpochs() throws {
    var t = try Self.founded()
    let before = t.balance("sponsor")
    let (id, refusal) = t.fund(TopicLedger.dollars(2), epochs: 5)
    #expect(refusal == nil)
    #expect(t.withdraw(id, by: "a") == .notYourGrant)
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    // The running epoch stays paid.
    #expect(t.withdraw(id) == nil)
    #expect(t.balance("sponsor") == before - 4_000_000)
    #expect(t.isBalanced == true)
    #expect(t.withdraw(id) == .notYourGrant)
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    #expect(t.room.result(1, epoch: 2)?.budget.units ?? 0 >= 2_000_000)
    #expect(t.room.topic(1)?.rate == .zero)
    #expect(t.room.topic(1)?.grants == 0)
    let (last, _) = t.fund(TopicLedger.dollars(1), epochs: 1)
    #expect(t.withdraw(last) == .grantIsSpent)
    try t.passEpoch()
    #expect(t.room.grant(last) == nil)
    #expect(t.isBalanced == true)
  }

  @Test func aClosedTopicGivesEverythingBack() throws {
    var t = try Self.founded()
    let (grant, _) = t.fund(TopicLedger.dollars(2), epochs: 9)
    #expect(t.close(by: "a") == .notTopicOwner)
    #expect(t.close() == nil)
    #expect(t.close() == .topicCloses)
    #expect(t.join("c", .inferer) == .topicCloses)
    #expect(t.fund(TopicLedger.dollars(1), epochs: 1).refusal == .topicCloses)
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    let topic = try #require(t.room.topic(1) as Topic?)
    #expect(topic.phase == .closed && topic.staked == .zero && topic.deposit == .zero)
    #expect(t.balance("owner") == 1_000_000_000_000)
    #expect(t.room.memory(1) == nil)
    #expect(t.join("c", .inferer) == .topicCloses)
    #expect(t.leave("a") == .notInTopic)
    #expect(t.seal("a", ["1"], .inferer) == .topicClosed)
    #expect(t.isBalanced == true)
    // The rest of the grant is its sponsor's; with it the last row goes.
    #expect(t.withdraw(grant) == nil)
    #expect(t.balance("sponsor") == 1_000_000_000_000 - 4_000_000)
    #expect(t.room.topic(1) == nil && t.room.result(1, epoch: 2) == nil)
    // Nor is the fall of a rate left that no epoch reads any more.
    #expect(t.room.grants.falls.count == 0 && t.room.grants.payees.count == 0)
    #expect(t.room.counts.open == 0)
    #expect(t.isBalanced == true)
  }

  /// What nobody earned is nobody's: an owner that closes gains nothing by it.
  @Test func unearnedMoneyIsBurnt() throws {
    var t = try Self.founded()
    #expect(t.fund(TopicLedger.dollars(2), epochs: 2).refusal == nil)
    #expect(t.close() == nil)
    let treasury = t.treasury
    try t.passEpoch()
    try t.passEpoch()
    #expect(t.treasury == treasury + 4_000_000)
    #expect(t.room.topic(1) == nil)
    #expect(t.isBalanced == true)
  }

  /// A timer that was refused freezes the topic: members leave at once, the owner closes it.
  @Test func aFrozenTopicLetsEverybodyGo() throws {
    var t = try Self.founded()
    let (grant, _) = t.fund(TopicLedger.dollars(2), epochs: 9)
    // What was withdrawn before would have left the rate when the epoch ends, which it never does.
    #expect(t.withdraw(t.fund(TopicLedger.dollars(1), epochs: 9).id) == nil)
    #expect(t.join("c", .inferer) == nil)
    // A slash out of stakes that do not add up cannot be posted.
    t.room.topics[1]?.rate = .zero
    t.room.topics[1]?.staked = .zero
    t.forget()
    #expect(t.seal("a", ["1"], .inferer) == nil)
    try t.passEpoch(untilFrozen: true)
    #expect(t.room.topic(1)?.isFrozen == true)
    #expect(t.events.contains { $0.name == "stuck" })
    t.room.topics[1]?.rate = TopicLedger.dollars(3)
    t.room.topics[1]?.staked = TopicLedger.dollars(500)
    t.forget()
    #expect(t.seal("a", ["1"], .inferer) == .topicStands)
    #expect(t.join("b", .inferer) == .topicStands)
    #expect(t.fund(TopicLedger.dollars(1), epochs: 1).refusal == .topicStands)
    // It can be closed, and closed again should that be refused too.
    #expect(t.close() == nil)
    #expect(t.close() == .topicCloses)
    t.room.topics[1]?.staked = .zero
    t.forget()
    try t.pass(seconds: 240)
    #expect(t.room.topic(1)?.phase == .closing && t.room.topic(1)?.deadline == .never)
    t.room.topics[1]?.staked = TopicLedger.dollars(500)
    t.forget()
    let before = t.balance("a") + t.balance("c")
    #expect(t.leave("a") == nil)
    #expect(t.leave("c") == nil)
    #expect(t.balance("a") + t.balance("c") == before + 200_000_000)
    // Not even the epoch that never ends is paid.
    #expect(t.withdraw(grant) == nil)
    #expect(t.balance("sponsor") == 1_000_000_000_000 - 1_000_000)
    #expect(t.room.topic(1)?.rate == TopicLedger.dollars(1))
    #expect(t.close() == nil)
    try t.pass(seconds: 240)
    #expect(t.room.topic(1) == nil)
    #expect(t.balance("b") == 1_000_000_000_000)
    #expect(t.balance("owner") == 1_000_000_000_000)
    #expect(t.room.grants.falls.count == 0)
    #expect(t.isBalanced == true)
  }

  @Test func rowsComeBackAfterARestart() throws {
    var t = try Self.founded()
    let (grant, _) = t.fund(TopicLedger.dollars(2), epochs: 9)
    try t.play(TopicPlay(work: Self.work, truths: Self.truths))
    #expect(t.join("c", .inferer) == nil)
    #expect(t.seal("a", ["10"], .inferer) == nil)
    var changes: [RowChange] = []
    t.room.drain(into: &changes)
    var again = TopicTables()
    for change in changes {
      guard let row = change.row else { continue }
      #expect(try again.load(table: change.table, key: change.key, row: row))
    }
    #expect(again.topic(1) == t.room.topic(1))
    #expect(again.memory(1) == t.room.memory(1))
    #expect(again.result(1, epoch: 1) == t.room.result(1, epoch: 1))
    #expect(again.grant(grant) == t.room.grant(grant))
    #expect(
      again.newcomer(1, TopicPlace(.inferer, 2)) == t.room.newcomer(1, TopicPlace(.inferer, 2)))
    var k = KernelTables()
    again.rebuildTimers(into: &k)
    k.forgetUndo()
    #expect(k.timers.count == 2)
    #expect(k.timers.earliest == t.room.topic(1)?.deadline)
  }

  /// A topic of all places, each of which does its part: no end of a quarter needs two blocks.
  @Test func aFullTopicFitsIntoABlock() throws {
    let inferers = (0..<32).map { "i\($0)" }
    let forecasters = (0..<8).map { "f\($0)" }
    let reputers = (0..<16).map { "r\($0)" }
    var t = try TopicLedger(people: inferers + forecasters + reputers)
    var rules = TopicRules.quick
    (rules.inferers, rules.forecasters, rules.reputers) = (32, 8, 16)
    #expect(t.create(rules) == nil)
    #expect(t.fund(TopicLedger.dollars(10), epochs: 2).refusal == nil)
    try t.found(inferers: inferers, forecasters: forecasters, reputers: reputers)
    let losses = (0..<32).map { "-\($0 % 5)" }
    let work =
      inferers.enumerated().map { ($1, ["\($0)"]) } + forecasters.map { ($0, losses) }
    for (name, values) in work {
      #expect(t.seal(name, values, values.count == 1 ? .inferer : .forecaster) == nil)
    }
    try t.pass(toQuarter: 1)
    for (name, values) in work { #expect(t.show(name, values) == nil) }
    try t.pass(toQuarter: 2)
    #expect(t.room.topic(1)?.stage == .sealTruth && t.room.work[0]?.cells == 81_024)
    for name in reputers { #expect(t.seal(name, ["9"], .reputer) == nil) }
    try t.pass(toQuarter: 3)
    for name in reputers { #expect(t.show(name, ["9"], isTruth: true) == nil) }
    try t.pass(toQuarter: 4)
    #expect(t.room.topic(1)?.stage == .sealWork && t.room.work[0]?.cells == 66_112)
    #expect(t.room.result(1, epoch: 1)?.outcome == .paid)
    #expect(81_024 <= TopicWork.cellsOfBlock && 66_112 <= TopicWork.cellsOfBlock)
    #expect(t.isBalanced == true)
  }

  /// Two topics whose work is heavy do not fit into one block: the second waits for the next, and
  /// is not late.
  @Test func aBlockDoesSoMuchAndNoMore() throws {
    var t = try TopicLedger()
    for _ in 0..<2 { #expect(t.create() == nil) }
    try t.pass(seconds: 60)
    #expect(t.room.topic(1)?.stage == .showWork && t.room.topic(2)?.stage == .showWork)
    try t.pass(seconds: 59)
    // Something else has used the block up but for one of the two.
    t.fill(leaving: 1)
    try t.pass(seconds: 1)
    #expect(t.room.topic(1)?.stage != t.room.topic(2)?.stage)
    // What waits takes nothing that would come late.
    let waiting: UInt64 = t.room.topic(1)?.stage == .showWork ? 1 : 2
    #expect(t.fund(TopicLedger.dollars(1), epochs: 1, waiting).refusal == .epochIsDue)
    try t.pass(seconds: 1)
    #expect(t.room.topic(1)?.stage == .sealTruth && t.room.topic(2)?.stage == .sealTruth)
    #expect(t.isBalanced == true)
  }
}
