// Proved runs through signed messages and blocks, with real proofs: paid, slashed, refused, kept.

import Graphs
import Inference
import Kernel
import Market
import Primitives
import Proofs
import Testing

@testable import Chain

/// A model of one layer whose runs can be proved.
struct SampleProver {
  let graph: Graph
  let layers: [LayerWeights]
  let manifest: Manifest
  let prover: OpenProver

  static let input = [UInt8](repeating: 3, count: 16)
  static let other = [UInt8](repeating: 4, count: 16)

  init(weight: Int8 = 2) throws {
    graph = try Graph(
      input: TensorType(.int8, try Shape([16])),
      nodes: [Node(.linear(Linear(outputs: 4, biasBound: 0)), [0])])
    layers = [
      LayerWeights(
        matrix: (0..<64).map { Int8($0 % 7) &- weight }, bias: [Int32](repeating: 0, count: 4))
    ]
    let weights = try CommittedWeights(graph, layers, columnBits: 6)
    manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: layers, of: graph), weights.commitment])
    prover = try OpenProver(manifest, weights)
  }

  var spec: [UInt8] { InferenceSpec(model: manifest.id.digest).encoded }

  /// A run and its proof; `lie` is added to one of the sums, and proved with all care.
  func answer(
    _ input: [UInt8], nonce: Bytes32, expires: UInt64 = 0, lie: Int32 = 0
  ) throws -> (output: [UInt8], proof: OpenProof) {
    let honest = try graph.trace(layers, on: input)
    var sums = honest[1].values
    sums[2] += lie
    let trace = [honest[0], try Tensor(honest[1].type, sums)]
    return (trace[1].bytes, try prover.prove([trace], nonce: nonce, expires: expires))
  }
}

@Suite struct ProvedRoadTests {
  static let check = CheckTerms("proved", [Number("level", 1)])

  /// The model is published, offered by provider1 under `proved`, and its run bought.
  static func taken(
    _ network: inout SampleNetwork, _ model: SampleProver
  ) throws -> RunKey {
    try taken(&network, model.manifest, check)
  }

  static func taken(
    _ network: inout SampleNetwork, _ manifest: Manifest, _ check: CheckTerms
  ) throws -> RunKey {
    _ = try network.say("provider1") {
      .publishModel(PublishModel($1, manifest: manifest.encoded))
    }
    let offer = OfferID(
      try network.say("provider1") {
        var m = $0.postOffer($1)
        m.spec = InferenceSpec(model: manifest.id.digest).encoded
        m.check = check
        return .postOffer(m)
      })
    let take = try network.say("buyer") { network, head in
      var m = TakeOffer()
      m.head = head
      m.offer = offer
      m.input = network.vouched(
        try ContentChunks(input: SampleProver.input, key: SampleNetwork.inputKey))
      m.key = SampleNetwork.sealed(to: "provider1")
      return .takeOffer(m)
    }
    return RunKey(LeaseID.of(take: take), 0)
  }

  static func proof(
    _ network: borrowing SampleNetwork, _ head: Head, _ run: RunKey, _ output: [UInt8],
    _ proof: [UInt8]
  ) throws -> SubmitProof {
    let salt = ContentSalt(contentKey: SampleNetwork.inputKey)
    var m = SubmitProof()
    m.head = head
    m.run = run
    let chunks = try ContentChunks(
      output: output, salt: salt, key: SampleNetwork.salt("an output key"))
    m.evidence = Evidence(output: network.vouched(chunks), units: 1)
    m.key = SampleNetwork.sealed(to: "buyer")
    m.salt = salt.value
    m.output = output
    m.proof = proof
    return m
  }

  /// Sends evidence; the code of its outcome, empty where it stood.
  static func send(
    _ network: inout SampleNetwork, _ run: RunKey, _ output: [UInt8], _ bytes: [UInt8],
    by name: String = "provider1"
  ) throws -> String {
    let m = try proof(network, network.head(name), run, output, bytes)
    let message = try network.verified(.submitProof(m), by: name)
    return try #require(try network.block([message]).block.results.outcomes.first).code
  }

