// `tolsey chain verify`: replays a node's log from its genesis and compares every hash.

import ArgumentParser
import Chain
import Primitives
import Store

struct ChainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain", abstract: "A network as a whole: what it is, and its history checked.",
    subcommands: [ChainShow.self, ChainGenesis.self, ChainVerify.self])
}

struct ChainVerify: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Replay a node's log and compare every hash.",
    discussion: """
      The folder is a node's: genesis.json, and the log in store/. No key is needed, so that a \
      copy will do. Every signature is recovered, every message carried out and every root worked \
      out anew. It exits with 65 and names the height and the root that differs.
      """)
  static let schema = "chain.verify/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The folder.") var folder: String
  @Option(help: "The network that it must be: the first digits of its id will do.")
  var network: String?

  func run(on console: Console) async throws {
    let genesis = try GenesisFile.read(in: folder, network: network)
    let log = try LogFile(folder: folder, genesis: genesis)
    let start = ContinuousClock.now
    let count = try log.blockCount()
    let replay: Replay
    do {
      replay = try await console.progress("replaying", total: count) { bar in
        try Replay(genesis, log) { bar.advance() }
      }
    } catch let broken as Replay.Broken {
      throw broken.failure
    }
    let elapsed = ContinuousClock.now - start
    let speed = replay.blocks * 1000 / max(1, UInt64(elapsed / .milliseconds(1)))
    let data: JSONValue = [
      "network": .string("\(genesis.network)"),
      "operator": .string(genesis.operator.checksummed),
      "height": .unsigned(replay.height), "blocks": .unsigned(replay.blocks),
      "messages": .unsigned(replay.messages), "settledRuns": .unsigned(replay.settled),
      "stateRoot": .string("\(replay.stateRoot)"), "tip": .string("\(replay.tip)"),
      "blocksPerSecond": .unsigned(speed),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("network", .init("\(genesis.network)", .handle))
      fields.add("operator", .init(genesis.operator.checksummed, .handle))
      fields.add("height", .init("\(replay.height)"))
      fields.add("messages", .init("\(replay.messages)"))
      fields.add("settled runs", .init("\(replay.settled)"))
      fields.add("state root", .init("\(replay.stateRoot)"))
      fields.add("speed", .init("\(speed) blocks a second"))
      return fields.text(paint) + "\n\n" + paint(.good, "every hash is the same")
    }
  }
}
