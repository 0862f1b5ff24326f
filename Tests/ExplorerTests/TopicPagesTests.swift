// The pages of topics over rows that are known: order, answers, regrets, money; and hostile ones.

import Archive
import Arithmetic
import Chain
import Kernel
import Primitives
import Testing

@testable import Explorer
@testable import Topics

@Suite struct TopicPagesTests {
  private static let workers: [(person: String, role: TopicRole, number: UInt64)] = [
    ("mill", .inferer, 0), ("forge", .inferer, 1), ("loom", .forecaster, 0),
    ("ada", .reputer, 0),
  ]

  /// A topic with an answer and an epoch that is over, one that is closing, one that stands still.
  private static func specimen(name: String = "noon", question: String = "How much?") -> Specimen {
    var specimen = Specimen.empty
    for number in UInt64(1)...3 {
      var topic = Topic()
      topic.owner = Specimen.address("ada")
      topic.name = number == 1 ? name : "other-\(number)"
      topic.question = question
      topic.rules.tempo = 240
      topic.phase = number == 2 ? .closing : .open
      topic.isFrozen = number == 3
      topic.epoch = 4
      topic.begins = Time(specimen.now.milliseconds - 130_000)
      topic.stage = .sealTruth
      topic.deadline = number == 3 ? .never : Time(specimen.now.milliseconds + 50_000)
      topic.rate = Amount(number == 2 ? 9_000_000 : 1_000_000)
      topic.grants = number == 1 ? 1 : 0
      if number == 1 { (topic.inferers, topic.forecasters, topic.reputers) = (2, 1, 1) }
      specimen.records.put("topics", number, topic)
    }
    for (person, role, number) in workers {
      var member = TopicMember()
      member.account = Specimen.address(person)
      member.stake = Amount(20_000_000)
      member.seal = Specimen.hash(person)
      let said = role == .forecaster ? [Fixed64(-1), Fixed64(2)] : [Fixed64(10 + Int(number))]
      member.shown = role == .reputer ? [] : said.words
      member.earned = Amount(role == .inferer ? 300_000 - 100_000 * number : 0)
      specimen.records.put("topicMembers", TopicPlace(role, number).key(in: 1), member)
    }
    var newcomer = TopicNewcomer()
    newcomer.account = Specimen.address("tide")
    newcomer.stake = Amount(5_000_000)
    specimen.records.put("topicNewcomers", TopicPlace(.inferer, 2).key(in: 1), newcomer)
    remember(&specimen)
    return specimen
  }

  private static func remember(_ specimen: inout Specimen) {
    var state = TopicState(inferers: 2, forecasters: 1)
    state.regrets = [Fixed64.half, Fixed64(-1), Fixed64(1, over: 4)]
    specimen.records.put("topicMemories", UInt64(1), TopicMemory(state))
    let parties = TopicParties(inferers: [0, 1], forecasters: [0])
    let inference = try? TopicInference(
      inferences: [Fixed64(10), Fixed64(11)], forecasts: [[Fixed64(-1), Fixed64(2)]],
      after: state)
    if let inference {
      specimen.records.put("topicAnswers", UInt64(1), TopicAnswer(inference, parties))
    }
    var result = TopicResult()
    result.epoch = 3
    result.budget = Amount(1_000_000)
    result.paid = Amount(600_000)
    result.words = [Fixed64(10), Fixed64(11), Fixed64(9), Fixed64(-2), Fixed64(-1)].words
    var line = TopicLine(Specimen.address("mill"), TopicPlace(.inferer, 0), [Fixed64(10)])
    line.words += [Fixed64(11), Fixed64(-1), Fixed64(1), Fixed64.half].words
    line.earned = Amount(600_000)
    result.lines = [line]
    specimen.records.put("topicResults", PlaceIn(1, 3), result)
    var grant = Grant()
    grant.payee = 1
    grant.sponsor = Specimen.address("ada")
    grant.perEpoch = Amount(1_000_000)
    grant.end = 7
    put(grant, "grant", into: &specimen)
  }

  private static func put(_ grant: Grant, _ name: String, into specimen: inout Specimen) {
    let id = Specimen.hash(name)
    specimen.records.put("topicGrants", id, grant)
    specimen.records.put("topicGrantsOf", GrantOf(id, grant), RateFall())
  }

