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

  /// Those of deposits, vouchers and of who speaks for a receiver.
  private func ofChannels(_ domain: EIP712.Domain) -> [Recovery] {
    let escrow = BatchEscrow.domain(chainId: domain.chainId)
    switch self {
    case .depositToChannel(let m):
      let a = m.authorisation(escrow)
      return [
        Recovery(a.signature, over: a.digest(token: DollarToken.domain(chainId: domain.chainId)))
      ]
    case .claimVouchers(let m): return Message.recoveries(m.claims, m.signature, escrow)
    case .refundChannel(let m):
      let claims = Message.recoveries(m.claims, m.claimsSignature, escrow)
      return m.signature.isEmpty ? claims : claims + [Recovery(m.signature, over: m.digest(escrow))]
    default: return []
    }
  }

  /// Those of sold runs that are shown or opened.
  private func ofRuns(_ domain: EIP712.Domain) -> [Recovery] {
    switch self {
    case .showEquivocation(let m):
      [m.first, m.second].map { Message.recovery($0, domain) }
    case .openSoldRun(let m): [Message.recovery(m.word, domain)]
    default: []
    }
  }

  /// Of the account behind a run: it signed the run, or the name of the key that did.
  private static func recovery(_ word: RunWord, _ domain: EIP712.Domain) -> Recovery {
    let account = word.run.accountSignature(word.signature, domain: domain)
    return Recovery(account.bytes, over: account.digest)
  }

  private static func recoveries(
    _ claims: [VoucherClaim], _ batch: [UInt8], _ escrow: EIP712.Domain
  ) -> [Recovery] {
    let vouchers = claims.map { Recovery($0.signature, over: $0.digest(escrow)) }
    if batch.isEmpty { return vouchers }
    return vouchers + [Recovery(batch, over: ClaimBatch(claims).digest(domain: escrow))]
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
    case .depositToChannel, .claimVouchers, .refundChannel: return ofChannels(domain)
    case .showEquivocation, .openSoldRun: return ofRuns(domain)
    default:
      return contents.map {
        Recovery($0.custody.signature, over: $0.custodyDigest(network: network))
      }
    }
  }
}
