// Making a proof of any level: one door through which runs go, whatever their proofs hide.

public import Graphs
public import Primitives

/// Proves runs of one model at one level. It keeps the encoded weights, which are made once.
public enum Prover: Sendable {
  case open(OpenProver)
  case succinct(SuccinctProver)

  /// Refuses weights that are not those that the manifest commits to, and models that the level
  /// does not prove.
  public init(
    _ level: ProofLevel, _ manifest: Manifest, _ weights: CommittedWeights
  ) throws(Refusal) {
    switch level {
    case .open: self = .open(try OpenProver(manifest, weights))
    case .succinct: self = .succinct(try SuccinctProver(manifest, weights))
    // Takes a secret and the input's salt too: `PrivateProver`.
    case .private: throw Refusal("levelNotOnLedger", [Number("private", 0)])
    }
  }

  /// - Parameters:
  ///   - traces: every tensor of the run of each sample, from any executor.
  ///   - nonce: what whoever asks for the proof chose.
  ///   - expires: milliseconds since 1970 after which the proof is not to be taken; 0 for never.
  public func prove(
    _ traces: [[Tensor]], nonce: Bytes32, expires: UInt64 = 0
  ) throws(Refusal) -> Proof {
    switch self {
    case .open(let own): .open(try own.prove(traces, nonce: nonce, expires: expires))
    case .succinct(let own): .succinct(try own.prove(traces, nonce: nonce, expires: expires))
    }
  }
}
