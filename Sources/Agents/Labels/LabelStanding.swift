// What all answers of a job say: labels with their confidence, and what each labeller is worth.

public import Arithmetic
public import Labels
public import Primitives

/// One labeller of a job.
public struct LabellerRecord: Hashable, Sendable {
  public let account: Address
  /// Answers that counted, those to gold among them.
  public var answers = 0
  public var gold = 0
  public var goldRight = 0
  /// Answers to items, and those of them that the dataset now says.
  public var items = 0
  public var agreed = 0
  /// Batches that came without a whole list of answers.
  public var broken = 0
  public var paid = Amount()
  /// Bits that an answer gave about the truth.
  public var information = Fixed64.zero

  /// Too many gold items wrong for it to be chance.
  public var hasFailed: Bool { gold >= LabelStanding.leastGold && goldRight * 2 < gold }
}

/// Answers made into labels. It is made anew after each round, from all of them.
public struct LabelStanding: Sendable {
  public let model: LabelModel
  /// By item.
  public private(set) var labels: [Int]
  public private(set) var confidence: [Fixed64]
  /// By item, by choice: the answers that counted.
  public private(set) var counts: [[Int]]
  /// By account, in order.
  public private(set) var labellers: [LabellerRecord]
  /// By item: the runs in which it was answered.
  public private(set) var runs: [[Bytes32]]
  /// By item: who answered it.
  private var answered: [[Int32]]

  /// Gold items that a labeller has answered before they are held against it.
  static let leastGold = 5

  public func votes(of item: Int) -> Int { counts[item].reduce(0, +) }

  /// Answers that counted in all.
  public var answers: Int { labellers.reduce(0) { $0 + $1.answers } }

  init(
    _ definition: LabelDefinition, rounds: [LabelRound], outcomes: [LabelOutcome]
  ) throws(LabelTrouble) {
    var tally = LabelTally(definition, outcomes)
    for outcome in outcomes {
      let order = rounds[Int(outcome.round)].orders[Int(outcome.order)]
      tally.add(outcome, order.batches[Int(outcome.batch)])
    }
    (labellers, counts, runs, answered) =
      (tally.labellers, tally.counts, tally.runs, tally.answered)
    let known: [Int?] =
      Array(repeating: nil, count: definition.items.count)
      + definition.gold.map { Int($0.label) }
    let choices = definition.question.choices.count
    let votes: LabelVotes
    do throws(Refusal) {
      votes = try LabelVotes(
        tally.votes, items: known.count, workers: max(1, tally.labellers.count), labels: choices)
    } catch { throw .notAsked("an answer") }
    model = .fitting(votes)
    let estimate =
      model == .oneCoin
      ? OneCoin().estimate(votes, known: known) : DawidSkene.estimate(votes, known: known)
    (labels, confidence) = ([], [])
    for item in definition.items.indices {
      let best = estimate.best(item)
      labels.append(best.label)
      confidence.append(votes.votes.isEmpty ? .zero : best.confidence)
    }
    let information = LabelPay.information(votes, estimate, known: known)
    for index in labellers.indices { labellers[index].information = information[index] }
    for vote in tally.votes where Int(vote.item) < labels.count {
      labellers[Int(vote.worker)].items += 1
      if labels[Int(vote.item)] == Int(vote.label) { labellers[Int(vote.worker)].agreed += 1 }
    }
  }

  /// Whom an order of these places turns away: who failed on gold, and who has answered most of its
  /// items, since one person has one voice: a second answer does not count. As many as a request
  /// can name, those first.
  func refused(for places: [LabelPlace]) -> [Address] {
    var met = [Int](repeating: 0, count: labellers.count)
    var items = 0
    for case .item(let item) in places {
      items += 1
      for labeller in answered[item] { met[Int(labeller)] += 1 }
    }
    let ranked = labellers.indices
      .filter { labellers[$0].hasFailed || met[$0] * 2 > items }
      .sorted {
        let (l, r) = (labellers[$0].hasFailed, labellers[$1].hasFailed)
        return l == r ? (met[$1], $0) < (met[$0], $1) : l
      }
    return ranked.prefix(LabelStanding.mostRefused).map { labellers[$0].account }.sorted {
      $0.bytes.lexicographicallyPrecedes($1.bytes)
    }
  }

  /// As many as a request's list may name.
  private static let mostRefused = 64
}

/// Counts answers, each labeller's first to an item.
private struct LabelTally {
  let choices: Int
  let items: Int
  let gold: [Int]
  var votes: [LabelVotes.Vote] = []
  var labellers: [LabellerRecord]
  var counts: [[Int]]
  var runs: [[Bytes32]]
  var answered: [[Int32]]
  private var answeredGold: [[Int32]]
  private var places: [Address: Int] = [:]

  init(_ definition: LabelDefinition, _ outcomes: [LabelOutcome]) {
    choices = definition.question.choices.count
    items = definition.items.count
    gold = definition.gold.map { Int($0.label) }
    counts = Array(repeating: Array(repeating: 0, count: choices), count: items)
    runs = Array(repeating: [], count: items)
    answered = Array(repeating: [], count: items)
    answeredGold = Array(repeating: [], count: gold.count)
    let accounts = Set(outcomes.flatMap { $0.seats.map(\.labeller) })
    labellers = accounts.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      .map { LabellerRecord(account: $0) }
    for (place, labeller) in labellers.enumerated() { places[labeller.account] = place }
  }

  mutating func add(_ outcome: LabelOutcome, _ batch: [LabelPlace]) {
    for case .item(let item) in batch { runs[item].append(outcome.run) }
    for seat in outcome.seats {
      guard let labeller = places[seat.labeller] else { continue }
      let paid = labellers[labeller].paid.units &+ seat.paid.units
      labellers[labeller].paid = Amount(paid)
      guard seat.answers.count == batch.count else {
        labellers[labeller].broken += 1
        continue
      }
      for (place, answer) in zip(batch, seat.answers) where answer > 0 && answer <= choices {
        add(Int(answer) - 1, of: Int32(labeller), to: place)
      }
    }
  }

  private mutating func add(_ answer: Int, of labeller: Int32, to place: LabelPlace) {
    let who = Int(labeller)
    switch place {
    case .item(let item):
      guard !answered[item].contains(labeller) else { return }
      answered[item].append(labeller)
      counts[item][answer] += 1
      votes.append(LabelVotes.Vote(item: item, worker: who, label: answer))
    case .gold(let item):
      guard !answeredGold[item].contains(labeller) else { return }
      answeredGold[item].append(labeller)
      labellers[who].gold += 1
      if gold[item] == answer { labellers[who].goldRight += 1 }
      votes.append(LabelVotes.Vote(item: items + item, worker: who, label: answer))
    }
    labellers[who].answers += 1
  }
}
