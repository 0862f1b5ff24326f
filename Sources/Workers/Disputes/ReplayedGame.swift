// What a dispute's file is read into while it is judged again.

import Chain
import Market
import Primitives

/// One of the games about a claim, as far as it was played anew.
struct ReplayedGame {
  let key: GameKey
  let isAudit: Bool
  /// Which of the roots it is about.
  var rootIndex = 0
  var picks: [UInt8] = []
  /// The picks by which the root before fell.
  var fallen: [UInt8] = []
  var disputed = Bytes32.zero
  var before = Bytes32.zero
  /// Why the last block ended it; empty while it goes on.
  var end = ""
  var moves: UInt64 = 0
  var providerBytes: UInt64 = 0
  var challengerBytes: UInt64 = 0

  init(key: GameKey, isAudit: Bool) {
    self.key = key
    self.isAudit = isAudit
  }

  mutating func nextRoot() {
    rootIndex += 1
    picks = []
    before = .zero
  }
}

/// A place in one of the traces that were shown.
struct ReplayedPlace: Hashable {
  let root: Bytes32
  let picks: [UInt8]
}

/// What the auditor sealed and opened: its root, or under `replicated` its answer.
struct ReplayedAudit {
  let address: Address
  let seal: Bytes32
  var word = Bytes32.zero

  init(_ address: Address, _ seal: Bytes32) {
    self.address = address
    self.seal = seal
  }
}

/// What an order or an offer promises.
struct PromisedWork {
  let spec: [UInt8]
  /// Who promised; nil for an order, which its buyer made.
  let provider: Address?
  let deputy: Address

  init(_ message: Message) throws(Refusal) {
    switch message {
    case .postOffer(let m): (spec, provider, deputy) = (m.spec, m.head.from, m.deputy)
    case .placeOrder(let m): (spec, provider, deputy) = (m.request.spec, nil, Address())
    default: throw .otherClaim
    }
  }
}

/// What started a run, and for whom.
struct StartedRun {
  let input: Content
  let providers: [Address]
  let offer: Bytes32?

  init(_ message: Message) throws(Refusal) {
    switch message {
    case .takeOffer(let m): (input, providers, offer) = (m.input, [m.key.to], m.offer.digest)
    case .sendInput(let m): (input, providers, offer) = (m.input, m.keys.map(\.to), nil)
    default: throw .otherClaim
    }
  }
}
