// Finding one's own purchases on the ledger again, after a restart.

import Chain
import Inference
import Kernel
import Market
import Primitives

extension Buyer {
  /// An order of ours that this process did not place, or the one that it has just placed.
  func recall(_ id: Bytes32) async throws {
    guard purchases[id] == nil,
      case .placeOrder(let m)? = try await client.message(id)
    else { return }
    let terms = terms
    try recall(id, m.head, m.input, .auction, runs: m.request.runs) { want throws(Refusal) in
      try want.most(terms: terms)
    }
  }

  /// The same for an offer that was taken: the lease says by which message.
  func recall(taken lease: LeaseID) async throws {
    var made = try await client.lease(lease)?.request
    if made == nil { made = try await client.settled(RunKey(lease, 0))?.order }
    guard let id = made else { return }
    leases[lease] = id
    if purchases[id] == nil, case .takeOffer(let m)? = try await client.message(id) {
      var price = try await client.offer(m.offer)?.rate.price(of: m.units)
      if price == nil {
        price = try await client.settled(RunKey(lease, 0))?.prices.first.map { Amount($0) }
      }
      let paid = price ?? .zero
      let terms = terms
      try recall(id, m.head, m.input, .offer, runs: m.runs) { want throws(Refusal) in
        try want.most(at: paid, terms: terms)
      }
    }
    purchases[id]?.lease = lease
  }

  /// Which want it was, the input tells: committed under a salt that only we can derive.
  private func recall(
    _ id: Bytes32, _ head: Head, _ content: Content, _ road: Road, runs: UInt64,
    _ most: (Want) throws(Refusal) -> Amount
  ) throws {
    guard let outbox else { return }
    let secrets = PurchaseSecrets(salts, network: outbox.network, head)
    let found = wants.indices.filter { index in
      guard wants[index].runs == runs, queue.contains(index) else { return false }
      let input = wants[index].input
      let salt = ContentSalt(contentKey: secrets.inputKey(0, of: input))
      return ContentChunks.root(of: input, as: .input, salt: salt) == content.root
    }
    // An offer whose slots this very purchase took is no longer there to be found, so who goes on
    // may expect another road than the one that was taken.
    guard let want = found.first(where: { wants[$0].road == road }) ?? found.first else { return }
    let sum = try most(wants[want])
    try budget.recall(sum)
    queue.removeAll { $0 == want }
    tried[want, default: 0] += 1
    purchases[id] = Purchase(
      want: want, head: head, message: id, road: road, most: sum, input: content,
      runs: runs)
    open.append(id)
  }
}
