// What anybody does in a topic but work: pay, take a place, give it up, close it.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Topics

/// What somebody is in a topic, in a word of the command line.
enum TopicPart: String, CaseIterable, ExpressibleByArgument {
  case inferer, forecaster, reputer

  var role: TopicRole {
    switch self {
    case .inferer: .inferer
    case .forecaster: .forecaster
    case .reputer: .reputer
    }
  }
}

struct TopicFund: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "fund", abstract: "Pay a topic's members, so much an epoch.",
    discussion: """
      All of it is locked at once, and the running epoch is the first that is paid. What lies \
      beyond the running epoch can be taken back with 'tolsey topic withdraw'.
      """)
  static let schema = "topic.fund/1"

  @OptionGroup var which: TopicOptions
  @Option(help: "Dollars for each epoch.") var perEpoch: String
  @Option(help: "For how many epochs.") var epochs: UInt64
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let amount = try Dollars.required(perEpoch)
    return { [which, epochs] in
      .fundTopic(FundTopic($0, topic: which.topic, perEpoch: amount, epochs: epochs))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "pays topic \(which.topic) for \(epochs) \(epochs == 1 ? "epoch" : "epochs"); stop it with "
      + paint(.handle, "tolsey topic withdraw \(settlement.id)")
  }
}

struct TopicWithdraw: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Stop paying after the running epoch.")
  static let schema = "topic.withdraw/1"

  @Argument(help: "The grant: the id that 'tolsey topic fund' gave.") var grant: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    guard let id = Bytes32(hex: grant) else {
      throw Failure(
        .usage, code: "badId", "\(grant) is no grant",
        hint: "it is the id that 'tolsey topic fund' gave: 0x and 64 digits")
    }
    return { .withdrawTopicGrant(WithdrawTopicGrant($0, grant: id)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "the grant ends with the running epoch; the rest is back"
  }
}

struct TopicJoin: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "join", abstract: "Take a place in a topic, or put more behind it.",
    discussion: """
      The place is yours from the next epoch on, and so does what you add count. Of a full role \
      the least stake gives way to a greater one.
      """)
  static let schema = "topic.join/1"

  @OptionGroup var which: TopicOptions
  @Option(name: .customLong("as"), help: "What you are: inferer, forecaster or reputer.")
  var part: TopicPart
  @Option(help: "What you stake, in dollars.") var stake: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let stake = try Dollars.required(stake)
    return { [which, part] in
      .joinTopic(JoinTopic($0, topic: which.topic, as: part.role, stake: stake))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "joined topic \(which.topic) as \(part.rawValue); from the next epoch on say what you know "
      + "with "
      + paint(.handle, "tolsey topic seal \(which.topic) --wait --values …")
  }
}

struct TopicLeave: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "leave", abstract: "Give your place up when the running epoch ends.",
    discussion: "Your stake comes back then; what you sealed still has to be shown.")
  static let schema = "topic.leave/1"

  @OptionGroup var which: TopicOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    { [which] in .leaveTopic(LeaveTopic($0, topic: which.topic)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "leaves topic \(which.topic) when the epoch ends; the stake comes back then"
  }
}

struct TopicClose: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "End a topic of yours, after one more epoch.",
    discussion: "The deposit and all stakes come back then; what nobody earned is burnt.")
  static let schema = "topic.close/1"

  @OptionGroup var which: TopicOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    { [which] in .closeTopic(CloseTopic($0, topic: which.topic)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "topic \(which.topic) closes after its next epoch"
  }
}
