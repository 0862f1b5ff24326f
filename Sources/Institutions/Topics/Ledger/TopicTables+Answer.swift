// The middle of an epoch: work that stayed shut is slashed, and the network answers.

import Arithmetic
import Kernel
import Primitives

extension TopicTables {
  /// Computes the answer, with each member left out once, and opens the half that is the
  /// reputers'.
  mutating func answer(
    _ number: UInt64, _ old: Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = old
    try slashShut(number, &topic, .inferer, &k)
    try slashShut(number, &topic, .forecaster, &k)
    let inferers = present(number, topic, .inferer)
    let forecasters = present(number, topic, .forecaster)
    let parties = TopicParties(
      inferers: inferers.map(\.place), forecasters: forecasters.map(\.place))
    answers[number] = nil
    // Of one inferer alone nobody can say what the network would be without it.
    if inferers.count > 1, let state = memories[number]?.state {
      let inference = try TopicInference(
        inferences: inferers.map { $0.member.values[0] },
        forecasts: forecasters.map { forecaster in
          parties.inferers.map { forecaster.member.values[$0] }
        }, after: state.subset(parties))
      answers[number] = TopicAnswer(inference, parties)
    }
    try enter(.sealTruth, number, &topic, &k)
    k.emit(
      Event(
        "topicAnswered", subject: Topic.escrow(number), parties: [topic.owner],
        numbers: [
          Number("topic", number), Number("epoch", topic.epoch),
          Number("inferers", UInt64(inferers.count)),
          Number("forecasters", UInt64(forecasters.count)),
        ]))
  }

  /// Who of a role showed what it sealed.
  func present(
    _ number: UInt64, _ topic: Topic, _ role: TopicRole
  ) -> [(place: Int, member: TopicMember)] {
    (0..<topic.places(of: role)).compactMap { place in
      guard let member = members[TopicPlace(role, place).key(in: number)], !member.shown.isEmpty
      else { return nil }
      return (Int(place), member)
    }
  }

  /// Who sealed and did not show loses a part of its stake: to see the others and then choose is
  /// never free.
  mutating func slashShut(
    _ number: UInt64, _ topic: inout Topic, _ role: TopicRole, _ k: inout KernelTables
  ) throws(Refusal) {
    for place in 0..<topic.places(of: role) {
      let key = TopicPlace(role, place).key(in: number)
      guard let member = members[key], member.seal != .zero, member.shown.isEmpty else { continue }
      try slash(key, &topic, &k)
    }
  }

  mutating func slash(
    _ key: PlaceIn, _ topic: inout Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    guard var member = members[key] else { return }
    let lost = try member.stake.ppmUp(topic.rules.slash)
    member.stake = try member.stake.subtracting(lost)
    member.slashed = try member.slashed.adding(lost)
    members[key] = member
    topic.staked = try topic.staked.subtracting(lost)
    try k.ledger.post(from: .escrow(Topic.escrow(key.number)), to: .treasury, lost)
    k.emit(
      Event(
        "topicSlashed", subject: Topic.escrow(key.number), parties: [member.account],
        numbers: [
          Number("topic", key.number), Number("epoch", topic.epoch), Number("lost", lost.units),
        ]))
  }
}
