// What `tolsey verify --input --salt` says of a verdict: the four things that can come together.

import Graphs
import Kernel
import Market
import Primitives
import Proofs
import Testing

@testable import Chain
@testable import tolsey

@Suite struct HiddenReceiptTests {
  static let key = SHA256.hash([1])
  static let input: [UInt8] = [1, 2, 3, 4]
  static let salt = ContentSalt(contentKey: key).value

  /// A receipt that was found consistent, of a proof about `proved` and with this verdict.
  private func verified(_ proved: [UInt8], _ outcome: Outcome) throws -> VerifiedReceipt {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [Node(.linear(Linear(outputs: 2, biasBound: 1)), [0])])
    let layers = [LayerWeights(matrix: [1, -2, 3, 4, 5, 6, -7, 8], bias: [1, -1])]
    let weights = try CommittedWeights(graph, layers)
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: [weights.commitment])
    let trace = try graph.trace(layers, on: proved)
    let proof = try PrivateProver(manifest, weights).prove(
      [trace], nonce: .zero, secret: SHA256.hash([2]), salt: Self.salt)
    let binding = try #require(try Proof.private(proof).verify().hiddenInput).binding
    var take = TakeOffer()
    take.input = Content(try ContentChunks(input: Self.input, key: Self.key), custody: Custody())
    var receipt = Receipt()
    receipt.order = SignedMessage(.takeOffer(take), Authorisation())
    receipt.settled.verdict.outcome = outcome
    return VerifiedReceipt(receipt: receipt, network: .zero, operator: .zero, binding: binding)
  }

  private func judge(
    _ verified: VerifiedReceipt, input: [UInt8] = input, salt: Bytes32 = salt
  ) throws -> (view: ReceiptView, isAbout: Bool?) {
    let isAbout = try VerifyOptions.judge(
      verified, input, salt: salt, named: "digits.npy", "run.receipt")
    return (ReceiptView(verified, isKnown: true, isAbout: isAbout), isAbout)
  }

  private func failure(_ body: () throws -> Void) -> Failure? {
    do { try body() } catch { return error as? Failure }
    return nil
  }

  @Test func aProofAboutItIsFine() throws {
    let (view, isAbout) = try judge(try verified(Self.input, .proved))
    #expect(isAbout == true && view.data["aboutInput"] == true)
    #expect(view.text(Paint(isOn: false)).contains("about your input"))
  }

  @Test func aProofAboutAnotherDoesNotVerify() throws {
    let failure = failure { _ = try judge(try verified([9, 2, 3, 4], .proved)) }
    #expect(failure?.status == .unverified && failure?.code == "otherInput")
  }

  @Test func aVerdictThatItWasAnotherIsBorneOut() throws {
    let (view, isAbout) = try judge(try verified([9, 2, 3, 4], .otherInput))
    #expect(isAbout == false && view.data["aboutInput"] == false)
    #expect(view.text(Paint(isOn: false)).contains("bears the verdict out"))
  }

  @Test func aVerdictThatItWasAnotherIsBrokenByAProofOfThis() throws {
    let failure = failure { _ = try judge(try verified(Self.input, .otherInput)) }
    #expect(failure?.status == .unverified && failure?.code == "receiptBroken")
    #expect(failure?.message.contains("station 7 of 9") == true)
  }

  @Test func whatDoesNotOpenTheCommitmentSaysNothing() throws {
    for outcome in [Outcome.proved, .otherInput] {
      let run = try verified(Self.input, outcome)
      let salt = failure { _ = try judge(run, salt: .zero) }
      #expect(salt?.status == .unverified && salt?.code == "otherSalt")
      let input = failure { _ = try judge(run, input: [4, 3, 2, 1]) }
      #expect(input?.status == .unverified && input?.code == "notTheInput")
    }
  }
}
