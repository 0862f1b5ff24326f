// Publishing a model: what is taken, what it costs, and what the market may then ask.

import Graphs
import Inference
import Kernel
import Market
import Primitives
import Testing

@Suite("Publishing")
struct PublishingTests {
  static let sender = Address([UInt8](repeating: 7, count: 20)) ?? .zero
  static let disputable = CheckTerms("disputable", [Number("audit", 50_000)])

  /// A state in which the sender has money.
  private func kernel(_ funds: UInt64) throws -> KernelTables {
    var kernel = KernelTables()
    kernel.found(
      Charter(), terms: .standard, beacon: .zero, anchor: .zero, time: Time(1000))
    try kernel.fund(Self.sender, Amount(funds))
    return kernel
  }

  /// A layer whose outputs are rounded, and its weights' commitment.
  private func manifest(_ inputs: UInt64 = 70) throws -> Manifest {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([Int(inputs)])),
      nodes: [
        Node(.linear(Linear(outputs: 300, biasBound: 0)), [0]),
        Node(
          .requantise(
            Requantise(
              multipliers: [UInt32](repeating: 9, count: 300), shift: 24, element: .int8)), [1]),
      ])
    let weights = [
      LayerWeights(
        matrix: [Int8](repeating: 1, count: 300 * Int(inputs)),
        bias: [Int32](repeating: 0, count: 300))
    ]
    return Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
  }

  private func code(_ act: () throws(Refusal) -> Void) -> String {
    do throws(Refusal) {
      try act()
      return "was taken"
    } catch {
      return error.code
    }
  }

  private func publish(_ manifest: [UInt8]) -> PublishModel {
    PublishModel(Head(from: Self.sender, sequence: 0, validUntil: Time(9)), manifest: manifest)
  }

  @Test("a published model has a card that says what a dispute needs")
  func card() throws {
    var kernel = try kernel(1_000_000)
    var tables = InferenceTables()
    let manifest = try manifest()
    try tables.apply(publish(manifest.encoded), as: .zero, &kernel)
    let found = tables.card(of: manifest.id.digest)
    let card = try #require(found)
    #expect(card.publisher == Self.sender)
    #expect(card.inputBytes == 70)
    #expect(card.outputBytes == 300)
    #expect(card.tiles == [1, 2, 1])
    #expect(card.blocks == [1, 2, 1])
    #expect(card.weights == manifest.commitments[0].root)
    #expect(card.manifestBytes == UInt64(manifest.encoded.count))
    #expect(card.openingBytes <= 100_000)
    #expect(try CBOR.decode(ModelCard.self, from: card.encoded) == card)
    let paid = 1_000_000 - kernel.ledger.balance(.account(Self.sender)).units
    #expect(paid == Terms.standard.tollAccount)
    let event = try #require(kernel.takeEvents().last)
    #expect(event.name == "modelPublished")
    #expect(event.subject == manifest.id.digest)
  }

  @Test("a model is published once, paid for, and rolled back whole")
  func once() throws {
    var kernel = try kernel(1_000_000)
    var tables = InferenceTables()
    let bytes = try manifest().encoded
    let mark = tables.mark()
    try tables.apply(publish(bytes), as: .zero, &kernel)
    let again = code { () throws(Refusal) in
      try tables.apply(publish(bytes), as: .zero, &kernel)
    }
    #expect(again == "modelPublished")
    var changes: [RowChange] = []
    tables.list(since: mark, into: &changes)
    #expect(changes.map(\.table) == ["models"])
    tables.rollback(to: mark)
    let gone = tables.card(of: SHA256.hash(bytes)) == nil
    #expect(gone)

    var poor = try self.kernel(Terms.standard.tollAccount - 1)
    let refused = code { () throws(Refusal) in
      try tables.apply(publish(bytes), as: .zero, &poor)
    }
    #expect(refused == "insufficient")
  }

  @Test("rows come back at restart")
  func restart() throws {
    var kernel = try kernel(1_000_000)
    var tables = InferenceTables()
    let manifest = try manifest()
    try tables.apply(publish(manifest.encoded), as: .zero, &kernel)
    var changes: [RowChange] = []
    tables.drain(into: &changes)
    var again = InferenceTables()
    for change in changes {
      let row = try #require(change.row)
      let taken = try again.load(table: change.table, key: change.key, row: row)
      #expect(taken)
    }
    let isSame = again.card(of: manifest.id.digest) == tables.card(of: manifest.id.digest)
    #expect(isSame)
    let other = try again.load(table: "orders", key: [], row: [])
    #expect(!other)
  }

  @Test("a manifest whose game could not be finished is refused")
  func unfinishable() throws {
    var kernel = try kernel(1_000_000)
    var tables = InferenceTables()
    var found: [String] = []
    var manifests = [[], [UInt8](repeating: 0, count: 49_153)]
    var own = try manifest()
    own.commitments[0].scheme = "sumcheck/1"
    manifests.append(own.encoded)
    own = try manifest()
    own.commitments[0].parameters[1].value += 1
    manifests.append(own.encoded)
    own = try manifest()
    own.profile = "f32"
    manifests.append(own.encoded)
    own = try manifest()
    own.nodes.removeLast()
    own.nodes[0].inputs = [9]
    manifests.append(own.encoded)
    // One maximum over a million elements.
    own = try manifest()
    own.inputShape = [1, 1000, 1000]
    let pool = MaxPool(window: Window(height: 1000, width: 1000))
    own.nodes = [NodeRecord(Node(.maxPool(pool), [0]))]
    manifests.append(own.encoded)
    for manifest in manifests {
      found.append(
        code { () throws(Refusal) in
          try tables.apply(publish(manifest), as: .zero, &kernel)
        })
    }
    #expect(
      found == [
        "malformed", "manifestTooLarge", "noTileCommitment", "noTileCommitment",
        "unknownProfile", "readsLaterTensor", "stepTooLarge",
      ])
    var count = 0
    tables.forEachModel { _, _ in count += 1 }
    #expect(count == 0)
  }

  @Test("what can be disputed needs a published model")
  func admission() throws {
    var kernel = try kernel(1_000_000)
    var tables = InferenceTables()
    let manifest = try manifest()
    let spec = CBOR.encode(InferenceSpec(model: manifest.id.digest))
    let free = [
      CheckTerms("open"),
      CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)]),
    ]
    let bound = [
      Self.disputable,
      CheckTerms("replicated", [Number("replicas", 3), Number("audit", 1)]),
    ]
    for check in free { try InferenceWork.admit(spec, under: check, tables) }
    for check in bound {
      let found = code { () throws(Refusal) in
        try InferenceWork.admit(spec, under: check, tables)
      }
      #expect(found == "modelNotPublished")
    }
    let tensors = code { () throws(Refusal) in _ = try InferenceWork.tensors(spec, tables) }
    let fan = code { () throws(Refusal) in _ = try InferenceWork.fan(at: [], spec, tables) }
    #expect([tensors, fan] == ["modelNotPublished", "modelNotPublished"])
    // The size of an input is not known before.
    try InferenceWork.admit(inputBytes: 1, for: spec, tables)
    try tables.apply(publish(manifest.encoded), as: .zero, &kernel)
    for check in free + bound { try InferenceWork.admit(spec, under: check, tables) }
    try InferenceWork.admit(inputBytes: 70, for: spec, tables)
    let long = code { () throws(Refusal) in
      try InferenceWork.admit(inputBytes: 71, for: spec, tables)
    }
    #expect(long == "wrongInputBytes")
    let count = try InferenceWork.tensors(spec, tables)
    #expect(count == 3)
  }

  @Test("the fans lead from the root to a step, and not into the input")
  func fans() throws {
    var kernel = try kernel(1_000_000)
    var tables = InferenceTables()
    let manifest = try manifest()
    try tables.apply(publish(manifest.encoded), as: .zero, &kernel)
    let spec = CBOR.encode(InferenceSpec(model: manifest.id.digest))
    let wanted: [([UInt8], Fan)] = [
      ([], .vertex(3)), ([0], .fixed), ([1], .vertex(2)), ([1, 0], .blocks(2)),
      ([1, 1, 1], .step), ([2], .step),
    ]
    for (picks, fan) in wanted {
      let found = try InferenceWork.fan(at: picks, spec, tables)
      #expect(found == fan)
    }
    for picks in [[3], [0, 0], [1, 2], [1, 0, 2], [2, 0], [255]] as [[UInt8]] {
      let found = code { () throws(Refusal) in
        _ = try InferenceWork.fan(at: picks, spec, tables)
      }
      #expect(found == "noSuchPlace")
    }
  }

  @Test("the referee judges a claim of the market")
  func redo() throws {
    let manifest = try manifest()
    let graph = try manifest.graph()
    let weights = [
      LayerWeights(
        matrix: [Int8](repeating: 1, count: 300 * 70), bias: [Int32](repeating: 0, count: 300))
    ]
    let salt = ContentSalt(contentKey: SHA256.hash([5]))
    let input = (0..<70).map { UInt8($0) }
    let tensors = try graph.trace(weights, on: input)
    let trace = try Trace(TracePlan(graph), salt: salt, tensors: tensors)
    var content = Content()
    content.root = trace.roots[0]
    content.keyHash = salt.keyHash
    let picks: [UInt8] = [1, 1, 1]
    let ends = try trace.children(at: [1, 1], weights)
    let opening = try trace.opening(at: picks, manifest: manifest, weights).encoded
    for (disputed, isRight) in [(ends[1], true), (ends[0], false)] {
      let claim = StepClaim(
        spec: CBOR.encode(InferenceSpec(model: manifest.id.digest)), root: trace.root,
        input: content, picks: picks, before: ends[0], disputed: disputed)
      #expect(try InferenceWork.redo(claim, opening: opening) == isRight)
    }
  }
}
