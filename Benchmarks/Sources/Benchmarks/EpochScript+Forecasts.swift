// A full board of a tournament and a full topic, played to where their timers compute.

import Chain
import Kernel
import Primitives
import Topics
import Tournaments

extension EpochScript {
  /// A tournament whose entries are all revealed, and its truth opened: what is left is the board.
  mutating func fillBoard(_ number: UInt64, entries: Int, values: Int) throws {
    var rules = TournamentRules()
    (rules.values, rules.entries) = (UInt64(values), 256)
    (rules.entryTime, rules.nameTime, rules.revealTime, rules.truthTime) = (60, 60, 60, 600)
    rules.bond = Amount(200_000_000)
    try play(
      1_000,
      [
        .createTournament(
          CreateTournament(
            head(EpochScript.owner), name: "full", rules, TruthSource(),
            purse: Amount(100_000_000)))
      ])
    let entrants = (1...entries).map { EpochScript.person($0) }
    let forecasts = entrants.indices.map { entrant in
      (0..<values).map { UInt64(($0 * 7_919 + entrant * 104_729 + $0 * entrant) % 65_536) }
    }
    var messages: [Message] = []
    for (account, forecast) in zip(entrants, forecasts) {
      let seal = Entry.seal(
        tournament: number, by: account, forecast: forecast, salt: EpochScript.salt(account))
      messages.append(
        .enterTournament(
          EnterTournament(
            head(account), tournament: number, seal: seal, stake: Amount(10_000_000))))
    }
    try play(1, messages)
    messages = []
    for (account, forecast) in zip(entrants, forecasts) {
      messages.append(
        .revealForecast(
          RevealForecast(
            head(account), tournament: number, forecast: forecast,
            salt: EpochScript.salt(account))))
    }
    _ = try pass(until: board(number).closes)
    try play(1, messages)
    _ = try pass(until: board(number).revealsEnd)
    let truth = try board(number).source.bytes(of: (0..<values).map { ($0 * 31) % 257 }) ?? []
    try play(
      1,
      [
        .openTruth(
          OpenTruth(head(EpochScript.owner), tournament: number, truth: truth, salt: .zero))
      ])
  }

  func board(_ number: UInt64) throws -> Tournament {
    guard let row = state.tournaments.tournament(number) else {
      throw BenchmarkFailure(description: "there is no tournament")
    }
    return row
  }

  /// A topic with all its places taken.
  mutating func fillTopic() throws {
    var rules = TopicRules()
    rules.tempo = 240
    var messages: [Message] = [
      .createTopic(
        CreateTopic(
          head(EpochScript.owner), name: "full", question: "How much?", rules,
          most: Amount(1_000_000_000)))
    ]
    for place in 0..<TopicPlaces.all {
      messages.append(
        .joinTopic(
          JoinTopic(
            head(EpochScript.person(place + 1)), topic: 1, as: TopicPlaces.role(place),
            stake: Amount(20_000_000))))
    }
    messages.append(
      .fundTopic(
        FundTopic(
          head(EpochScript.owner), topic: 1, perEpoch: Amount(1_000_000), epochs: 100)))
    try play(1_000, messages)
    let epoch = try topic().epoch
    while try topic().epoch == epoch { _ = try pass(until: topic().deadline) }
  }

  func topic() throws -> Topic {
    guard let row = state.topics.topic(1) else {
      throw BenchmarkFailure(description: "there is no topic")
    }
    return row
  }

  /// Plays an epoch: the blocks of the answer and of the end.
  mutating func playTopic() throws -> (answer: Timed, end: Timed) {
    let places = 0..<TopicPlaces.all
    let epoch = try topic().epoch
    try play(1, say(places.filter { TopicPlaces.role($0) != .reputer }, epoch, isOpen: false))
    _ = try pass(until: topic().deadline)
    try play(1, say(places.filter { TopicPlaces.role($0) != .reputer }, epoch, isOpen: true))
    let answer = try pass(until: topic().deadline)
    try play(1, say(places.filter { TopicPlaces.role($0) == .reputer }, epoch, isOpen: false))
    _ = try pass(until: topic().deadline)
    try play(1, say(places.filter { TopicPlaces.role($0) == .reputer }, epoch, isOpen: true))
    return (answer, try pass(until: topic().deadline))
  }

  private mutating func say(_ places: [Int], _ epoch: UInt64, isOpen: Bool) -> [Message] {
    places.map { place in
      let account = EpochScript.person(place + 1)
      let role = TopicPlaces.role(place)
      let values = TopicPlaces.values(place, epoch)
      let salt = EpochScript.salt(account)
      if isOpen {
        return role == .reputer
          ? .revealTruth(RevealTruth(head(account), topic: 1, truth: values[0], salt: salt))
          : .revealWork(RevealWork(head(account), topic: 1, values: values, salt: salt))
      }
      let seal = TopicMember.seal(
        topic: 1, epoch: epoch, role: role, by: account, values: values, salt: salt)
      return role == .reputer
        ? .sealTruth(SealTruth(head(account), topic: 1, seal: seal))
        : .sealWork(SealWork(head(account), topic: 1, seal: seal))
    }
  }
}

/// Who is what in a full topic, and what they say.
enum TopicPlaces {
  static let inferers = 32
  static let forecasters = 8
  static let reputers = 16
  static let all = inferers + forecasters + reputers

  static func role(_ place: Int) -> TopicRole {
    place < inferers ? .inferer : place < inferers + forecasters ? .forecaster : .reputer
  }

  static func values(_ place: Int, _ epoch: UInt64) -> [String] {
    let noise = (place * 7_919 + Int(epoch) * 31) % 97
    switch role(place) {
    case .inferer: return ["\(40 + noise % 9).\(noise + 100)"]
    case .forecaster: return (0..<inferers).map { "0.\(($0 * 13 + noise) % 89 + 10)" }
    case .reputer: return ["43.00\(noise % 3)"]
    }
  }
}
