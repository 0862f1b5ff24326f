// The base URL that `tolsey up` prints for agents: a text model, paid by x402 through the node.

import Logging
import NetworkRoom
import Node
import Primitives

/// What a test node sells at its own `/v1`.
struct HouseDoor {
  let side: SideDoor
  let claims: DoorClaims?

  /// Nil where the node carries no payments.
  ///
  /// - Parameter key: of the test account that is paid: it is founded, so that a node in which
  ///   nobody buys has not a message more.
  static func open(
    _ side: SideDoor, at node: Node, of house: TestHouse, paying key: PrivateKey?,
    in folder: String,
    _ limits: RequestLimits, _ log: Logger
  ) async throws -> HouseDoor? {
    guard node.services.facilitator != nil, let key else { return nil }
    let sales = folder + "/sales"
    try LocalFile.makeFolder(sales, mode: 0o700)
    let link = NodeLink(client: NodeClient(node.address))
    let door = try await PaidDoor.open(
      link, payTo: key.address, key: key, ware: "house-\(HouseSpeaker.name)",
      work: SpeechPrice.work, try ChannelOptions.parse([]), in: sales)
    let price = SpeechPrice(
      HouseSpeaker.price, per: .call, payTo: key.address, chainID: door.chainID, gate: door.gate)
    let created = WallClock().now.milliseconds / 1_000
    let speaker = try await house.speaker(at: node, created: created, in: sales + "/checked")
    side.open(speaker, price: price, limits: limits, log: log)
    return HouseDoor(side: side, claims: door.startClaims())
  }

  /// Before the node stops: what is owed is claimed there.
  func close(_ console: Console) async {
    side.close()
    await claims?.stop(console)
  }
}
