// Help in the terminal: every concept has a text, and commands keep their own help.

import Chain
import Foundation
import Primitives
import Testing

@testable import tolsey

@Suite struct HelpTests {
  /// What the command line promises to explain.
  static let promised = [
    "road", "checks", "open", "replicated", "disputable", "trust", "incentives", "receipts",
    "keys", "money", "auctions", "offers", "bonds", "deadlines", "auditors", "disputes",
    "privacy", "reputation", "rules", "tolls", "models", "events", "faucet", "node",
  ]

  @Test(arguments: promised)
  func everyPromisedConceptHasAText(name: String) async throws {
    let recorder = Recorder()
    #expect(await recorder.run("help", name) == .done)
    #expect(recorder.out.hasPrefix("\(name): ") && recorder.out.contains("Read on: docs/"))
    #expect(recorder.err == "")
  }

  @Test func theListIsThePromise() throws {
    #expect(Set(Concept.all.map(\.name)) == Set(HelpTests.promised))
    let words = Concept.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(words).count == words.count)
    // A word that is a command too would never reach the concept.
    for word in words {
      #expect(try HelpTopic.concept(in: ["help", word]) != nil, "\(word)")
    }
  }

  @Test(arguments: Concept.all.map(\.name))
  func textsFitATerminalAndTheirPagesExist(name: String) throws {
    let concept = try #require(Concept.named(name))
    for line in concept.text(Paint(isOn: false)).split(separator: "\n") {
      #expect(line.count <= 92, "\(line)")
    }
    #expect(concept.summary.last != "." && !concept.commands.isEmpty)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    #expect(
      FileManager.default.fileExists(atPath: root.appendingPathComponent(concept.page).path))
  }

  @Test(arguments: Concept.all.map(\.name))
  func theCommandsToTryAreCommands(name: String) throws {
    var known: Set<String> = ["help"]
    for group in CommandList.groups {
      for type in group.subcommands { known.insert(type.configuration.commandName ?? "") }
    }
    for command in try #require(Concept.named(name)).commands {
      let words = command.split(separator: " ")
      #expect(words.first == "tolsey" && known.contains(String(words[1])), "\(command)")
    }
  }

  /// A hint that names a command names one that there is.
  @Test func hintsNameCommandsThatAre() {
    var children: [String: Set<String>] = ["help": []]
    for group in CommandList.groups {
      for type in group.subcommands {
        let below = type.configuration.subcommands.map { $0.configuration.commandName ?? "" }
        children[type.configuration.commandName ?? ""] = Set(below)
      }
    }
    var named = 0
    for text in RefusalTexts.all {
      for match in text.hint.matches(of: /tolsey ([a-z-]+)(?: ([a-z-]+))?/) {
        named += 1
        let below = children[String(match.1)]
        #expect(below != nil, "\(text.code): tolsey \(match.1)")
        // `buy` and `sell` do something themselves, whatever word follows.
        guard let below, below.count > 1, let second = match.2 else { continue }
        #expect(below.contains(String(second)), "\(text.code): tolsey \(match.1) \(second)")
      }
    }
    #expect(named > 20)
  }

  @Test func commandsKeepTheirHelp() async {
    for words in [["help"], ["help", "order"], ["help", "order", "create"], ["help", "offer"]] {
      let recorder = Recorder()
      let status = await Tolsey.run(
        words, out: recorder.console().out, err: recorder.console().err)
      #expect(status == .done)
      #expect(recorder.out.contains("USAGE: tolsey"), "\(words)")
    }
  }

  @Test func aliasesAndCapitalsAreUnderstood() throws {
    #expect(try HelpTopic.concept(in: ["help", "FEES"])?.name == "tolls")
    #expect(try HelpTopic.concept(in: ["--json", "help", "backup"])?.name == "node")
    #expect(try HelpTopic.concept(in: ["help"]) == nil)
    #expect(try HelpTopic.concept(in: ["order", "help"]) == nil)
    #expect(try HelpTopic.concept(in: ["help", "order"]) == nil)
  }

  @Test func whatIsNeitherIsRefusedWithAHint() async throws {
    let recorder = Recorder()
    #expect(await recorder.run("help", "nosuch", "--json") == .usage)
    let json = try JSONValue(parsing: recorder.out)
    #expect(json["errors"]?[0]?["code"] == "unknownTopic")
    let near = Recorder()
    #expect(await near.run("help", "incent") == .usage)
    #expect(near.err.contains("tolsey help incentives"))
  }
}
