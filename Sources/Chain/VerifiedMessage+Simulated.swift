// Messages that nobody signed, for simulators and benchmarks of the rules alone.

public import Primitives

extension VerifiedMessage {
  /// Takes the sender's word for it. No door uses this: a message that comes from outside is
  /// recovered, and the file of a block that holds this one would not replay.
  public init(simulated signed: SignedMessage, domain: EIP712.Domain) {
    self.signed = signed
    signer = signed.head.from
    size = signed.encoded.count
    separator = domain.separator
  }
}
