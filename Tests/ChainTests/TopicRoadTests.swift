// A topic through signed messages and blocks: an epoch is paid, and a node that replays or restarts
// has the same state.

import Kernel
import Primitives
import Testing
import Topics

@testable import Chain

@Suite struct TopicRoadTests {
  private static let members: [(name: String, role: TopicRole, values: [String])] = [
    ("provider1", .inferer, ["10"]), ("provider2", .inferer, ["12"]),
    ("provider3", .reputer, ["10.5"]), ("buyer", .reputer, ["10.5"]),
  ]

  private static func seal(_ name: String, _ role: TopicRole, _ values: [String]) -> Bytes32 {
    TopicMember.seal(
      topic: 1, epoch: 1, role: role, by: Sample.address(name), values: values,
      salt: SampleNetwork.salt(name))
  }

  private static func founded() throws -> SampleNetwork {
    var network = try SampleNetwork.market()
    var rules = TopicRules()
    rules.tempo = 240
    _ = try network.say("buyer") {
      .createTopic(
        CreateTopic(
          $1, name: "noon", question: "What is it?", rules, most: Amount(10_000_000)))
    }
    _ = try network.say("buyer") {
      .fundTopic(FundTopic($1, topic: 1, perEpoch: Amount(1_000_000), epochs: 3))
    }
    for (name, role, _) in members {
      _ = try network.say(name) {
        .joinTopic(JoinTopic($1, topic: 1, as: role, stake: Amount(10_000_000)))
      }
    }
    try network.block(after: 240_000)
    return network
  }

  @Test func anEpochIsPaidAndReplays() throws {
    var network = try Self.founded()
    let workers = Self.members.filter { $0.role == .inferer }
    for (name, role, values) in workers {
      let seal = Self.seal(name, role, values)
      _ = try network.say(name) { .sealWork(SealWork($1, topic: 1, seal: seal)) }
    }
    try network.block(after: 60_000)
    for (name, _, values) in workers {
      _ = try network.say(name) {
        .revealWork(
          RevealWork($1, topic: 1, values: values, salt: SampleNetwork.salt(name)))
      }
    }
    try network.block(after: 60_000)
    #expect(network.blocks.last?.results.events.map(\.name).contains("topicAnswered") == true)
    let reputers = Self.members.filter { $0.role == .reputer }
    for (name, role, values) in reputers {
      let seal = Self.seal(name, role, values)
      _ = try network.say(name) { .sealTruth(SealTruth($1, topic: 1, seal: seal)) }
    }
    try network.block(after: 60_000)
    for (name, _, values) in reputers {
      _ = try network.say(name) {
        .revealTruth(
          RevealTruth($1, topic: 1, truth: values[0], salt: SampleNetwork.salt(name)))
      }
    }
    try network.block(after: 60_000)
    let result = try #require(network.state.topics.result(1, epoch: 1) as TopicResult?)
    #expect(result.outcome == .paid && result.paid > .zero)
    #expect(network.state.kernel.ledger.supply() == network.state.kernel.ledger.minted())
    try RoadTests.expectReplay(of: network)
    try TournamentRoadTests.expectRestarts(of: network)
  }
}
