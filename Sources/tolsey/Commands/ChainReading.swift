// `tolsey chain show` and `genesis`: which network a node keeps, and what it was founded with.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives

struct ChainShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show which network a node keeps, and how far it is.")
  static let schema = "chain.show/1"

  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let json = try await node.connect(console).get("/api/status")
    console.result(Self.schema, json) { paint in
      var fields = TextFields()
      fields.add("network", .init(json["network"]?.string ?? "", .handle))
      fields.add("chain id", .init("\(json["chainId"]?.uint64 ?? 0)"))
      fields.add("operator", .init(json["operator"]?.string ?? ""))
      fields.add("block", .init("\(json["height"]?.uint64 ?? 0)"))
      fields.add("its time", .init(UTC.text(Time(json["time"]?.uint64 ?? 0)) + " UTC"))
      fields.add("paused", .init("\((json["paused"]?.uint64 ?? 0) / 1_000) s in all"))
      fields.add("waiting", .init("\(json["waiting"]?.uint64 ?? 0) messages"))
      fields.add("faucet", .init(json["faucet"]?.bool == true ? "gives test money" : "none"))
      fields.add("version", .init(json["version"]?.string ?? ""))
      return fields.text(paint)
    }
  }
}

struct ChainGenesis: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "genesis", abstract: "Print a network's genesis, whose hash is its id.",
    discussion: "With its log it is all that 'tolsey chain verify' needs.")
  static let schema = "chain.genesis/1"

  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    console.result(Self.schema, genesis.json) { _ in genesis.file }
  }
}
