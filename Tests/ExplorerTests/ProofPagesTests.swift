// The page of a proved run, over proofs that were really made, handed in and judged.

import Archive
import Chain
import Foundation
import Graphs
import Inference
import Kernel
import Market
import Primitives
import Proofs
import Testing

@testable import Explorer

/// A real network with one run under `proved`.
private struct ProvedMarket {
  let site: Explorer
  let run: RunKey
  let model: Bytes32
  let proof: Proof
  /// The blocks of the input and of the proof.
  let handedOver: UInt64
  let judged: UInt64

  static let input = [UInt8](repeating: 3, count: 16)

  /// - Parameters:
  ///   - lie: added to what the layer gives.
  ///   - isWide: whether the model has a table and a product of activations.
  init(_ level: ProofLevel, lie: Int32 = 0, isWide: Bool = false) throws {
    let market = try RealMarket()
    let (manifest, trace, prover) = try ProvedMarket.model(level, lie, isWide)
    model = manifest.id.digest
    try market.block(
      RealMarket.people.map { name in
        var m = PublishKey()
        m.sealingKey = RealMarket.hash("sealing key of \(name)")
        return (name, m)
      })
    var publish = PublishModel()
    publish.manifest = manifest.encoded
    try market.say("provider1", publish)
    var offer = PostOffer()
    offer.work = "inference"
    offer.spec = InferenceSpec(model: model).encoded
    offer.check = CheckTerms("proved", [Number("level", UInt64(level.rawValue))])
    offer.rate = Rate(Amount(40_000))
    offer.capacity = 1
    let id = try market.say("provider1", offer)
    var take = TakeOffer()
    take.offer = OfferID(id)
    take.input = market.vouched(try ContentChunks(input: Self.input, key: RealCourt.inputKey))
    take.key = WrappedKey(to: RealMarket.address("provider1"), bytes: RealCourt.inputKey.bytes)
    run = RunKey(LeaseID.of(take: try market.say("ada", take)), 0)
    handedOver = market.specimen().records.height
    proof = try prover.prove([trace], nonce: run.id.digest)
    var m = SubmitProof()
    m.run = run
    m.proof = proof.bytes
    m.output = trace[trace.count - 1].bytes
    let salt = ContentSalt(contentKey: RealCourt.inputKey)
    m.salt = salt.value
    let chunks = try ContentChunks(
      output: m.output, salt: salt, key: RealMarket.hash("an output key"))
    m.evidence = Evidence(output: market.vouched(chunks), units: 1)
    m.key = WrappedKey(
      to: RealMarket.address("ada"), scheme: WrappedKey.sealed,
      bytes: [UInt8](repeating: 0x5e, count: 80))
    try market.say("provider1", m, after: 7)
    let specimen = market.specimen()
    judged = specimen.records.height
    site = Explorer(specimen.house)
  }

  private static func model(
    _ level: ProofLevel, _ lie: Int32, _ isWide: Bool
  ) throws -> (Manifest, [Tensor], Prover) {
    let table = ByteTable(bytes: (0..<256).map { UInt8($0 * 5 & 255) }, element: .int8)
    let wide = [
      Node(.table(table), [0]),
      Node(.product(Product(multiplier: 1 << 18, shift: 24, element: .int8)), [0, 1]),
    ]
    let before = isWide ? wide : []
    let graph = try Graph(
      input: TensorType(.int8, try Shape([16])),
      nodes: before + [Node(.linear(Linear(outputs: 4, biasBound: 0)), [before.count])])
    let layers = [
      LayerWeights(
        matrix: (0..<64).map { Int8($0 % 7) - 2 }, bias: [Int32](repeating: 0, count: 4))
    ]
    let weights = try CommittedWeights(graph, layers, columnBits: 6)
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: layers, of: graph), weights.commitment])
    var trace = try graph.trace(layers, on: input)
    let last = trace.count - 1
    var sums = trace[last].values
    sums[2] += lie
    trace[last] = try Tensor(trace[last].type, sums)
    return (manifest, trace, try Prover(level, manifest, weights))
  }

  private var address: String { "/runs/" + PrintedID.full("run", run.id.digest) }

  /// The text of the run's page, which must be well-formed.
  func page() async throws -> String {
    let found = try #require(await SiteTests.page(site, address))
    #expect(found.status == 200)
    let check = HTMLCheck(found.text)
    #expect(check.faults == [])
    return check.text
  }

  /// What its twin says of the proof.
  func twin() async throws -> [String: Any] {
    let found = try #require(await SiteTests.page(site, address + ".json"))
    let all = try JSONSerialization.jsonObject(with: Data(found.text.utf8)) as? [String: Any]
    return try #require(all?["proof"] as? [String: Any])
  }
}

@Suite struct ProofPagesTests {
  static let levels: [ProofLevel] = [.open, .succinct]

  @Test(arguments: levels) func aProvedRunShowsItsProof(_ level: ProofLevel) async throws {
    let market = try ProvedMarket(level)
    let text = try await market.page()
    #expect(text.contains("it holds"))
    #expect(!text.contains("it fails"))
    #expect(text.contains("\(level.name): \(ProofWords.hides(level))"))
    #expect(text.contains("\(Formats.grouped(UInt64(market.proof.bytes.count))) bytes"))
    // Both ends of the time that is the provider's own.
    #expect(text.contains("input handed over") && text.contains("proof handed in"))
    #expect(text.contains("within 7 s"))
    // The section on the output says what everybody can read.
    #expect(text.contains("that is what its level \(level.name) means"))
  }

  @Test(arguments: levels, [false, true])
  func itsPartsAreTheFile(_ level: ProofLevel, isWide: Bool) async throws {
    let market = try ProvedMarket(level, isWide: isWide)
    let twin = try await market.twin()
    #expect(twin["level"] as? String == level.name)
    #expect(twin["model"] as? String == PrintedID.full("model", market.model))
    #expect(twin["bytes"] as? Int == market.proof.bytes.count)
    #expect(twin["inputIn"] as? Int == Int(market.handedOver))
    #expect(twin["verifiedIn"] as? Int == Int(market.judged))
    #expect(twin["holds"] as? Bool == true)
    let parts = try #require(twin["parts"] as? [String: Int])
    let sum = parts.values.reduce(0, +)
    // What is left are heads of fields, nonce, expiry and roots.
    #expect((0...256).contains(market.proof.bytes.count - sum))
    let text = try await market.page()
    for (name, bytes) in parts {
      #expect(text.contains(name) && text.contains(Formats.grouped(UInt64(bytes))), "\(name)")
    }
  }

  @Test(arguments: levels) func aFalseProofIsShownAsOne(_ level: ProofLevel) async throws {
    let market = try ProvedMarket(level, lie: 1)
    let text = try await market.page()
    #expect(text.contains("it fails and cost its provider the bond"))
    #expect(!text.contains("it holds"))
    #expect(text.contains("the proof is false"))
    #expect(try await market.twin()["holds"] as? Bool == false)
  }
}
