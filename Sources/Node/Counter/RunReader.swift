// Reads the answer of a run for its buyer, as soon as it lies there.

import Agents
import Chain
import Ciphers
import Explorer
import Kernel
import Market
import NetworkRoom
import Primitives

/// Whose answer it is, and by which key it opens.
enum RunOwner: Sendable {
  case account(PrivateKey)
  /// An account whose key is elsewhere; answers are sealed to a key of the counter.
  case wallet(Address, sealer: PrivateKey)
}

struct RunReader: Sendable {
  let shop: CounterDesk.Shop
  let time: Time
  let owner: RunOwner

  init(shop: CounterDesk.Shop, time: Time, _ owner: RunOwner) {
    self.shop = shop
    self.time = time
    self.owner = owner
  }

  /// Nil while there is none, or where it does not open.
  func output(of key: RunKey) async -> [UInt8]? {
    guard let evidence = try? await evidence(of: key) else { return nil }
    let message = try? await shop.market.message(evidence.digest)
    switch message {
    case .submitEvidence(let m)?: return await open(m.evidence.output, m.key)
    case .submitProof(let m)?: return m.output
    case .unsealAnswer(let m)?: return await open(m.evidence.output, m.key)
    default: return nil
    }
  }

  /// The message that showed the answer: of a run that is alive, or of one that is settled.
  private func evidence(of key: RunKey) async throws -> EvidenceID? {
    if let run = try await shop.market.run(key) {
      // Of several answers none is the output before the verdict.
      let seats = run.game.seats
      return seats.count == 1 ? seats[0].answer?.evidence : nil
    }
    let settled = try await shop.market.settled(key)
    return settled?.verdict.seats.first { $0.fate == .paid }?.evidence
  }

  private func open(_ content: Content, _ wrapped: WrappedKey) async -> [UInt8]? {
    guard let key = contentKey(wrapped, content), let blob = try? await fetch(content.blob),
      case .bytes(let bytes)? = try? ContentChunks.open(blob, of: content, as: .output, key: key)
    else { return nil }
    return bytes
  }

  private func contentKey(_ wrapped: WrappedKey, _ content: Content) -> Bytes32? {
    switch owner {
    case .account(let key):
      return wrapped.contentKey(of: content, for: key, network: shop.genesis.network)
    case .wallet(let wallet, let sealer):
      guard wrapped.scheme == WrappedKey.sealed, wrapped.to == wallet else { return nil }
      return KeyWrap.unwrap(
        wrapped.bytes, promised: content.keyHash, for: wallet, with: SealingKey(of: sealer),
        network: shop.genesis.network)
    }
  }

  /// A wallet signs no requests; the node itself lets its counter read what is for the wallet.
  private func fetch(_ root: Bytes32) async throws -> [UInt8] {
    switch owner {
    case .account(let key): return try await shop.market.get(root, by: key, at: time)
    case .wallet(let wallet, _): return try await shop.blobs.get(root, for: wallet)
    }
  }
}
