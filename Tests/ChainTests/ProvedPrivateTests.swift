// Runs under `proved(private)` through signed messages and blocks, with real proofs and liars.

import Graphs
import Inference
import Kernel
import Market
import Primitives
import Proofs
import Testing

@testable import Chain

/// The model of the tests of level `succinct`, proved without its input.
struct SamplePrivate {
  let model: SampleSuccinct
  let prover: Prover

  init() throws {
    model = try SampleSuccinct()
    let weights = try CommittedWeights(model.graph, model.layers, columnBits: 6)
    prover = try Prover(.private, model.manifest, weights)
  }

  static let salt = ContentSalt(contentKey: SampleNetwork.inputKey).value

  /// A run and its proof, of any input and under any salt; `lie` is added to a sum at the end.
  func answer(
    _ nonce: Bytes32, input: [UInt8] = SampleProver.input, salt: Bytes32 = salt, lie: Int32 = 0
  ) throws -> (output: [UInt8], proof: PrivateProof) {
    var trace = try model.graph.trace(model.layers, on: input)
    if lie != 0 {
      var values = trace[3].values
      values[1] += lie
      trace[3] = try Tensor(trace[3].type, values)
    }
    let proof = try prover.prove(
      [trace], nonce: nonce,
      secrets: ProofSecrets(secret: SampleNetwork.salt("a secret"), salt: salt))
    guard case .private(let own) = proof else { throw Refusal("otherLevel") }
    return (trace[3].bytes, own)
  }
}

@Suite struct ProvedPrivateTests {
  static let check = CheckTerms("proved", [Number("level", 3)])

  let model: SamplePrivate

  init() throws { model = try SamplePrivate() }

  private func taken(_ network: inout SampleNetwork) throws -> RunKey {
    try ProvedRoadTests.taken(&network, model.model.manifest, Self.check)
  }

  /// Sends evidence whose output is committed to without a salt; its outcome's code.
  private func send(
    _ network: inout SampleNetwork, _ run: RunKey, _ output: [UInt8], _ proof: [UInt8],
    _ change: (inout SubmitProof) -> Void = { _ in }
  ) throws -> String {
    var m = try ProvedRoadTests.proof(network, network.head("provider1"), run, output, proof)
    let chunks = try ContentChunks(
      output: output, salt: ContentSalt(value: .zero), key: SampleNetwork.salt("an output key"))
    m.evidence.output = network.vouched(chunks)
    m.salt = .zero
    change(&m)
    let message = try network.verified(.submitProof(m), by: "provider1")
    return try #require(try network.block([message]).block.results.outcomes.first).code
  }

  private func contest(
    _ network: inout SampleNetwork, _ run: RunKey, by name: String = "buyer",
    _ change: (inout ContestProof) -> Void = { _ in }
  ) throws -> String {
    var m = ContestProof()
    m.head = network.head(name)
    m.run = run
    m.salt = SamplePrivate.salt
    m.input = SampleProver.input
    change(&m)
    let message = try network.verified(.contestProof(m), by: name)
    return try #require(try network.block([message]).block.results.outcomes.first).code
  }

  private func accept(_ network: inout SampleNetwork, _ run: RunKey) throws {
    _ = try network.say("buyer") {
      var m = AcceptRun()
      m.head = $1
      m.run = run
      return .acceptRun(m)
    }
  }

  /// The log replays, and a node that is started again from its rows goes on the same way.
  private func replays(_ network: borrowing SampleNetwork) throws {
    var replica = try State(network.genesis)
    for block in network.blocks { _ = try replica.replay(block) }
    #expect(replica.stateRoot == network.state.stateRoot)
  }

  @Test func aCardHasItsLevel() throws {
    var network = try SampleNetwork.market()
    _ = try taken(&network)
    let id = model.model.manifest.id.digest
    let proofs = network.state.works.inference.card(of: id)?.proofs
    #expect(proofs?.map(\.name) == ["open", "succinct", "private"])
    // The numbers of the market and of the proofs are the same.
    #expect(UInt64(ProofLevel.private.rawValue) == ProvedCheck.privately)
  }

  /// Where messages are short, what no message could carry is not for sale.
  @Test func whatNoMessageCarriesIsNotOnTheCard() throws {
    let full = try ModelCard(manifest: model.model.manifest.encoded, publisher: .zero)
    let bytes = try #require(full.proofs.first { $0.name == "private" }).value
    for (most, isThere) in [(bytes + 4_095, false), (bytes + 4_096, true)] {
      var network = try SampleNetwork.market { $0.terms.maxMessage = most }
      _ = try network.say("provider1") {
        .publishModel(PublishModel($1, manifest: model.model.manifest.encoded))
      }
      let card = network.state.works.inference.card(of: model.model.manifest.id.digest)
      #expect(card?.proofs.contains { $0.name == "private" } == isThere)
      let offer = try network.verified(
        {
          var m = network.postOffer(network.head("provider1"))
          m.spec = InferenceSpec(model: model.model.manifest.id.digest).encoded
          m.check = Self.check
          return .postOffer(m)
        }(), by: "provider1")
      let code = try network.block([offer]).block.results.outcomes.first?.code
      #expect(code == (isThere ? "" : "notProvableHere"))
    }
  }

