// The contents that a message names, whose custodians' signatures are recovered with its own.

import Kernel
import Market
import Primitives

extension Message {
  /// A kind that is missing here is checked all the same, only later and alone.
  var contents: [Content] {
    switch self {
    case .placeOrder(let m): [m.input]
    case .takeOffer(let m): [m.input]
    case .sendInput(let m): [m.input]
    case .unsealAnswer(let m): [m.evidence.output]
    case .submitEvidence(let m): [m.evidence.output]
    case .submitProof(let m): [m.evidence.output]
    default: []
    }
  }
}
