// The end of an epoch: truths are weighed, members paid, and the next epoch begins.

import Arithmetic
import Kernel
import Primitives

extension TopicTables {
  /// Pays an epoch, or carries its budget over, and begins the next one.
  mutating func settle(
    _ number: UInt64, _ old: Topic, _ k: inout KernelTables
  ) throws(Refusal) {
    var topic = old
    try slashShut(number, &topic, .reputer, &k)
    let truth = try truth(number, topic)
    if truth.isOverwhelming {
      for voice in truth.far {
        try slash(TopicPlace(.reputer, UInt64(voice.place)).key(in: number), &topic, &k)
      }
    }
    var result = TopicResult()
    result.epoch = topic.epoch
    result.budget = try topic.rate.adding(topic.carried)
    result.lines = lines(number, topic, truth)
    if let answer = answers[number] {
      if truth.isMajority {
        let reports = reports(number, answer, truth)
        try pay(number, topic, answer, reports, truth, &result, &k)
      } else {
        result.outcome = .noMajority
        result.words = [answer.inference.network, answer.inference.naive].words
      }
    } else {
      result.outcome = .noAnswer
    }
    let burnt = try carry(result.budget.subtracting(result.paid), number, &topic, &k)
    results[PlaceIn(number, topic.epoch % TopicResult.kept)] = result
    k.emit(
      Event(
        result.outcome == .paid ? "topicPaid" : "topicUnpaid",
        subject: Topic.escrow(number), parties: [topic.owner],
        numbers: [
          Number("topic", number), Number("epoch", topic.epoch),
          Number("budget", result.budget.units), Number("paid", result.paid.units),
          Number("carried", topic.carried.units), Number("burnt", burnt.units),
        ]))
    try turn(number, &topic, result, &k)
  }

  /// Carries what nobody earned, but no more than the epoch's own grants paid; the rest is burnt.
  /// Half of the reputers' stake could keep epoch after epoch unpaid until others have left, and
  /// then take all of it; that more is there to be had with a great grant for one epoch does not
  /// bring it back.
  private func carry(
    _ rest: Amount, _ number: UInt64, _ topic: inout Topic, _ k: inout KernelTables
  ) throws(Refusal) -> Amount {
    topic.carried = min(rest, topic.rate)
    let burnt = try rest.subtracting(topic.carried)
    try k.ledger.post(from: .escrow(Topic.escrow(number)), to: .treasury, burnt)
    return burnt
  }

  private func truth(_ number: UInt64, _ topic: Topic) throws(Refusal) -> TopicTruth {
    var all = Amount.zero
    for place in 0..<topic.reputers {
      guard let member = members[TopicPlace(.reputer, place).key(in: number)] else { continue }
      all = try all.adding(member.counted)
    }
    let voices = present(number, topic, .reputer).map {
      TopicTruth.Voice(place: $0.place, truth: $0.member.values[0], stake: $0.member.counted)
    }
    return try TopicTruth(voices, of: all, within: topic.rules.distance)
  }

  /// What everybody who showed something said.
  private func lines(_ number: UInt64, _ topic: Topic, _ truth: TopicTruth) -> [TopicLine] {
    let far = truth.far.map(\.place)
    let implied = answers[number]?.inference.implied ?? []
    return TopicRole.allCases.flatMap { role in
      present(number, topic, role).enumerated().map { index, one in
        var values = role == .forecaster ? [] : [one.member.values[0]]
        if role == .forecaster, index < implied.count { values = [implied[index]] }
        var line = TopicLine(one.member.account, TopicPlace(role, UInt64(one.place)), values)
        line.counts = role != .reputer || truth.isMajority && !far.contains(one.place)
        return line
      }
    }
  }

  /// The losses that each truth that counts makes of the answer.
  private func reports(
    _ number: UInt64, _ answer: TopicAnswer, _ truth: TopicTruth
  ) -> TopicReports {
    let inference = answer.inference
    let inferences = answer.inferers.map { place in
      members[TopicPlace(.inferer, place).key(in: number)]?.values.first ?? .zero
    }
    return TopicReports(
      losses: truth.near.map {
        TopicLosses(of: inference, inferences: inferences, truth: $0.truth)
      },
      stakes: truth.near.map { Fixed64(clamping: $0.stake.units) })
  }

