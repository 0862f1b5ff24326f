// Whether a receipt's proof is of its run and gives its verdict: nobody's word is needed for that.

import Inference
import Kernel
import Market
import Primitives

extension ReceiptCheck {
  /// Verifies the proof again, as the ledger did, from the messages that stand in the receipt.
  func proof() throws(Refusal) {
    let isJudged = settled.verdict.outcome == .proved || settled.verdict.outcome == .disproved
    guard let message = receipt.evidence.first, case .submitProof(let m) = message.message else {
      return try require(!isJudged, .evidence, "proof")
    }
    try require(isJudged && receipt.evidence.count == 1, .evidence, "proof")
    guard let (work, spec) = work, work == InferenceWork.name, let input,
      let level = settled.check.numbers.first?.value
    else { throw .broken(.evidence, "work") }
    let salt = ContentSalt(value: m.salt)
    try require(salt.keyHash == input.keyHash, .evidence, "salt")
    let root = ContentChunks.root(of: m.output, as: .output, salt: salt)
    try require(root == m.evidence.output.root, .evidence, "output")
    let claim = ProofClaim(
      level: level, spec: spec, run: settled.run, input: input, salt: salt, output: m.output,
      now: receipt.header.time)
    let holds: Bool
    do throws(Refusal) {
      holds = try InferenceWork.verify(claim, proof: m.proof)
    } catch {
      throw .broken(.evidence, error.numbers.first?.name ?? error.code)
    }
    try require(holds == (settled.verdict.outcome == .proved), .verdict, "proof")
  }

  /// What was ordered.
  private var work: (name: String, spec: [UInt8])? {
    if case .placeOrder(let m) = receipt.order.message { return (m.request.work, m.request.spec) }
    guard case .postOffer(let m)? = receipt.promises.first?.message else { return nil }
    return (m.work, m.spec)
  }

  /// The input that started the run.
  private var input: Content? {
    switch receipt.start.first?.message ?? receipt.order.message {
    case .sendInput(let m): m.input
    case .takeOffer(let m): m.input
    default: nil
    }
  }
}
