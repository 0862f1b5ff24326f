// A topic as it stands, read from its rows: its members, its answer, its latest epochs.

import Archive
import Arithmetic
import Kernel
import Primitives
import Topics

struct TopicStanding: Sendable {
  /// A place that is taken.
  struct Seat: Sendable {
    var place: TopicPlace
    var member: TopicMember
    /// Of workers: what the network loses more than it, averaged; the part that it has in an
    /// answer of all members.
    var regret: Fixed64?
    var weight: Fixed64?
    /// Of workers who take part in the running answer: the answer without them.
    var without: Fixed64?

    /// Its number among members, inferers first.
    fileprivate func index(_ state: TopicState) -> Int? {
      let number = Int(clamping: place.number)
      switch place.role {
      case .inferer: return number < state.inferers ? number : nil
      case .forecaster: return number < state.forecasters ? state.inferers + number : nil
      case .reputer: return nil
      }
    }
  }

  var number: UInt64
  var topic: Topic
  /// Market time, which its deadlines count.
  var now: Time
  var seats: [Seat] = []
  var newcomers: [(place: TopicPlace, newcomer: TopicNewcomer)] = []
  var state: TopicState
  var answer: TopicAnswer?
  /// The latest epochs, the newest first.
  var results: [TopicResult] = []

  /// Reads a topic; nil where there is none of that number.
  init?(_ number: UInt64, in records: any Records, at now: Time) throws {
    guard let topic = try Self.row(Topic.self, records, "topics", number) else { return nil }
    self.number = number
    self.topic = topic
    self.now = now
    state =
      try Self.row(TopicMemory.self, records, "topicMemories", number)?.state
      ?? TopicState(inferers: 0, forecasters: 0)
    answer = try Self.row(TopicAnswer.self, records, "topicAnswers", number)
    for role in TopicRole.allCases {
      for index in 0..<topic.rules.limit(of: role) {
        let place = TopicPlace(role, index)
        let key = place.key(in: number)
        if let member = try Self.row(TopicMember.self, records, "topicMembers", key) {
          seats.append(Seat(place: place, member: member))
        }
        if let newcomer = try Self.row(TopicNewcomer.self, records, "topicNewcomers", key) {
          newcomers.append((place, newcomer))
        }
      }
    }
    for place in 0..<TopicResult.kept {
      if let result = try Self.row(
        TopicResult.self, records, "topicResults", PlaceIn(number, place))
      {
        results.append(result)
      }
    }
    results.sort { $0.epoch > $1.epoch }
    weigh()
  }

  private static func row<Row: Fielded, Key: TableKey>(
    _ type: Row.Type, _ records: any Records, _ table: String, _ key: Key
  ) throws -> Row? {
    try records.row(table, key: key.keyBytes).value.map { try CBOR.decode(type, from: $0) }
  }

  /// Regrets, weights and the answers without each.
  private mutating func weigh() {
    let workers = seats.indices.filter { seats[$0].index(state) != nil }
    let regrets = workers.map { state.regrets[seats[$0].index(state) ?? 0] }
    for (index, part) in zip(workers.indices, TopicTerms().parts(regrets)) {
      seats[workers[index]].regret = regrets[index]
      seats[workers[index]].weight = part
    }
    guard let answer else { return }
    let places =
      answer.inferers.map { TopicPlace(.inferer, $0) }
      + answer.forecasters.map { TopicPlace(.forecaster, $0) }
    let without = answer.inference.oneOut
    for index in seats.indices {
      guard let place = places.firstIndex(of: seats[index].place), place < without.count else {
        continue
      }
      seats[index].without = without[place]
    }
  }

  func count(of role: TopicRole) -> UInt64 {
    UInt64(seats.count { $0.place.role == role })
  }
}

// MARK: - JSON

extension TopicStanding {
  /// Digits behind the point that pages and their twins show.
  static let digits = 9

  /// Rounded to the nearest, as a mean of equal parts is often one unit short.
  static func text(_ number: Fixed64) -> String {
    let half = Fixed64(1, over: 2_000_000_000)
    return (number < .zero ? number - half : number + half).decimal(digits: digits)
  }

  private static func json(_ number: Fixed64?) -> JSONValue {
    number.map { .decimal(text($0)) } ?? .null
  }

  private static func list(_ numbers: [Fixed64]) -> JSONValue { .array(numbers.map { json($0) }) }

