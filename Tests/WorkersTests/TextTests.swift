// A text model goes on with a text: symbols, choices by a seed, and stops that are never shown.

import Models
import Primitives
import Synchronization
import Testing
import Workers

@Suite struct TextTests {
  private static let letters = "\nabc?"

  private static func alphabet(_ json: String) throws(Refusal) -> Alphabet {
    try Alphabet(json: Array(json.utf8))
  }

  private static func alphabet() throws -> Alphabet {
    try alphabet(#"{"format":1,"symbols":"\nabc?","unknown":"?","padding":"\n"}"#)
  }

  @Test func charactersAreSymbolsAndBack() throws {
    let alphabet = try TextTests.alphabet()
    #expect(alphabet.encode("cab\nxé") == [3, 1, 2, 0, 4, 4])
    #expect(String([3, 1, 2, 0, 4, 200].map { alphabet.decode($0) }) == "cab\n??")
  }

  @Test(arguments: [
    (#"{"format":2,"symbols":"ab","unknown":"a","padding":"a"}"#, "badField"),
    (#"{"format":1,"symbols":"aa","unknown":"a","padding":"a"}"#, "badField"),
    (#"{"format":1,"symbols":"a","unknown":"a","padding":"a"}"#, "badField"),
    (#"{"format":1,"symbols":"ab","unknown":"c","padding":"a"}"#, "badField"),
    (#"{"format":1,"symbols":"ab","unknown":"a","padding":"ab"}"#, "badField"),
    (#"{"format":1,"symbols":"ab","unknown":"a","pading":"a"}"#, "unknownField"),
    (#"["ab"]"#, "badField"), ("{", "malformed"),
  ])
  func anAlphabetThatIsNone(_ json: String, _ code: String) {
    do throws(Refusal) {
      _ = try TextTests.alphabet(json)
      Issue.record("it was taken")
    } catch { #expect(error.code == code) }
  }

  @Test func theLikeliestWithoutTemperature() {
    var sampler = Sampler(temperature: 0, seed: 1)
    #expect((0..<20).allSatisfy { _ in sampler.choose([0, 3, 3, 1]) == 1 })
  }

  @Test func theSameSeedChoosesTheSame() {
    func choices(_ seed: UInt64) -> [Int] {
      var sampler = Sampler(seed: seed)
      return (0..<50).map { _ in sampler.choose([1, 2, 3, 2]) }
    }
    #expect(choices(7) == choices(7))
    #expect(choices(7) != choices(8))
    #expect(Set(choices(7)).count > 1)
  }

  /// 10,000 choices among four stay within five deviations of what the numbers say.
  @Test func choicesFollowTheProbabilities() {
    var sampler = Sampler(seed: 3)
    var counts = [0, 0, 0]
    for _ in 0..<10_000 { counts[sampler.choose([0, 1, 2])] += 1 }
    for (count, wanted) in zip(counts, [0.0900, 0.2447, 0.6652]) {
      let mean = 10_000 * wanted
      let deviation = (mean * (1 - wanted)).squareRoot()
      #expect(abs(Double(count) - mean) < 5 * deviation)
    }
  }

  @Test func theNucleusLeavesTheUnlikelyOut() {
    var sampler = Sampler(topP: 0.6, seed: 3)
    #expect((0..<500).allSatisfy { _ in sampler.choose([0, 1, 2]) == 2 })
    sampler.topP = 0.8
    let seen = Set((0..<500).map { _ in sampler.choose([0, 1, 2]) })
    #expect(seen == [1, 2])
  }

  // MARK: - Going on

  /// What is shown never holds a stop or its beginning, however the pieces fall.
  @Test func aStopIsKeptBack() async throws {
    let text = try TextModel(try WordModel.model(), try TextTests.alphabet())
    var options = TextOptions()
    (options.temperature, options.most) = (0, 9)
    #expect(try await WordModel.said(text, "a", options) == .init("bcabcabca", .length, 9))
    options.stops = ["ca"]
    #expect(try await WordModel.said(text, "a", options) == .init("b", .stop, 3))
    options.stops = ["cb", "abca"]
    #expect(try await WordModel.said(text, "a", options) == .init("bc", .stop, 6))
    options.stops = ["", "bb"]
    #expect(try await WordModel.said(text, "a", options) == .init("bcabcabca", .length, 9))
    options.stops = ["cabcabcabc"]
    #expect(try await WordModel.said(text, "a", options) == .init("bcabcabca", .length, 9))
  }

  @Test func whoeverListensNoMoreEndsIt() async throws {
    struct Gone: Error {}
    let text = try TextModel(try WordModel.model(), try TextTests.alphabet())
    var heard = 0
    await #expect(throws: Gone.self) {
      _ = try await text.continue("a", TextOptions()) { _ in
        heard += 1
        if heard == 3 { throw Gone() }
      }
    }
    #expect(heard == 3)
  }

  /// More talks than the machine has threads: another task still gets its turn among them.
  @Test func manyTalksLeaveRoomForOthers() async throws {
    struct Heard: Error {}
    final class Bell: Sendable { let rang = Mutex(false) }
    let text = try TextModel(try WordModel.model(), try TextTests.alphabet())
    let bell = Bell()
    var options = TextOptions()
    options.most = 20_000
    let ended = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<128 {
        group.addTask { [options] in
          do {
            _ = try await text.continue("a", options) { _ in
              if bell.rang.withLock({ $0 }) { throw Heard() }
            }
            return false
          } catch is Heard { return true }
        }
      }
      group.addTask {
        bell.rang.withLock { $0 = true }
        return true
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(ended == 129)
  }

  @Test func anotherAlphabetIsRefused() throws {
    let model = try WordModel.model()
    let few = try TextTests.alphabet(#"{"format":1,"symbols":"ab","unknown":"a","padding":"a"}"#)
    #expect(throws: Refusal("otherAlphabet", ["symbols": 2, "outputs": 5])) {
      _ = try TextModel(model, few)
    }
  }
}
