// `tolsey sell --http`: the door at which a seller's runs are paid one by one.

import ArgumentParser
import Market
import Models
import NetworkRoom
import Node
import Primitives

/// Where a seller also answers, if it does.
struct SellDoorOptions: ParsableArguments {
  @Option(
    help: """
      Also sell runs over HTTP at this port, each paid at once by x402; 0 takes any free one.
      """)
  var http: Int?
  @Option(help: "The address to listen at with --http.") var host = "127.0.0.1"
  @OptionGroup var logging: LogOptions

  /// Nothing but the seller's word stands behind an answer at the door.
  func require(_ check: String) throws {
    guard http != nil, check != OpenCheck.name else { return }
    throw Failure(
      .usage, code: "openOnly", "what is sold with --http is checked by nobody",
      hint: "leave --check away, or --http")
  }

  /// Nil where no door is wanted.
  func start(
    _ model: Model, _ price: Amount, _ key: PrivateKey, _ link: NodeLink, _ console: Console
  ) async throws -> (server: Server, url: String)? {
    guard let http else { return nil }
    let door = try await PaidDoor.open(
      link, payTo: key.address, ware: "run-\(model.id.short)")
    let till = RunTill(key: key, network: door.network, chainID: door.chainID, gate: door.gate)
    do {
      let server = try await Server.start(
        ModelSeller([(model, price)]), till: till, host: host, port: http,
        log: logging.logger(console))
      return (server, "\(server.address)/runs/\(model.id)")
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
  }
}