  /// What lists and the topic's own page say of it.
  static func head(_ number: UInt64, _ topic: Topic, _ now: Time) -> [JSONValue.Member] {
    let quarter = topic.quarter(at: now)
    let ends = quarter.flatMap { try? topic.quarter($0 + 1) }
    return [
      .init(name: "number", value: .unsigned(number)),
      .init(name: "name", value: .string(topic.name)),
      .init(name: "question", value: .string(topic.question)),
      .init(name: "owner", value: .string(topic.owner.checksummed)),
      .init(name: "state", value: .string(topic.isFrozen ? "frozen" : "\(topic.phase)")),
      .init(name: "epoch", value: .unsigned(topic.epoch)),
      .init(name: "quarter", value: quarter.map { .unsigned($0 + 1) } ?? .null),
      .init(name: "quarterEnds", value: ends.map { .unsigned($0.milliseconds) } ?? .null),
      .init(name: "tempo", value: .unsigned(topic.rules.tempo)),
      .init(name: "rate", value: .unsigned(topic.rate.units)),
      .init(name: "carried", value: .unsigned(topic.carried.units)),
      .init(name: "staked", value: .unsigned(topic.staked.units)),
      .init(name: "deposit", value: .unsigned(topic.deposit.units)),
    ]
  }

  var json: [JSONValue.Member] {
    let quarters = (UInt64(0)...4).compactMap { try? topic.quarter($0).milliseconds }
    let inference = answer?.inference
    var rules = topic.rules.ranges.map {
      JSONValue.Member(name: $0.name, value: .unsigned($0.value))
    }
    rules.append(.init(name: "tolerance", value: .string(topic.rules.tolerance)))
    return Self.head(number, topic, now) + [
      .init(name: "marketTime", value: .unsigned(now.milliseconds)),
      .init(name: "quarters", value: .array(quarters.map { .unsigned($0) })),
      .init(name: "inferers", value: .unsigned(topic.inferers)),
      .init(name: "answer", value: Self.json(inference?.network)),
      .init(name: "naive", value: Self.json(inference?.naive)),
      .init(name: "loss", value: Self.json(state.networkLoss)),
      .init(name: "members", value: .array(seats.map(Self.seat))),
      .init(
        name: "newcomers",
        value: .array(
          newcomers.map { place, newcomer in
            [
              "role": .string("\(place.role)"), "place": .unsigned(place.number),
              "account": .string(newcomer.account.checksummed),
              "stake": .unsigned(newcomer.stake.units),
            ]
          })),
      .init(name: "naiveRegrets", value: Self.list(state.naiveRegrets)),
      .init(name: "oneOutRegrets", value: .array(state.oneOutRegrets.map(Self.list))),
      .init(name: "oneInRegrets", value: .array(state.oneInRegrets.map(Self.list))),
      .init(name: "epochs", value: .array(results.map(Self.epoch))),
      .init(name: "rules", value: .object(rules)),
    ]
  }

  private static func seat(_ seat: Seat) -> JSONValue {
    let member = seat.member
    return [
      "role": .string("\(seat.place.role)"), "place": .unsigned(seat.place.number),
      "account": .string(member.account.checksummed), "stake": .unsigned(member.stake.units),
      "counted": .unsigned(member.counted.units), "since": .unsigned(member.since),
      "leaves": .bool(member.leaves), "idle": .unsigned(member.idle),
      "seal": member.seal == .zero ? .null : .string("\(member.seal)"),
      "shown": list(member.values), "regret": json(seat.regret), "weight": json(seat.weight),
      "without": json(seat.without), "earned": .unsigned(member.earned.units),
      "total": .unsigned(member.total.units), "slashed": .unsigned(member.slashed.units),
    ]
  }

  private static func epoch(_ result: TopicResult) -> JSONValue {
    let values = result.values
    func value(_ index: Int) -> JSONValue { json(index < values.count ? values[index] : nil) }
    return [
      "epoch": .unsigned(result.epoch), "outcome": .string("\(result.outcome)"),
      "budget": .unsigned(result.budget.units), "paid": .unsigned(result.paid.units),
      "answer": value(0), "naive": value(1), "truth": value(2), "loss": value(3),
      "naiveLoss": value(4),
      "lines": .array(
        result.lines.map { line in
          [
            "account": .string(line.account.checksummed), "role": .string("\(line.place.role)"),
            "place": .unsigned(line.place.number), "counts": .bool(line.counts),
            "earned": .unsigned(line.earned.units), "values": list(line.values),
          ]
        }),
    ]
  }
}