  static func outcome(_ network: borrowing SampleNetwork) -> Outcome? {
    network.blocks.last?.results.settled.last?.verdict.outcome
  }

  /// A network in which a run was answered as said.
  static func answered(lie: Int32 = 0) throws -> Receipt {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    let run = try taken(&network, model)
    let (output, proof) = try model.answer(SampleProver.input, nonce: run.id.digest, lie: lie)
    #expect(try send(&network, run, output, proof.bytes) == "")
    #expect(outcome(network) == (lie == 0 ? .proved : .disproved))
    return try network.receipt()
  }

  @Test func aProofIsVerifiedAndPaidInItsBlock() throws {
    let receipt = try Self.answered()
    let verified = try ReceiptVerifier.verify(receipt.bytes)
    #expect(verified.isProved)
    #expect(verified.trust([])[0].hasPrefix("proved"))
    #expect(verified.settled.payouts.map(\.amount.units) == [0, 1_097_500, 2_500])
  }

  @Test func aLieProvedWithAllCareIsSlashedInItsBlock() throws {
    let receipt = try Self.answered(lie: 1)
    let verified = try ReceiptVerifier.verify(receipt.bytes)
    #expect(!verified.isProved)
    #expect(verified.settled.verdict.seats.map(\.fate) == [.fallen])
    #expect(verified.settled.payouts.map(\.amount.units) == [1_000_000, 0, 100_000])
  }

