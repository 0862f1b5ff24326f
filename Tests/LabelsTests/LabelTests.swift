// Labels against crowd-kit's runs, and against people who click, collude and copy.

import Arithmetic
import Primitives
import Testing

@testable import Labels

@Suite struct LabelTests {
  @Test func publishedRunsAreEqual() throws {
    let json = try VectorFile.json("markets/dawid_skene.json")
    let cases = try LabelCase.all(in: json)
    #expect(cases.count == 10)
    for (index, one) in cases.enumerated() {
      let file = try #require(json["cases"]?[index])
      #expect(one.differences == [], "case \(index)")
      #expect(one.model == .dawidSkene)
      for (label, prior) in one.estimate.priors.enumerated() {
        let wanted = try #require(file["priors"]?[label]?.fixed)
        #expect((wanted - prior).magnitude.double < 1e-9)
      }
      for (worker, name) in one.workers.enumerated() {
        for (label, said) in one.labels.enumerated() {
          for truth in one.labels.indices {
            let cell = file["error_by_worker_observed_true"]?[name]?[said]?[truth]?.fixed
            let own = one.estimate.error(worker, said: label, of: truth)
            #expect((try #require(cell) - own).magnitude.double < 2e-9)
          }
        }
      }
      for task in one.tasks.indices {
        for (label, value) in one.estimate.posterior(task).enumerated() {
          let wanted = try #require(file["probas"]?[task]?[label]?.fixed)
          #expect((wanted - value).magnitude.double < 1e-9)
        }
      }
    }
  }

  @Test func aChangedPosteriorIsFound() throws {
    let json = try VectorFile.json("markets/dawid_skene.json")
    let first = try #require(json["cases"]?[0]).text
    let wrong = first.replacing("0.727272727", with: "0.727372727")
    #expect(try LabelCase(json: JSONValue(parsing: wrong)).differences == ["probas"])
  }

  /// Eight labellers of different skill, two who click at random, two who collude on one answer.
  static func crowd(_ items: Int, seed: UInt64) throws -> (votes: LabelVotes, truth: [Int]) {
    var random = Seeded(state: seed)
    let skills = [0.95, 0.9, 0.9, 0.85, 0.85, 0.8, 0.75, 0.7]
    var votes: [LabelVotes.Vote] = []
    var truth: [Int] = []
    for item in 0..<items {
      let label = Int(random.below(10))
      truth.append(label)
      for (worker, skill) in skills.enumerated() where random.below(2) == 0 {
        let wrong = (label + 1 + Int(random.below(9))) % 10
        let said = random.unit() < skill ? label : wrong
        votes.append(.init(item: item, worker: worker, label: said))
      }
      for worker in 8..<10 where random.below(2) == 0 {
        votes.append(.init(item: item, worker: worker, label: Int(random.below(10))))
      }
      for worker in 10..<12 { votes.append(.init(item: item, worker: worker, label: 3)) }
    }
    return (try LabelVotes(votes, items: items, workers: 12, labels: 10), truth)
  }

