// A command that sends one message: one shape for all of them, whatever room it is for.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives

/// A command that sends one message, signed by one key, and says what became of it.
protocol OneMessage: ConsoleCommand {
  var key: KeyOptions { get }
  var node: NodeOptions { get }
  /// Reads what has to be known first, and gives what is to be sent.
  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message
  /// What happened, for people.
  func text(_ settlement: Settlement, _ paint: Paint) -> String
}

extension OneMessage {
  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let write = try await message(link, from: key.address)
    let settlement = try await Wallet(link, key).send(write)
    console.result(Self.schema, Wallet.data(settlement)) { text(settlement, $0) }
  }
}
