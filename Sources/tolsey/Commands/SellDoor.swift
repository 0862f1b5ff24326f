// `tolsey sell --http`: the door at which a seller's runs are paid one by one.

import ArgumentParser
import Inference
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
  @OptionGroup var site: DoorSiteOptions
  @OptionGroup var channels: ChannelOptions
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
  ) async throws -> OpenDoor? {
    guard let http else { return nil }
    let site = try site.site()
    let door = try await PaidDoor.open(
      link, payTo: key.address, key: key, ware: "run-\(model.id.short)",
      work: InferenceWork.name, channels)
    guard let desk = door.desk else { return nil }
    do {
      let server = try await Server.start(
        ModelSeller([(model, price)]), till: RunTill(desk: desk, gate: door.gate, site: site),
        host: host, port: http, log: logging.logger(console))
      return OpenDoor(
        server: server, url: "\(server.address)/runs/\(model.id)", claims: door.startClaims())
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
  }
}

/// A door that is open, and what claims for it meanwhile.
struct OpenDoor {
  let server: Server
  let url: String
  let claims: DoorClaims?

  /// Finishes what is under way, and takes what is owed.
  func stop(_ console: Console) async {
    await server.stop()
    await claims?.stop(console)
  }
}
