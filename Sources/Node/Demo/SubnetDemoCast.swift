// Who plays in a subnet's demo: those who judge, those who answer, and those who cheat.

import Agents
import Chain
import Kernel
import Primitives
import Subnets

/// What somebody does in a subnet.
public enum SubnetPart: String, Sendable {
  case owner, sponsor
  /// Judges, and scores by its own questions.
  case validator
  /// Judges, with the weights that another gave an epoch before.
  case copier
  /// Answers.
  case miner
  /// Answers with what another answers.
  case relay
  /// Judges its own, and answers badly.
  case cabal
}

/// The parts of a demo that follow from its seed alone.
struct SubnetDemoCast {
  struct Actor {
    let name: String
    let part: SubnetPart
    /// What it does, for people.
    let does: String
    let key: PrivateKey
    /// In dollars; those who stake judge.
    var stake: UInt64 = 0
    /// With what it answers; nothing for those who only judge.
    var before: Service?
    /// With what it answers in the second half.
    var after: Service?
    /// Whose answers it passes on.
    var source: String?

    var judges: Bool { stake > 0 }
    var answers: Bool { before != nil || source != nil }

    func service(_ isLate: Bool) -> Service? { isLate ? after ?? before : before }
  }

  static let purse = Amount(1_000_000_000)
  static let perEpoch = Amount(20_000_000)

  let actors: [Actor]

  init(seed: UInt64) {
    func key(_ name: String) -> PrivateKey { DemoCast.key(seed, "subnet/" + name) }
    func judge(_ name: String, _ part: SubnetPart, _ stake: UInt64, _ does: String) -> Actor {
      Actor(name: name, part: part, does: does, key: key(name), stake: stake)
    }
    func miner(
      _ name: String, _ does: String, _ before: Service, _ after: Service? = nil,
      part: SubnetPart = .miner
    ) -> Actor {
      Actor(name: name, part: part, does: does, key: key(name), before: before, after: after)
    }
    var relay = Actor(
      name: "relay", part: .relay, does: "asks whole, and passes its answers on",
      key: key("relay"))
    relay.source = "whole"
    actors =
      [
        Actor(name: "owner", part: .owner, does: "made the subnet", key: key("owner")),
        Actor(name: "sponsor", part: .sponsor, does: "pays for it", key: key("sponsor")),
        judge("vera", .validator, 300, "asks and scores"),
        judge("vito", .validator, 250, "asks and scores"),
        judge("vida", .validator, 200, "asks and scores"),
        judge("ring", .cabal, 300, "gives all its weight to its own two"),
        judge("copier", .copier, 100, "copies vera's weights, an epoch late"),
        miner("whole", "the model, on the whole picture", Service(.good, .whole)),
        miner("bright", "the model, with more contrast", Service(.good, .bright)),
        miner("bit", "the model, ink or none", Service(.good, .oneBit)),
        miner("blur", "the model, on a blurred picture", Service(.good, .blurred)),
        miner("coarse", "the model, four pixels made one", Service(.good, .coarse)),
        miner("shift", "the model, the picture a pixel off", Service(.good, .shifted)),
        miner("plain", "the cheaper model", Service(.cheap, .whole)),
        miner(
          "fader", "the model, and later six rows of eight", Service(.good, .dim),
          Service(.good, .upper(6))),
        miner(
          "riser", "five rows of eight, and later seven", Service(.good, .upper(5)),
          Service(.good, .upper(7))),
        relay,
        miner(
          "ring-1", "the cheaper model, on three rows", Service(.cheap, .upper(3)), part: .cabal),
        miner(
          "ring-2", "the cheaper model, on two rows", Service(.cheap, .upper(2)), part: .cabal),
      ]
  }

  var members: [Actor] { actors.filter { $0.judges || $0.answers } }
  /// In the order in which their answers come: who passes another's on comes later.
  var miners: [Actor] { actors.filter { $0.answers && $0.source == nil } + relays }
  private var relays: [Actor] { actors.filter { $0.source != nil } }

  func actor(_ name: String) -> Actor? { actors.first { $0.name == name } }

  var services: [Service] { actors.flatMap { [$0.before, $0.after].compactMap(\.self) } }

  /// Epochs of a minute, and waits of three; a seat is cheap.
  var rules: SubnetParameters {
    var rules = SubnetParameters()
    rules.tempo = 60
    rules.members = UInt64(members.count)
    rules.validators = 8
    rules.immunity = 180
    rules.unbonding = 180
    rules.halfLife = 60
    rules.leastPrice = Amount(10_000)
    rules.mostPrice = Amount(10_000_000)
    rules.isYuma3 = true
    rules.hasLiquidAlpha = true
    return rules
  }
}