  /// Learns from the reports, and pays what they say. The reports are of the reputers near the
  /// truth, in the order of their places.
  mutating func pay(
    _ number: UInt64, _ topic: Topic, _ answer: TopicAnswer, _ reports: TopicReports,
    _ truth: TopicTruth, _ result: inout TopicResult, _ k: inout KernelTables
  ) throws(Refusal) {
    guard var state = memories[number]?.state else { return }
    var parties = answer.parties
    parties.reputers = truth.near.map(\.place)
    let epoch = try TopicEpoch(
      reports, reward: Fixed64(clamping: result.budget.units), after: state.subset(parties),
      .ledger)
    state.merge(epoch.rewards.state, parties)
    memories[number] = TopicMemory(state)
    let inference = answer.inference
    result.words =
      [
        inference.network, inference.naive, truth.median, epoch.losses.network, epoch.losses.naive,
      ].words
    let rewards = epoch.rewards
    let tasks = [rewards.inferers, rewards.forecasters, rewards.reputers]
    var index = 0
    for line in result.lines.indices where result.lines[line].counts {
      let place = result.lines[line].place
      let first = [0, parties.inferers.count, parties.inferers.count + parties.forecasters.count]
      let own = index - first[Int(place.role.rawValue)]
      index += 1
      result.lines[line].words += epoch.words(of: place.role, own, inference, rewards.state).words
      // What is lost by rounding is carried; what rounding adds is not there.
      let due = Amount(
        UInt64(clamping: tasks[Int(place.role.rawValue)].rewards[own].raw >> 64))
      let earned = min(due, try result.budget.subtracting(result.paid))
      result.lines[line].earned = earned
      result.paid = try result.paid.adding(earned)
      try k.ledger.post(
        from: .escrow(Topic.escrow(number)), to: .account(result.lines[line].account), earned)
    }
  }

  /// Members who go have their stakes back, newcomers get their places, and the next epoch begins.
  private mutating func turn(
    _ number: UInt64, _ topic: inout Topic, _ result: TopicResult, _ k: inout KernelTables
  ) throws(Refusal) {
    var (staying, coming) = (TopicParties(), TopicParties())
    for role in TopicRole.allCases {
      for index in 0..<topic.rules.limit(of: role) {
        let place = TopicPlace(role, index)
        let key = place.key(in: number)
        if let member = members[key] {
          let earned = result.lines.first { $0.place == place }?.earned ?? .zero
          if try next(member, key, earned, &topic, role, &k) { staying.append(index, role) }
        }
        guard let newcomer = newcomers[key] else { continue }
        newcomers[key] = nil
        members[key] = TopicMember(newcomer, since: topic.epoch + 1)
        coming.append(index, role)
      }
    }
    remember(coming, among: staying, number, &topic)
    topic.begins = try topic.quarter(4)
    topic.epoch += 1
    topic.rate = try grants.rate(of: number, at: topic.epoch, from: topic.rate)
    topic.withdrawn = .zero
    answers[number] = nil
    if topic.epoch > topic.lastEpoch {
      try close(number, topic, &k)
      return
    }
    try enter(.sealWork, number, &topic, &k)
  }

  /// Counts the places of the next epoch, and what is known of who has them.
  private mutating func remember(
    _ coming: TopicParties, among staying: TopicParties, _ number: UInt64, _ topic: inout Topic
  ) {
    let before = (topic.inferers, topic.forecasters, topic.reputers)
    topic.count(staying.union(coming))
    let isSame = before == (topic.inferers, topic.forecasters, topic.reputers)
    if isSame && coming.isEmpty { return }
    let known = memories[number]?.state ?? TopicState(inferers: 0, forecasters: 0)
    var state = known.resized(
      inferers: Int(topic.inferers), forecasters: Int(topic.forecasters),
      reputers: Int(topic.reputers))
    state.admit(coming, among: staying)
    memories[number] = TopicMemory(state)
  }

  /// A member as the next epoch finds it; or it goes, with its stake, which false says.
  private mutating func next(
    _ old: TopicMember, _ key: PlaceIn, _ earned: Amount, _ topic: inout Topic, _ role: TopicRole,
    _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    var member = old
    member.earned = earned
    member.total = try member.total.adding(earned)
    member.idle = member.seal == .zero ? member.idle + 1 : 0
    let goes =
      member.leaves || member.idle >= topic.rules.patience
      || member.stake < topic.rules.leastStake(of: role)
    if goes {
      try payOut(member, key, &topic, &k)
      return false
    }
    member.counted = member.stake
    member.seal = .zero
    member.shown = []
    members[key] = member
    return true
  }
}

extension TopicEpoch {
  /// What a line says of a member beside its number: for workers the answer without it, its loss,
  /// its score and its regret; for reputers the score.
  fileprivate func words(
    of role: TopicRole, _ index: Int, _ inference: TopicInference, _ state: TopicState
  ) -> [Fixed64] {
    let count = losses.inference.count
    return switch role {
    case .inferer:
      [
        inference.oneOut[index], losses.inference[index], scores.inferers[index],
        state.regrets[index],
      ]
    case .forecaster:
      [
        inference.oneOut[count + index], losses.implied[index], scores.forecasters[index],
        state.regrets[count + index],
      ]
    case .reputer: [scores.reputers[index]]
    }
  }
}
