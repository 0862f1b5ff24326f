// The spec, the gold and the items of labels: what is taken and what is not.

import Market
import Primitives
import Testing

@testable import Labels

@Suite struct LabelsWorkTests {
  static let spec = LabelsSpec(question: "A cat?", choices: ["yes", "no"], items: 32)

  static func judged(gold: UInt64, seats: UInt64 = 3) -> CheckTerms {
    CheckTerms(
      "judged",
      [Number("seats", seats), Number("gold", gold), Number("par", 100_000), Number("panel", 0)])
  }

  static func refusal(_ body: () throws(Refusal) -> Void) -> String? {
    do throws(Refusal) {
      try body()
      return nil
    } catch { return error.code }
  }

  @Test func schemasThatNobodyCouldAnswerAreRefused() {
    let changes: [(inout LabelsSpec) -> Void] = [
      { $0.question = "" }, { $0.question = String(repeating: "a", count: 281) },
      { $0.choices = ["yes"] }, { $0.choices = ["yes", "yes"] }, { $0.choices = ["yes", ""] },
      { $0.choices = (0..<256).map { "\($0)" } }, { $0.items = 31 }, { $0.items = 4_097 },
    ]
    for change in changes {
      var spec = Self.spec
      change(&spec)
      #expect(
        Self.refusal { () throws(Refusal) in
          try LabelsWork.admit(spec.encoded, under: Self.judged(gold: 0))
        } == "badSchema")
    }
  }

  /// The jury works within a block: what it may have to weigh is bounded by seats and items
  /// together.
  @Test func answersOfARunAreBounded() {
    func code(_ items: UInt64, seats: UInt64, _ check: CheckTerms? = nil) -> String? {
      var spec = Self.spec
      spec.items = items
      return Self.refusal { () throws(Refusal) in
        try LabelsWork.admit(spec.encoded, under: check ?? Self.judged(gold: 0, seats: seats))
      }
    }
    #expect(code(1_365, seats: 3) == nil)
    #expect(code(1_366, seats: 3) == "outOfRange")
    #expect(code(585, seats: 7) == nil)
    #expect(code(586, seats: 7) == "outOfRange")
    #expect(code(4_096, seats: 1, CheckTerms("open")) == nil)
  }

  /// By bytes: which strings count as equal may change with the tables of a system.
  @Test func namesDifferByTheirBytes() {
    var spec = Self.spec
    spec.choices = ["caf\u{e9}", "cafe\u{301}"]
    func code() -> String? {
      Self.refusal { () throws(Refusal) in
        try LabelsWork.admit(spec.encoded, under: Self.judged(gold: 0))
      }
    }
    #expect(code() == nil)
    spec.choices = ["b", "a", "c", "a"]
    #expect(code() == "badSchema")
  }

  @Test func anInputThatNoSeatReadsIsRefused() {
    func code(_ bytes: Int) -> String? {
      Self.refusal { () throws(Refusal) in
        try LabelsWork.admit(inputBytes: UInt64(bytes), for: Self.spec.encoded)
      }
    }
    #expect(code(LabelItems.largest) == nil)
    #expect(code(LabelItems.largest + 1) == "outOfRange")
  }

  @Test func goldStandsInSpecAndCheckOrInNeither() {
    var golden = Self.spec
    golden.gold = SHA256.hash([1])
    func code(_ spec: LabelsSpec, _ check: CheckTerms) -> String? {
      Self.refusal { () throws(Refusal) in try LabelsWork.admit(spec.encoded, under: check) }
    }
    #expect(code(Self.spec, Self.judged(gold: 0)) == nil)
    #expect(code(golden, Self.judged(gold: 5)) == nil)
    #expect(code(golden, Self.judged(gold: 0)) == "goldDiffers")
    #expect(code(Self.spec, Self.judged(gold: 5)) == "goldDiffers")
    #expect(code(golden, Self.judged(gold: 4)) == "outOfRange")
    #expect(code(golden, Self.judged(gold: 17)) == "outOfRange")
    #expect(code(Self.spec, CheckTerms("open")) == nil)
    #expect(code(Self.spec, CheckTerms("proved", [Number("level", 1)])) == "notForLabels")
  }

  @Test func goldOpensAsCommittedAndNotOtherwise() throws {
    let lists: [[UInt8]] = (0..<3).map { run in
      (0..<32).map { $0 % 3 == run ? 1 + UInt8($0 % 2) : 0 }
    }
    let leaves = lists.enumerated().map {
      LabelsGold.leaf(run: UInt64($0), salt: SHA256.hash([UInt8($0)]), gold: $1)
    }
    var spec = Self.spec
    spec.gold = LabelsGold.root(of: leaves)
    func code(
      _ run: Int, gold: [UInt8]? = nil, salt: UInt8? = nil, path: Int? = nil, items: UInt64? = nil
    ) -> String? {
      let opening = GoldOpening(
        gold: gold ?? lists[run], salt: SHA256.hash([salt ?? UInt8(run)]),
        path: LabelsGold.path(to: path ?? run, in: leaves), run: UInt64(run), runs: 3,
        items: items ?? UInt64(lists[run].count { $0 != 0 }))
      return Self.refusal { () throws(Refusal) in
        try LabelsWork.admit(opening, to: spec.encoded)
      }
    }
    for run in 0..<3 { #expect(code(run) == nil) }
    #expect(code(0, gold: lists[1]) == "goldDiffers")
    #expect(code(0, gold: lists[0] + [0]) == "goldDiffers")
    #expect(code(0, gold: lists[0].map { $0 == 0 ? 0 : 3 }) == "goldDiffers")
    #expect(code(0, salt: 9) == "goldDiffers")
    #expect(code(0, path: 2) == "goldDiffers")
    #expect(code(0, items: 7) == "goldDiffers")
  }

  @Test func answersAreListsOfChoices() {
    func code(_ answer: [UInt8]) -> String? {
      Self.refusal { () throws(Refusal) in
        try LabelsWork.admit(answer: answer, to: Self.spec.encoded)
      }
    }
    let good = [UInt8](repeating: 2, count: 32)
    #expect(code(good) == nil)
    #expect(code([0, 1] + [UInt8](repeating: 0, count: 30)) == nil)
    #expect(code([]) == "badAnswer")
    #expect(code(good + [1]) == "badAnswer")
    #expect(code(good.map { _ in 0 }) == "badAnswer")
    #expect(code([3] + good.dropLast()) == "badAnswer")
  }

  /// HTML as an image, a picture of another kind, a hundred megabytes, one item too many.
  @Test func hostileItemsAreRefused() throws {
    let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]
    let text = LabelItem(name: "a", media: "text/plain", body: Array("a cat".utf8))
    func code(_ change: (inout LabelItems) -> Void) -> String? {
      var items = LabelItems([LabelItem](repeating: text, count: 32))
      change(&items)
      let bytes = items.encoded
      return Self.refusal { () throws(Refusal) in
        _ = try LabelItems(bytes: bytes, for: Self.spec)
      }
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.items[3] = LabelItem(name: "b", media: "image/png", body: png) } == nil)
    #expect(code { $0.items[3].media = "image/png" } == "badItems")
    #expect(code { $0.items[3].media = "text/html" } == "badItems")
    #expect(code { $0.items[3].media = "image/svg+xml" } == "badItems")
    #expect(code { $0.items[3].body = [0xff, 0xfe] } == "badItems")
    #expect(code { $0.items[3].body = [] } == "badItems")
    #expect(code { $0.items[3].body = Array(repeating: 65, count: 1 << 20 + 1) } == "badItems")
    #expect(code { $0.items.removeLast() } == "badItems")
    #expect(code { $0.items = Array(repeating: text, count: 4_097) } == "badItems")
  }
}
