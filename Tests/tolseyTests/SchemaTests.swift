// Published schemas: one for every command, and true of what commands answer.

import ArgumentParser
import Foundation
import Primitives
import Testing

@testable import tolsey

@Suite struct SchemaTests {
  /// Every command of the tree that answers.
  static func commands(
    below type: any ParsableCommand.Type = Tolsey.self
  ) -> [any ConsoleCommand.Type] {
    let configuration = type.configuration
    var children = configuration.subcommands
    for group in configuration.groupedSubcommands { children += group.subcommands }
    var found: [any ConsoleCommand.Type] = []
    if let own = type as? any ConsoleCommand.Type { found.append(own) }
    for child in children { found += commands(below: child) }
    return found
  }

  @Test func everyCommandHasASchemaAndEverySchemaACommand() {
    let spoken = Set(SchemaTests.commands().map { $0.schema })
    #expect(spoken.count > 60)
    for name in spoken { #expect(DataSchemas.all[name] != nil, "\(name)") }
    // Two are of no command: concepts, and what could not be parsed.
    #expect(Set(DataSchemas.names).subtracting(spoken) == ["help/1", "error/1"])
  }

  @Test func namesHaveANounAndAVersion() {
    for name in DataSchemas.names {
      let parts = name.split(separator: "/")
      #expect(parts.count == 2 && UInt64(parts[1]) == 1, "\(name)")
    }
  }

  @Test(arguments: [
    ["version"], ["concepts"], ["help", "road"], ["completions", "bash"], ["schema", "list"],
    ["schema", "show", "buy/1"], ["terms", "show"], ["docs", "refusals"], ["doctor"],
  ])
  func whatCommandsAnswerFits(words: [String]) async throws {
    let recorder = Recorder()
    _ = await Tolsey.run(
      words + ["--json"], out: recorder.console().out, err: recorder.console().err)
    let json = try JSONValue(parsing: recorder.out)
    let name = try #require(json["schema"]?.string)
    let shape = try #require(DataSchemas.all[name])
    let data = try #require(json["data"])
    #expect(shape.fault(in: data) == nil)
  }

  @Test func whatDoesNotFitIsSaidByItsPlace() {
    let shape = Shape.object(["a": .count, "b": .list(.object(["c": .text]))], may: ["d": .flag])
    #expect(shape.fault(in: ["a": 1, "b": []]) == nil)
    #expect(shape.fault(in: ["a": 1, "b": [["c": "x"]], "d": true]) == nil)
    #expect(shape.fault(in: ["b": []]) == "data.a is missing")
    #expect(shape.fault(in: ["a": 1, "b": [["c": 2]]])?.hasPrefix("data.b[0].c") == true)
    #expect(shape.fault(in: ["a": 1, "b": [], "e": 1]) == "data.e is unknown")
    #expect(shape.fault(in: ["a": .null, "b": []])?.hasPrefix("data.a") == true)
    #expect(shape.fault(in: []) != nil)
    #expect(Shape.orNull(.choice(["x"])).fault(in: .null) == nil)
    #expect(Shape.orNull(.choice(["x"])).fault(in: "y") != nil)
    #expect(Shape.open(["a": .count]).fault(in: ["a": 1, "z": []]) == nil)
  }

  @Test func aSchemaSaysWhatItIs() async throws {
    let recorder = Recorder()
    #expect(await recorder.run("schema", "show", "order.list") == .done)
    let json = try JSONValue(parsing: recorder.out)
    #expect(json["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    #expect(json["properties"]?["schema"]?["const"] == "order.list/1")
    #expect(json["additionalProperties"] == false)
    let unknown = Recorder()
    #expect(await unknown.run("schema", "show", "order.lits") == .usage)
  }
}