  @Test func clickersAndColludersEarnNothing() throws {
    let (votes, truth) = try Self.crowd(300, seed: 5)
    #expect(LabelModel.fitting(votes) == .oneCoin)
    let estimate = OneCoin().estimate(votes)
    let right = truth.indices.count { estimate.best($0).label == truth[$0] }
    let majority = votes.majority
    let plain = truth.indices.count { item in
      let shares = majority[item * 10..<(item + 1) * 10]
      return shares.firstIndex(of: shares.max() ?? .zero).map { $0 - item * 10 } == truth[item]
    }
    #expect(right >= plain)
    #expect(right >= 280)
    let bits = LabelPay.information(votes, estimate)
    let honest = bits[..<8].min() ?? .zero
    for cheat in bits[8...] { #expect(cheat < honest * Fixed64(1, over: 3)) }
    // Who says always the same tells nothing at all.
    #expect(bits[10] < Fixed64(1, over: 1_000_000))
    let pay = LabelPay.shares(
      of: 1_000_000, information: bits, answers: Array(repeating: 150, count: 12))
    #expect(pay.reduce(0, +) <= 1_000_000)
    #expect(pay[10] == 0)
  }

  /// Nearly a third of the voters answer alike and wrong: the rest still decides.
  @Test func thirtyPercentWhoColludeDoNotBendIt() throws {
    var random = Seeded(state: 9)
    var votes: [LabelVotes.Vote] = []
    var truth: [Int] = []
    for item in 0..<200 {
      let label = Int(random.below(4))
      truth.append(label)
      for worker in 0..<7 {
        let wrong = (label + 1 + Int(random.below(3))) % 4
        votes.append(
          .init(item: item, worker: worker, label: random.unit() < 0.85 ? label : wrong))
      }
      let common = Int(random.below(4))
      for worker in 7..<10 { votes.append(.init(item: item, worker: worker, label: common)) }
    }
    let all = try LabelVotes(votes, items: 200, workers: 10, labels: 4)
    for estimate in [OneCoin().estimate(all), DawidSkene.estimate(all)] {
      let right = truth.indices.count { estimate.best($0).label == truth[$0] }
      #expect(right >= 195)
    }
    // With a few gold items the colluders' answers are worth nothing; without, they vouch for
    // each other, and that is what gold is for.
    let known = truth.indices.map { $0 < 100 ? Optional(truth[$0]) : nil }
    let gold = LabelPay.information(all, OneCoin().estimate(all, known: known), known: known)
    #expect((gold[7...].max() ?? .one) < (gold[..<7].min() ?? .zero))
  }

  @Test func onePersonHasOneVoice() throws {
    let votes = [0, 1].map { LabelVotes.Vote(item: 0, worker: 0, label: $0) }
    #expect(throws: Refusal.answeredTwice(item: 0, worker: 0)) {
      try LabelVotes(votes, items: 1, workers: 1, labels: 2)
    }
    #expect(throws: Refusal.self) { try LabelVotes(votes, items: 0, workers: 1, labels: 2) }
    #expect(throws: Refusal.self) { try LabelVotes(votes, items: 1, workers: 1, labels: 257) }
  }

  /// Gold that names no item or no label is none, and traps nothing.
  @Test func strangeGoldIsNone() throws {
    let votes = try LabelVotes(
      [.init(item: 0, worker: 0, label: 1), .init(item: 1, worker: 0, label: 0)],
      items: 2, workers: 1, labels: 2)
    let plain = DawidSkene.estimate(votes)
    #expect(DawidSkene.estimate(votes, known: [7, -1, 0, 1]) == plain)
    #expect(DawidSkene.estimate(votes, known: [0]).posterior(0).first == .one)
    #expect(LabelPay.information(votes, plain, known: [9]).count == 1)
  }

  @Test func askingStopsWhenItIsSure() {
    let terms = LabelTerms()
    let good = Fixed64(9, over: 10)
    func decide(_ answers: [(label: Int, skill: Fixed64)]) -> LabelDecision {
      terms.decide(LabelTerms.posterior(answers, labels: 2), answers: answers.count)
    }
    #expect(decide([(0, good)]) == .ask)
    // 81 : 1 for two who agree: 0.98780…
    guard case .accept(0, let confidence) = decide([(0, good), (0, good)]) else {
      Issue.record("two who agree are not enough")
      return
    }
    #expect((confidence - Fixed64(81, over: 82)).magnitude.double < 1e-15)
    #expect(decide([(0, good), (1, good)]) == .ask)
    #expect(decide([(0, good), (1, good), (0, good), (1, good), (0, good)]) == .escalate)
    // An impostor of no skill moves nothing.
    #expect(decide([(0, .half), (0, .half), (0, .half)]) == .ask)
    // One who is never wrong is believed, and two such who differ are a tie, not a crash.
    #expect(decide([(0, .one), (1, .one)]) == .ask)
  }

  @Test func tablesAreRead() throws {
    let text = "task,worker,label\r\nt1,ann,cat\n\"t,2\",bob,\"d\"\"og\"\nt1,bob,cat"
    let rows = try LabelCase.rows(csv: Array(text.utf8))
    #expect(rows == [["t1", "ann", "cat"], ["t,2", "bob", "d\"og"], ["t1", "bob", "cat"]])
    let one = try LabelCase(rows: rows)
    #expect(one.labels == ["cat", "d\"og"])
    #expect(one.model == .oneCoin)
    #expect(one.json["items"]?[1]?["label"]?.string == "cat")
    #expect(throws: Refusal.self) { try LabelCase.rows(csv: Array("a,b\n".utf8)) }
    #expect(throws: Refusal.self) { try LabelCase.rows(csv: Array("\"a".utf8)) }
    #expect(throws: Refusal.self) { try LabelCase(json: ["rows": [["a", "b"]]]) }
    #expect(try LabelCase(rows: []).tasks.isEmpty)
  }
}