  @Test func itStandsUntilItsBuyerAccepts() throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest)
    #expect(try send(&network, run, output, proof.bytes) == "")
    #expect(ProvedRoadTests.outcome(network) == nil)
    #expect(try contest(&network, run) == "proofIsAboutIt")
    try accept(&network, run)
    #expect(ProvedRoadTests.outcome(network) == .proved)
    try replays(network)

    let receipt = try network.receipt()
    let verified = try ReceiptVerifier.verify(receipt.bytes)
    #expect(verified.isProved && verified.hidesInput)
    #expect(verified.trust([])[0].contains("for some input"))
    #expect(verified.settled.payouts.map(\.amount.units) == [0, 1_097_500, 2_500])
    #expect(verified.model == model.model.manifest.id.digest)
    #expect(try verified.isAbout(SampleProver.input, salt: SamplePrivate.salt) == true)
    #expect(throws: Refusal("otherSalt")) {
      try verified.isAbout(SampleProver.input, salt: .zero)
    }
    #expect(throws: Refusal("notTheInput")) {
      try verified.isAbout(SampleProver.other, salt: SamplePrivate.salt)
    }
  }

  /// Neither input nor salt, nor what whoever guesses the input could check the guess by.
  @Test func theInputIsNotInTheLog() throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest)
    #expect(try send(&network, run, output, proof.bytes) == "")
    try accept(&network, run)
    let log = network.blocks.flatMap(\.body).flatMap(\.encoded)
    for hidden in [SampleProver.input, SamplePrivate.salt.bytes, SampleNetwork.inputKey.bytes] {
      #expect(!log.containsRun(hidden))
    }
    #expect(log.containsRun(output))
  }

  /// A true run of another input, under another salt, or of an input that was bought before.
  @Test func aLyingSeatFallsWhenTheInputIsShown() throws {
    let lies: [(what: String, input: [UInt8], salt: Bytes32)] = [
      ("another input", SampleProver.other, SamplePrivate.salt),
      ("another salt", SampleProver.input, SampleNetwork.salt("another")),
      ("no salt", SampleProver.input, .zero),
    ]
    for (what, input, salt) in lies {
      var network = try SampleNetwork.market()
      let run = try taken(&network)
      let before = network.balance("buyer")
      let (output, proof) = try model.answer(run.id.digest, input: input, salt: salt)
      #expect(try send(&network, run, output, proof.bytes) == "", "\(what)")
      #expect(ProvedRoadTests.outcome(network) == nil)
      // Anybody can who has the input.
      #expect(try contest(&network, run, by: "provider2") == "", "\(what)")
      #expect(ProvedRoadTests.outcome(network) == .otherInput, "\(what)")
      #expect(network.balance("buyer") == before + 1_000_000)
      try replays(network)

      let verified = try ReceiptVerifier.verify(try network.receipt().bytes)
      #expect(!verified.isProved && verified.hidesInput)
      #expect(verified.settled.payouts.map(\.amount.units) == [1_000_000, 0, 100_000])
      #expect(verified.trust([])[0].contains("operator's word"))
      #expect(try verified.isAbout(SampleProver.input, salt: SamplePrivate.salt) == false)
    }
  }

  /// The run is in the proof, and the model: neither an old proof nor a cheaper model's is taken.
  @Test func aProofOfSomethingElseIsRefused() throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest)
    let again = try model.answer(.zero).proof
    var samples = proof
    samples.samples = 2
    var hides = proof
    hides.hides = Hiding.weights.rawValue
    var both = proof
    both.hides = 3
    var manifest = proof
    manifest.manifest = try SampleProver().manifest.encoded
    var expiry = proof
    expiry.expires = 1
    let succinct = try model.model.answer(run.id.digest).proof
    for (what, bytes) in [
      ("run", again.bytes), ("samples", samples.bytes), ("hiding", hides.bytes),
      ("hiding", both.bytes), ("model", manifest.bytes), ("expiry", expiry.bytes),
      ("level", succinct),
    ] {
      #expect(try send(&network, run, output, bytes) == "otherProof", "\(what)")
      let refused = try #require(network.blocks.last?.results.outcomes.first)
      #expect(refused.numbers.map(\.name) == [what])
    }
    let salt = SamplePrivate.salt
    #expect(try send(&network, run, output, proof.bytes) { $0.salt = salt } == "otherSalt")
    #expect(try send(&network, run, output, proof.bytes) == "")
  }

  @Test func aLieIsSlashedInItsBlock() throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest, lie: 1)
    #expect(try send(&network, run, output, proof.bytes) == "")
    #expect(ProvedRoadTests.outcome(network) == .disproved)
    let verified = try ReceiptVerifier.verify(try network.receipt().bytes)
    #expect(!verified.isProved && !verified.hidesInput)
  }

  /// Whatever bit is flipped: never a proof that stands, unless it is one of the same statement.
  @Test(arguments: 0..<12) func noBitIsFree(_ part: Int) throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest)
    var bytes = proof.bytes
    bytes[bytes.count * part / 12 + part % 3] ^= 1 << UInt8(part % 8)
    let code = try send(&network, run, output, bytes)
    #expect(ProvedRoadTests.outcome(network) == (code == "" ? .disproved : nil))
  }

  @Test func silencePaysAndIsTooLateToContest() throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest, input: SampleProver.other)
    #expect(try send(&network, run, output, proof.bytes) == "")
    try network.block(after: 3_600_000)
    #expect(ProvedRoadTests.outcome(network) == .proved)
    #expect(try contest(&network, run) == "unknownRun")
  }

  /// Time stands still while a node is down, and so does that to contest.
  @Test func aPauseDoesNotEndTheWindow() throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest, input: SampleProver.other)
    #expect(try send(&network, run, output, proof.bytes) == "")
    try network.block(after: 4_000_000, pause: 3_900_000)
    #expect(ProvedRoadTests.outcome(network) == nil)
    #expect(try contest(&network, run) == "")
    #expect(ProvedRoadTests.outcome(network) == .otherInput)
  }

  /// Whoever has the input holds the verdict against it: all that an operator's word is then needed
  /// for is time.
  @Test func theInputJudgesTheVerdict() throws {
    for (input, isContested) in [
      (SampleProver.input, false), (SampleProver.other, false), (SampleProver.other, true),
    ] {
      var network = try SampleNetwork.market()
      let run = try taken(&network)
      let (output, proof) = try model.answer(run.id.digest, input: input)
      #expect(try send(&network, run, output, proof.bytes) == "")
      if isContested {
        #expect(try contest(&network, run) == "")
      } else {
        try accept(&network, run)
      }
      let verified = try ReceiptVerifier.verify(try network.receipt().bytes)
      #expect(verified.settled.verdict.outcome == (isContested ? .otherInput : .proved))
      let isAbout = try verified.judge(SampleProver.input, salt: SamplePrivate.salt)
      #expect(isAbout == (input == SampleProver.input))
      // An operator that calls a proof of this input one of another is found out by its owner.
      var forged = verified.receipt
      forged.settled.verdict.outcome = .otherInput
      let false1 = VerifiedReceipt(
        receipt: forged, network: verified.network, operator: verified.operator,
        binding: verified.binding)
      let expected: Refusal? = isAbout == true ? .broken(.verdict, "input") : nil
      var refusal: Refusal?
      do throws(Refusal) {
        _ = try false1.judge(SampleProver.input, salt: SamplePrivate.salt)
      } catch { refusal = error }
      #expect(refusal == expected)
    }
  }

  /// Its verdict, its proof and the salt beside it are held: nothing of a receipt is free.
  @Test func aReceiptIsHeldAgainstItsProof() throws {
    var network = try SampleNetwork.market()
    let run = try taken(&network)
    let (output, proof) = try model.answer(run.id.digest)
    #expect(try send(&network, run, output, proof.bytes) == "")
    try accept(&network, run)
    let good = try network.receipt()
    func broken(_ change: (inout Receipt) -> Void) -> Station? {
      var forged = good
      change(&forged)
      do throws(Refusal) {
        try ReceiptCheck(forged).verdict()
        try ReceiptCheck(forged).proof()
        return nil
      } catch { return error.station }
    }
    #expect(broken { _ in } == nil)
    #expect(
      broken {
        $0.settled.verdict.outcome = .disproved
        $0.settled.verdict.seats[0].fate = .fallen
      } == .verdict)
    #expect(broken { $0.settled.run = RunID(.zero) } == .evidence)
    #expect(broken { $0.settled.check.numbers[0].value = 2 } == .evidence)
    #expect(broken { $0.settled.verdict.outcome = .otherInput } == .verdict)
  }
}

extension [UInt8] {
  /// Whether these bytes stand somewhere in it, one after the other.
  fileprivate func containsRun(_ bytes: [UInt8]) -> Bool {
    guard count >= bytes.count, let first = bytes.first else { return bytes.isEmpty }
    for start in 0...(count - bytes.count) where self[start] == first {
      if Array(self[start..<(start + bytes.count)]) == bytes { return true }
    }
    return false
  }
}
