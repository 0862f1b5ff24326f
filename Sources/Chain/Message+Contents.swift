// The signatures that stand within a message, which are recovered with its own.

import Kernel
import Market
import Payments
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

  /// Whose the signatures are that custodians and payers gave. The ledger looks them up.
  func recoveries(network: Bytes32, _ domain: EIP712.Domain) -> [Recovery] {
    switch self {
    case .payAuthorised(let m):
      let digest = m.authorisation.digest(token: DollarToken.domain(chainId: domain.chainId))
      return [Recovery(m.authorisation.signature, over: digest)]
    case .cancelAuthorisation(let m):
      let digest = m.digest(token: DollarToken.domain(chainId: domain.chainId))
      return [Recovery(m.signature, over: digest)]
    default:
      return contents.map {
        Recovery($0.custody.signature, over: $0.custodyDigest(network: network))
      }
    }
  }
}
