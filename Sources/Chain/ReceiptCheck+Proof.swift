// Whether a receipt's proof is of its run and gives its verdict: nobody's word is needed for that.

import Inference
import Kernel
import Market
public import Primitives

extension ReceiptCheck {
  /// Verifies the proof again, as the ledger did, from the messages that stand in the receipt.
  ///
  /// - Returns: what binds the input of a proof that hides it; nil where there is none.
  @discardableResult
  func proof() throws(Refusal) -> [UInt8]? {
    let outcome = settled.verdict.outcome
    let isJudged = outcome == .proved || outcome == .disproved || outcome == .otherInput
    guard let message = receipt.evidence.first, case .submitProof(let m) = message.message else {
      try require(!isJudged, .evidence, "proof")
      return nil
    }
    try require(isJudged && receipt.evidence.count == 1, .evidence, "proof")
    guard let (work, spec) = work, work == InferenceWork.name, let input,
      let level = settled.check.numbers.first?.value
    else { throw .broken(.evidence, "work") }
    let salt = ContentSalt(value: m.salt)
    let isOwn = settled.check.hidesInput ? m.salt == .zero : salt.keyHash == input.keyHash
    try require(isOwn, .evidence, "salt")
    let root = ContentChunks.root(of: m.output, as: .output, salt: salt)
    try require(root == m.evidence.output.root, .evidence, "output")
    let claim = ProofClaim(
      level: level, spec: spec, run: settled.run, input: input, salt: salt, output: m.output,
      // One that hides its input stood for a while: it may have expired since the ledger took it.
      now: settled.check.hidesInput ? .zero : receipt.header.time)
    let finding: ProofFinding
    do throws(Refusal) {
      finding = try InferenceWork.verify(claim, proof: m.proof)
    } catch {
      throw .broken(.evidence, error.numbers.first?.name ?? error.code)
    }
    switch finding {
    case .fails: try require(outcome == .disproved, .verdict, "proof")
    case .holds: try require(outcome == .proved, .verdict, "proof")
    case .binds(let binding):
      // Whether it was contested only the ledger saw, or who opens the input.
      try require(outcome != .disproved, .verdict, "proof")
      return binding
    }
    return nil
  }

  /// What was ordered.
  var work: (name: String, spec: [UInt8])? {
    if case .placeOrder(let m) = receipt.order.message { return (m.request.work, m.request.spec) }
    guard case .postOffer(let m)? = receipt.promises.first?.message else { return nil }
    return (m.work, m.spec)
  }

  /// The input that started the run.
  var input: Content? {
    switch receipt.start.first?.message ?? receipt.order.message {
    case .sendInput(let m): m.input
    case .takeOffer(let m): m.input
    default: nil
    }
  }
}

extension VerifiedReceipt {
  /// The model that was run; nil where it was other work.
  public var model: Bytes32? {
    guard let work = ReceiptCheck(receipt).work, work.name == InferenceWork.name else { return nil }
    return (try? CBOR.decode(InferenceSpec.self, from: work.spec))?.model
  }

  /// Whether the proof is about this input, of which the run's commitment is made. An input or a
  /// salt that does not open the commitment is refused; nil where the proof hides no input.
  public func isAbout(_ input: [UInt8], salt: Bytes32) throws(Refusal) -> Bool? {
    guard let binding, let committed = ReceiptCheck(receipt).input else { return nil }
    let salt = ContentSalt(value: salt)
    guard salt.keyHash == committed.keyHash else { throw Refusal("otherSalt") }
    guard ContentChunks.root(of: input, as: .input, salt: salt) == committed.root else {
      throw Refusal("notTheInput")
    }
    return try InferenceWork.isAbout(input, salt: salt, boundBy: binding)
  }

  /// Holds the verdict against the input as well: whether the proof is about it, which a verdict of
  /// `proved` leaves open. A verdict that says that it was about another one is broken where it is
  /// about this; nil where the proof hides no input.
  public func judge(_ input: [UInt8], salt: Bytes32) throws(Refusal) -> Bool? {
    let isAbout = try isAbout(input, salt: salt)
    if isAbout == true, settled.verdict.outcome == .otherInput { throw .broken(.verdict, "input") }
    return isAbout
  }
}
