// Making a proof of any level: one door through which runs go, whatever their proofs hide.

public import Graphs
public import Primitives

/// Told of long work how many of all its parts are done.
public typealias ProofProgress = @Sendable (_ done: Int, _ of: Int) -> Void

/// Proves runs of one model at one level. It keeps the encoded weights, which are made once.
public enum Prover: Sendable {
  case open(OpenProver)
  case succinct(SuccinctProver)
  case `private`(PrivateProver)

  /// Refuses weights that are not those that the manifest commits to, and models that the level
  /// does not prove.
  public init(
    _ level: ProofLevel, _ manifest: Manifest, _ weights: CommittedWeights
  ) throws(Refusal) {
    switch level {
    case .open: self = .open(try OpenProver(manifest, weights))
    case .succinct: self = .succinct(try SuccinctProver(manifest, weights))
    case .private: self = .private(try PrivateProver(manifest, weights))
    }
  }

  /// - Parameters:
  ///   - traces: every tensor of the run of each sample, from any executor.
  ///   - nonce: what whoever asks for the proof chose.
  ///   - expires: milliseconds since 1970 after which the proof is not to be taken; 0 for never.
  ///   - secrets: what a proof that hides its input is drawn from; others need none.
  ///   - progress: told of each step; level `open` has one, which is quick.
  public func prove(
    _ traces: [[Tensor]], nonce: Bytes32, expires: UInt64 = 0, secrets: ProofSecrets? = nil,
    progress: ProofProgress? = nil
  ) throws(Refusal) -> Proof {
    switch self {
    case .open(let own): .open(try own.prove(traces, nonce: nonce, expires: expires))
    case .succinct(let own):
      .succinct(try own.prove(traces, nonce: nonce, expires: expires, progress: progress))
    case .private(let own):
      .private(try prove(traces, nonce, expires, own, secrets, progress))
    }
  }

  private func prove(
    _ traces: [[Tensor]], _ nonce: Bytes32, _ expires: UInt64, _ own: PrivateProver,
    _ secrets: ProofSecrets?, _ progress: ProofProgress?
  ) throws(Refusal) -> PrivateProof {
    guard let secrets else { throw Refusal("noSecret") }
    return try own.prove(
      traces, nonce: nonce, expires: expires, secret: secrets.secret, salt: secrets.salt,
      progress: progress)
  }
}

/// Where a prover of a hidden run is: what is committed to, then each sum-check, then the openings.
enum ProverStep: Int, CaseIterable {
  case commitment = 1
  case bytes, lookups, roundings, maxima, sums, openings
}

extension Optional where Wrapped == ProofProgress {
  func done(_ step: ProverStep) { self?(step.rawValue, ProverStep.allCases.count) }
}

/// What a proof that hides its input is drawn from.
public struct ProofSecrets: Sendable {
  /// 32 random bytes of the prover's, as `PrivateProver` takes them.
  public let secret: Bytes32
  /// Came with the input.
  public let salt: Bytes32

  public init(secret: Bytes32, salt: Bytes32) {
    self.secret = secret
    self.salt = salt
  }
}