  private static func twin(
    _ path: String, _ query: [(name: String, value: String)] = []
  ) async throws -> JSONValue {
    let site = Explorer(specimen().house)
    let answer = try #require(await site.answer(Visit(path: path + ".json", query: query)))
    #expect(answer.status == 200)
    return try JSONValue(parsing: answer.body)
  }

  private static func page(
    _ address: String, of specimen: Specimen = specimen()
  ) async throws -> (status: Int, text: String) {
    try #require(await SiteTests.page(Explorer(specimen.house), address))
  }

  @Test func topicsAreListedInTheOrderThatIsAskedFor() async throws {
    func order(_ query: [(name: String, value: String)]) async throws -> [UInt64] {
      (try await Self.twin("/topics", query)["topics"]?.array ?? []).compactMap {
        $0["number"]?.uint64
      }
    }
    #expect(try await order([]) == [1, 2, 3])
    #expect(try await order([("sort", "rate")]) == [2, 1, 3])
    #expect(try await order([("after", "1")]) == [2, 3])
    let page = try await Self.page("/topics")
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.contains("<a href=\"/topics/2\">other-2</a>"))
    #expect(page.text.contains("stands still"))
    #expect(try await Self.page("/subnets").text.contains("href=\"/topics\""))
  }

  @Test func aTopicShowsItsAnswerAndEachRegret() async throws {
    let page = try await Self.page("/topics/1")
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    for column in ["Place", "Account", "Stake", "Regret", "Weight", "Says", "Without"] {
      #expect(page.text.contains("data-label=\"\(column)\""), "\(column)")
    }
    #expect(page.text.contains("the truth is sealed"))
    #expect(page.text.contains("2 losses") && page.text.contains("sealed</"))
    #expect(page.text.contains("Regrets of 3 members in 5 networks"))
    let json = try await Self.twin("/topics/1")
    #expect(json["quarter"]?.uint64 == 3)
    #expect(json["members"]?[0]?["regret"] == .decimal("0.5"))
    let weights = (json["members"]?.array ?? []).compactMap { $0["weight"]?.fixed }
    #expect(weights.count == 3 && weights[0] > weights[2] && weights[2] > weights[1])
    #expect((weights.sum - .one).magnitude < Fixed64(1, over: 1_000_000))
    #expect(json["members"]?[3]?["weight"] == .null)
    // The answer lies between what the inferers say, nearer to who was better.
    let answer = try #require(json["answer"]?.fixed)
    #expect(answer > Fixed64(10) && answer < Fixed64(21, over: 2))
    #expect(json["oneOutRegrets"]?.array?.count == 3 && json["oneInRegrets"]?.array?.count == 1)
    #expect(json["epochs"]?[0]?["truth"]?.fixed == Fixed64(9))
    #expect(json["newcomers"]?[0]?["stake"]?.uint64 == 5_000_000)
    #expect(json["grants"]?[0]?["left"]?.uint64 == 3_000_000)
  }

  /// However many small grants others have made, there and elsewhere, the great one is shown first.
  @Test func aGreatGrantIsNotBuriedUnderSmallOnes() async throws {
    var many = Self.specimen()
    for number in 0..<2_300 {
      var grant = Grant()
      grant.payee = number < 150 ? 1 : 2
      grant.sponsor = Specimen.address("tide")
      grant.perEpoch = Amount(1_000)
      grant.end = 9
      Self.put(grant, "small\(number)", into: &many)
    }
    let answer = try #require(
      await Explorer(many.house).answer(Visit(path: "/topics/1.json", query: [])))
    let grants = try JSONValue(parsing: answer.body)["grants"]?.array ?? []
    #expect(grants.count == 100 && grants[0]["perEpoch"]?.uint64 == 1_000_000)
    #expect(grants.dropFirst().allSatisfy { $0["perEpoch"]?.uint64 == 1_000 })
    var topic = try #require(try many.house.row(Topic.self, "topics", UInt64(1).keyBytes))
    topic.grants = 151
    many.records.put("topics", UInt64(1), topic)
    let page = try await Self.page("/topics/1", of: many)
    #expect(page.text.contains("The 100 greatest of 151."))
    #expect(HTMLCheck(page.text).faults == [])
  }

  /// The answer beside the truth, and each regret, are drawn and said in words.
  @Test func epochsAreDrawn() async throws {
    let page = try await Self.page("/topics/1")
    #expect(page.text.contains("<title>The answer beside the truth, by epoch</title>"))
    #expect(page.text.contains("Epochs 3 to 3: answer 10; no forecaster 11; truth 9."))
    #expect(page.text.contains("Epochs 3 to 3: inferer 0 0.5."))
    let none = try await Self.page("/topics/2")
    #expect(none.text.contains("None of the latest epochs has an answer."))
  }

  @Test func linesKeepTheirFrameAndTheirNamesApart() {
    func drawn(_ lines: [EpochLines.Line]) -> String {
      let chart = EpochLines(title: "x", nothing: "none", lines: lines)
      let text = chart.markup.text
      #expect(HTMLCheck.fragment(text) == [])
      return text
    }
    func line(_ name: String, _ values: [(UInt64, Fixed64)]) -> EpochLines.Line {
      EpochLines.Line(name: name, points: values.map { (epoch: $0.0, value: $0.1) })
    }
    // A gap breaks the line; one value, and equal ones, stand in the middle.
    let gap = drawn([line("a", [(1, .zero), (2, .one), (4, .half)])])
    #expect(gap.contains("d=\"M82 184L152 16M292 100\""))
    #expect(drawn([line("a", [(7, Fixed64(3))])]).contains("M187 100"))
    #expect(drawn([line("a", [(1, .one), (2, .one)])]).contains("M82 100L292 100"))
    #expect(drawn([]).contains("none"))
    // Whatever the numbers are, and however many lines, nothing leaves the frame.
    let huge = Fixed64(1_000_000_000)
    let far = drawn([line("a", [(0, huge), (UInt64.max, -huge)]), line("b", [(5, .zero)])])
    #expect(far.contains("1000000000<") && far.contains("-1000000000<"))
    for count in [2, 12, 40] {
      let text = drawn((0..<count).map { line("m\($0)", [(1, Fixed64($0 / 9)), (2, .zero)]) })
      let ends = text.matches(of: #/<text x="300" y="(\d+)"/#).compactMap { Int($0.output.1) }
      #expect(ends.count == (count > 12 ? 1 : count), "\(count)")
      #expect(zip(ends, ends.dropFirst()).allSatisfy { $1 - $0 >= 13 }, "\(count)")
      #expect(ends.allSatisfy { (8...196).contains($0) }, "\(count): \(ends)")
    }
  }

  @Test func membersAreSortedByLinksAlone() async throws {
    let sorted = try await Self.page("/topics/1?sort=regret&order=up").text
    let first = try #require(sorted.range(of: "inferer 1"))
    let second = try #require(sorted.range(of: "inferer 0"))
    #expect(first.lowerBound < second.lowerBound)
    for (name, value) in [("sort", "nosuch"), ("sort", "account"), ("order", "<b>")] {
      let answer = try #require(
        await Explorer(Self.specimen().house).answer(
          Visit(path: "/topics/1", query: [(name, value)])))
      #expect(answer.status == 400)
    }
  }

  @Test func hostileWordsAndUnknownNumbersDoNoHarm() async throws {
    let hostile = Self.specimen(name: Specimen.hostile, question: Specimen.hostile)
    for path in ["/topics", "/topics/1"] {
      let page = try await Self.page(path, of: hostile)
      #expect(!page.text.contains("<script>alert") && HTMLCheck(page.text).faults == [])
    }
    for path in ["/topics/9", "/topics/01", "/topics/-1", "/topics/x"] {
      #expect(try await Self.page(path).status == 404)
    }
    for path in ["/topics/2", "/topics/3"] {
      let page = try await Self.page(path)
      #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    }
  }

  /// Rows that do not fit each other are shown as far as they go.
  @Test func rowsThatDoNotFitDoNoHarm() async throws {
    var odd = Self.specimen()
    odd.records.put("topicMemories", UInt64(1), TopicMemory())
    var result = TopicResult()
    result.epoch = 3
    result.lines = [TopicLine(Specimen.address("mill"), TopicPlace(.reputer, 200), [])]
    odd.records.put("topicResults", PlaceIn(1, 3), result)
    let page = try await Self.page("/topics/1", of: odd)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
  }
}
