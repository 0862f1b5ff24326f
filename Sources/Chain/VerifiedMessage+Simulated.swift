// Messages that nobody signed, for simulators and benchmarks of the rules alone.

import Kernel
import Market
public import Primitives

extension VerifiedMessage {
  /// Takes the sender's word for it. No door uses this: a message that comes from outside is
  /// recovered, and the file of a block that holds this one would not replay.
  ///
  /// - Parameters:
  ///   - signer: who shall have signed, where that is a session key of the sender.
  ///   - network: with it the custodians that the message names are believed as well, and
  ///   their signatures are not looked at; without it the ledger recovers them.
  public init(
    simulated signed: SignedMessage, domain: EIP712.Domain,
    by signer: Address? = nil, believingCustodiansOf network: Bytes32? = nil
  ) {
    let recoveries =
      network.map { network in
        signed.message.contents.map {
          Recovery(
            simulated: $0.custody.custodian, $0.custody.signature,
            over: $0.custodyDigest(network: network))
        }
      } ?? []
    self.init(signed, by: signer ?? signed.head.from, domain, recoveries)
  }
}
