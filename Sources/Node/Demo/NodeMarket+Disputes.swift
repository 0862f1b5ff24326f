// A finished game out of the log of a node, as the file by which anybody can judge it again.

import Chain
import Inference
import Market
public import NetworkRoom
import Primitives
public import Workers

extension NodeMarket {
  /// Collects all that a game is judged by. Nil as long as the game is not over.
  public func record(of status: DisputeStatus) async throws -> DisputeRecord? {
    guard status.state != "open" else { return nil }
    let run = try await client.run(status.run)
    let key = RunKey(run.lease, run.index)
    let messages = try await client.messages(about: status.run).filter(\.code.isEmpty).map(\.signed)
    var record = DisputeRecord()
    record.genesis = try await client.genesis()
    (record.state, record.reason) = (status.state, status.reason)
    for output in messages.compactMap({ DisputeRecord.output(in: $0.message) }) {
      let game = GameKey(key, output, status.challenger)
      if game.id == status.id { record.game = game }
    }
    for signed in messages { record.add(signed) }
    if case .takeOffer(let m) = record.start.message {
      record.promise = try await client.signed(m.offer.digest)
    } else if let settled = run.settled.first {
      record.promise = try await client.signed(settled.order)
    }
    record.manifest = try await client.manifest(of: try model(of: record.promise.message))
    record.receipt = (try? await client.receipt(of: status.run)) ?? []
    return record
  }

  private func model(of promise: Message) throws(Refusal) -> Bytes32 {
    let spec =
      switch promise {
      case .postOffer(let m): m.spec
      case .placeOrder(let m): m.request.spec
      default: [UInt8]()
      }
    return try CBOR.decode(InferenceSpec.self, from: spec).model
  }
}
