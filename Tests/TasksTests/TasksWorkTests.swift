// What is a task, what is an answer to it, and what gold is bound to.

import Kernel
import Market
import Primitives
import Testing

@testable import Tasks

@Suite struct TasksWorkTests {
  static func check(seats: UInt64 = 3, gold: UInt64 = 0, topic: UInt64 = 0) -> CheckTerms {
    CheckTerms(
      "panel",
      [
        Number("seats", seats), Number("judges", 3), Number("share", 200_000), Number("rule", 1),
        Number("par", 600_000), Number("gold", gold), Number("topic", topic),
      ])
  }

  static func code(_ spec: TasksSpec, _ check: CheckTerms = Self.check()) -> String {
    do throws(Refusal) {
      try TasksWork.admit(spec.encoded, under: check)
      return ""
    } catch { return error.code }
  }

  @Test func whatIsATask() {
    #expect(Self.code(TasksSpec(question: "Say it in German.", items: 4)) == "")
    #expect(Self.code(TasksSpec(question: "", items: 4)) == "badTask")
    #expect(Self.code(TasksSpec(question: "x", items: 65)) == "badTask")
    #expect(Self.code(TasksSpec(question: "x", items: 43)) == "badTask")
    #expect(Self.code(TasksSpec(question: "x", items: 42)) == "")
    #expect(Self.code(TasksSpec(question: "x", items: 4), CheckTerms("proved")) == "notForTasks")
    #expect(Self.code(TasksSpec(question: "x", items: 4), CheckTerms("open")) == "")
  }

  @Test func judgesAreThoseOfTheTopic() {
    let spec = TasksSpec(question: "x", items: 4, topic: "translation.de")
    #expect(Self.code(spec) == "badTask")
    let topic = Subject.topic(named: "translation.de")
    #expect(topic < 1 << 53 && topic != 0)
    #expect(Self.code(spec, Self.check(topic: topic)) == "")
    #expect(Subject.panel(topic) != Subject.panel(0))
  }

  @Test func goldIsNamedWhereItIsCounted() {
    let gold = TasksSpec(question: "x", items: 4, gold: SHA256.hash([1]))
    #expect(Self.code(gold) == "goldDiffers")
    #expect(Self.code(gold, Self.check(gold: 2)) == "")
    #expect(Self.code(gold, Self.check(gold: 3)) == "goldDiffers")
    #expect(Self.code(TasksSpec(question: "x", items: 4), Self.check(gold: 2)) == "goldDiffers")
  }

  @Test func whatIsAnAnswer() throws {
    let spec = TasksSpec(question: "x", items: 2).encoded
    let parts = try TasksWork.parts(
      of: CBOR.encode(TaskPieces(texts: ["Haus", ""])), to: spec)
    #expect(parts == [SHA256.hash(Array("Haus".utf8)), .zero])
    // Any bytes are an answer.
    let bytes = CBOR.encode(TaskPieces([[0xff, 0xfe], [0]]))
    #expect(try TasksWork.parts(of: bytes, to: spec).count == 2)
    for bad in [
      CBOR.encode(TaskPieces(texts: ["one"])), CBOR.encode(TaskPieces(texts: ["", ""])),
      CBOR.encode(TaskPieces([[UInt8](repeating: 1, count: 16_384), [1]])), [], [0xff],
    ] {
      #expect(throws: Refusal.self) { try TasksWork.parts(of: bad, to: spec) }
    }
  }

  @Test func goldIsWhatWasCommittedTo() throws {
    let gold = CBOR.encode(TaskPieces(texts: ["Haus", ""]))
    let salt = SHA256.hash([7])
    let root = TasksGold.root(of: [TasksGold.leaf(run: 0, salt: salt, gold: gold)])
    let spec = TasksSpec(question: "x", items: 2, gold: root).encoded
    func code(_ gold: [UInt8], salt: Bytes32, items: UInt64 = 1) -> String {
      let opening = GoldOpening(gold: gold, salt: salt, path: [], run: 0, runs: 1, items: items)
      do throws(Refusal) {
        try TasksWork.admit(opening, to: spec)
        return ""
      } catch { return error.code }
    }
    #expect(code(gold, salt: salt) == "")
    #expect(code(gold, salt: .zero) == "goldDiffers")
    #expect(code(gold, salt: salt, items: 2) == "goldDiffers")
    #expect(code(CBOR.encode(TaskPieces(texts: ["Hut", ""])), salt: salt) == "goldDiffers")
  }
}
