// Signatures that stand within a message, recovered before it is ordered.

public import Primitives

/// Whose signature over a digest some bytes are.
///
/// To recover a signer takes longer than most messages take altogether. The door does it side by
/// side on many cores, and the ledger, which works alone, looks the result up.
public struct Recovery: Hashable, Sendable {
  let digest: Bytes32
  let signature: [UInt8]
  /// Nil where the bytes are nobody's signature.
  let signer: Address?

  /// Recovers the signer: there is no other way to make one that counts.
  public init(_ signature: [UInt8], over digest: Bytes32) {
    self.digest = digest
    self.signature = signature
    signer = try? Signature(signature).recover(digest: digest)
  }

  /// Takes somebody's word for whose signature it is, for simulators and benchmarks of the rules
  /// alone.
  public init(simulated signer: Address, _ signature: [UInt8], over digest: Bytes32) {
    self.digest = digest
    self.signature = signature
    self.signer = signer
  }
}

extension KernelTables {
  /// Who signed a digest; nil for nobody. What was recovered with the current message is looked
  /// up, anything else is recovered here, so that the answer never hangs on who asked before.
  public func signer(of digest: Bytes32, _ signature: [UInt8]) -> Address? {
    for known in recoveries where known.digest == digest && known.signature == signature {
      return known.signer
    }
    return Recovery(signature, over: digest).signer
  }
}