  /// Whoever replays the blocks verifies every proof again and comes to the same state.
  @Test func theLogReplays() throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    let (output, proof) = try model.answer(SampleProver.input, nonce: run.id.digest)
    #expect(try Self.send(&network, run, output, proof.bytes) == "")
    var replica = try State(network.genesis)
    for block in network.blocks { _ = try replica.replay(block) }
    #expect(replica.stateRoot == network.state.stateRoot)
  }

  /// Review 13 and 24: run, model, input and expiry are bound, so none of these is of this run.
  @Test func aProofOfSomethingElseIsRefused() throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    let nonce = run.id.digest
    let honest = try model.answer(SampleProver.input, nonce: nonce)
    let otherModel = try SampleProver(weight: 3)
    var again = honest.proof
    again.samples = 2
    var level = honest.proof.bytes
    level[2] = 2
    let cases: [(what: String, output: [UInt8], proof: [UInt8])] = [
      ("run", honest.output, try model.answer(SampleProver.input, nonce: .zero).proof.bytes),
      ("input", honest.output, try model.answer(SampleProver.other, nonce: nonce).proof.bytes),
      (
        "model", honest.output,
        try otherModel.answer(SampleProver.input, nonce: nonce).proof.bytes
      ),
      (
        "expiry", honest.output,
        try model.answer(SampleProver.input, nonce: nonce, expires: 1).proof.bytes
      ),
      ("samples", honest.output, again.bytes),
    ]
    for (what, output, proof) in cases {
      #expect(try Self.send(&network, run, output, proof) == "otherProof", "\(what)")
      let refused = try #require(network.blocks.last?.results.outcomes.first)
      #expect(refused.numbers.map(\.name) == [what])
    }
    // Malformed, empty, of another level, longer than any proof of the model.
    let long = honest.proof.bytes + [UInt8](repeating: 0, count: 40_000)
    for (wanted, bytes) in [
      ("noProof", []), ("proofTooLong", long), ("malformed", honest.proof.bytes + [0]),
    ] as [(String, [UInt8])] {
      #expect(try Self.send(&network, run, honest.output, bytes) == wanted)
    }
    #expect(try Self.send(&network, run, honest.output, level) != "")
    // After all that the right one is still taken.
    #expect(try Self.send(&network, run, honest.output, honest.proof.bytes) == "")
    #expect(Self.outcome(network) == .proved)
  }

  /// A proof that was shown for one run proves no other, by the same provider or by a thief.
  @Test func aProofIsNotReplayed() throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    let first = try Self.taken(&network, model)
    let (output, proof) = try model.answer(SampleProver.input, nonce: first.id.digest)
    #expect(try Self.send(&network, first, output, proof.bytes, by: "provider2") == "notYours")
    #expect(try Self.send(&network, first, output, proof.bytes) == "")
    #expect(try Self.send(&network, first, output, proof.bytes) == "unknownRun")
  }

  /// Whatever bit is flipped: never paid. It is slashed, or it is no proof of this run.
  @Test(arguments: 0..<24)
  func noBitIsFree(_ part: Int) throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    let (output, proof) = try model.answer(SampleProver.input, nonce: run.id.digest)
    var bytes = proof.bytes
    bytes[bytes.count * part / 24 + part % 3] ^= 1 << UInt8(part % 8)
    let code = try Self.send(&network, run, output, bytes)
    if code == "" {
      #expect(Self.outcome(network) == .disproved)
    } else {
      #expect(Self.outcome(network) == nil)
    }
  }

  /// The output that is paid for is the one that is proved.
  @Test func anotherOutputThanTheProvedOneIsSlashed() throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    let (output, proof) = try model.answer(SampleProver.input, nonce: run.id.digest)
    var other = output
    other[0] ^= 1
    #expect(try Self.send(&network, run, other, proof.bytes) == "")
    #expect(Self.outcome(network) == .disproved)
  }

  @Test func whatCannotBeProvedIsNotSoldOrOrdered() throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    let run = try Self.taken(&network, model)
    #expect(network.state.works.inference.card(of: model.manifest.id.digest)?.proofs.count == 3)
    func code(_ change: (inout PostOffer) -> Void) throws -> String {
      var m = network.postOffer(network.head("provider2"))
      m.spec = model.spec
      m.check = Self.check
      change(&m)
      let message = try network.verified(.postOffer(m), by: "provider2")
      return try #require(try network.block([message]).block.results.outcomes.first).code
    }
    #expect(try code { $0.check = CheckTerms("proved", [Number("level", 9)]) } == "notProvableHere")
    #expect(try code { $0.spec = SampleNetwork.spec } == "modelNotPublished")
    #expect(try code { _ in } == "")
    _ = run
  }

  /// The proof itself stands in the receipt: another verdict, run, level or input breaks it.
  @Test func aReceiptIsHeldAgainstItsProof() throws {
    func broken(_ receipt: Receipt, _ change: (inout Receipt) -> Void) -> Station? {
      var forged = receipt
      change(&forged)
      do throws(Refusal) {
        try ReceiptCheck(forged).verdict()
        try ReceiptCheck(forged).proof()
        return nil
      } catch { return error.station }
    }
    let good = try Self.answered()
    let bad = try Self.answered(lie: 1)
    #expect(broken(good) { _ in } == nil)
    #expect(broken(bad) { _ in } == nil)
    let relabel: (inout Receipt, Outcome, Fate) -> Void = {
      $0.settled.verdict.outcome = $1
      $0.settled.verdict.seats[0].fate = $2
    }
    #expect(broken(good) { relabel(&$0, .disproved, .fallen) } == .verdict)
    #expect(broken(bad) { relabel(&$0, .proved, .paid) } == .verdict)
    #expect(broken(good) { $0.settled.run = RunID(.zero) } == .evidence)
    #expect(broken(good) { $0.settled.check.numbers[0].value = 2 } == .evidence)
    #expect(broken(good) { $0.order = bad.promises[0] } == .evidence)
    #expect(broken(good) { $0.evidence = [] } == .evidence)
    #expect(broken(good) { $0.settled.check = CheckTerms("open") } == .verdict)
  }
}
