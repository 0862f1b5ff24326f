// The verifier of proved runs: whether a proof is of this run, and whether it holds.

import Graphs
public import Market
public import Primitives
import Proofs

extension InferenceWork {
  /// Verifies the proof of a run of a published model.
  public static func verify(
    _ claim: ProofClaim, proof: [UInt8], _ tables: borrowing InferenceTables
  ) throws(Refusal) -> ProofFinding {
    try card(of: claim.spec, tables).admit(proof, at: claim.level)
    let whole = try Proof(bytes: proof)
    return try judge(claim, whole, ProofHead(whole), bytes: UInt64(proof.count))
  }

  /// The same without the ledger's rows, for who holds a receipt in hand. The card of the model is
  /// made from the proof's own manifest: what no ledger would have taken is not worked on here.
  public static func verify(
    _ claim: ProofClaim, proof: [UInt8]
  ) throws(Refusal) -> ProofFinding {
    let whole = try Proof(bytes: proof)
    let head = ProofHead(whole)
    try ModelCard(manifest: head.manifest, publisher: .zero).admit(proof, at: claim.level)
    return try judge(claim, whole, head, bytes: UInt64(proof.count))
  }

  /// Whether what a proof of this work bound its input by is of this one.
  public static func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8]
  ) throws(Refusal) -> Bool {
    try HiddenInput(binding: binding).isInput([input], salt: salt.value)
  }

  /// A proof binds model, run, input and expiry by absorbing them, so that each of these is
  /// compared before any of the verifier's work is done. What then fails is a false proof.
  private static func judge(
    _ claim: ProofClaim, _ whole: Proof, _ proof: ProofHead, bytes: UInt64
  ) throws(Refusal) -> ProofFinding {
    guard UInt64(whole.level.rawValue) == claim.level else { throw .otherProof("level") }
    guard SHA256.hash(proof.manifest) == (try model(of: claim.spec)) else {
      throw .otherProof("model")
    }
    guard proof.nonce == claim.run.digest else { throw .otherProof("run") }
    guard proof.samples == 1 else { throw .otherProof("samples") }
    guard proof.expires == 0 || proof.expires >= claim.now.milliseconds else {
      throw .otherProof("expiry")
    }
    if let input = proof.input {
      guard UInt64(input.count) <= claim.input.plainBytes,
        ContentChunks.root(of: input, as: .input, salt: claim.salt) == claim.input.root
      else { throw .otherProof("input") }
    }
    // A proof that hides something else would show the input.
    guard proof.hides == (claim.level == ProvedCheck.privately ? .input : []) else {
      throw .otherProof("hiding")
    }
    // Bytes pay for the verifier's steps, so that none begins for fewer than a proof has.
    guard let size = try ProofSize(whole.level, of: proof.manifest),
      bytes >= size.leastBytes
    else { throw .otherProof("length") }
    guard let run = try? whole.verify(), run.outputs == [claim.output] else { return .fails }
    return run.hiddenInput.map { .binds($0.binding) } ?? .holds
  }
}

/// What a proof of any level absorbs before anything else.
private struct ProofHead {
  let manifest: [UInt8]
  let nonce: Bytes32
  let expires: UInt64
  let samples: UInt64
  /// Where it is in clear.
  let input: [UInt8]?
  let hides: Hiding

  init(_ proof: Proof) {
    switch proof {
    case .open(let own):
      (manifest, nonce, expires) = (own.manifest, own.nonce, own.expires)
      (samples, input, hides) = (own.samples, own.input, [])
    case .succinct(let own):
      (manifest, nonce, expires) = (own.manifest, own.nonce, own.expires)
      (samples, input, hides) = (own.samples, own.input, [])
    case .private(let own):
      (manifest, nonce, expires) = (own.manifest, own.nonce, own.expires)
      (samples, input, hides) = (own.samples, nil, Hiding(rawValue: own.hides))
    }
  }
}

extension Refusal {
  /// A proof of something else than this run, named by what differs first.
  static func otherProof(_ what: String) -> Refusal { Refusal("otherProof", [Number(what, 0)]) }
}
