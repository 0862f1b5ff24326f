// A network that really runs: messages signed, blocks made by the rules, lists made from blocks.

import Archive
import Chain
import Explorer
import Graphs
import Inference
import Kernel
import Market
import Primitives

/// What a rule refused that should have been carried out.
struct Unexpected: Error {
  var code: String
}

final class RealMarket {
  private var state: State
  private let genesis: Genesis
  private let links: [Bytes32]
  private var time = RealMarket.start
  private var sequences: [String: UInt64] = [:]
  private var records = MemoryRecords()
  private let lines = RealLines()
  private var projection: Projection<RealLines>
  let court: RealCourt

  static let start = Time(1_790_000_000_000)
  static let people =
    ["ada", "liar", "checker", "other"] + (1...7).map { "provider\($0)" }

  static func key(_ name: String) -> PrivateKey { PrivateKey(seed: Array("real \(name)".utf8)) }
  static func address(_ name: String) -> Address { key(name).address }
  static func hash(_ text: String) -> Bytes32 { SHA256.hash(Array(text.utf8)) }

  init() throws {
    var links = [RealMarket.hash("links")]
    for _ in 0..<400 { links.append(SHA256.hash(links[links.count - 1].bytes)) }
    var genesis = Genesis()
    genesis.chainId = 77_002
    genesis.time = RealMarket.start
    genesis.operator = RealMarket.address("operator")
    genesis.custodians = [RealMarket.address("operator")]
    genesis.assets = [GenesisAsset(.dollar, name: "USD")]
    genesis.funds = RealMarket.people.map {
      GenesisFund(RealMarket.address($0), Amount(2_000_000_000))
    }
    genesis.beacon = RealMarket.hash("beacon")
    genesis.anchor = links[links.count - 1]
    self.links = links
    self.genesis = genesis
    records.genesis = genesis
    court = try RealCourt()
    state = try State(genesis)
    projection = Projection(over: lines, from: Progress())
    try projection.found(genesis)
    lines.enter(projection.takeChanges())
  }

  /// What pages find.
  func specimen() -> Specimen {
    var specimen = Specimen()
    specimen.genesis = genesis
    specimen.records = records
    specimen.listings = lines.listings(projection.progress.totals)
    specimen.now = Time(time.milliseconds + 5_000)
    return specimen
  }

  var recorded: [RecordedEvent] { records.recordedEvents }

  // MARK: - Blocks

  @discardableResult
  func block(
    _ messages: [(name: String, content: any MessageContent)] = [], after seconds: UInt64 = 1,
    pause: UInt64 = 0
  ) throws -> [Bytes32] {
    time = Time(time.milliseconds + seconds * 1_000)
    let verified = try messages.map { try sign($0.content, by: $0.name) }
    let link = links[links.count - 2 - Int(state.height)]
    var made = try state.produce(
      BlockPlan(time: time, pause: Time(pause * 1_000), link: link), verified)
    made.block.sign(with: RealMarket.key("operator"))
    if let first = made.refused.first { throw Unexpected(code: first.refusal.code) }
    for outcome in made.block.results.outcomes where !outcome.isDone {
      throw Unexpected(code: outcome.code)
    }
    try keep(made)
    return verified.map(\.signed.id)
  }

  @discardableResult
  func say(
    _ name: String, _ content: some MessageContent, after seconds: UInt64 = 1
  ) throws -> Bytes32 {
    try block([(name, content)], after: seconds)[0]
  }

  private func sign(
    _ content: any MessageContent, by name: String
  ) throws -> VerifiedMessage {
    var content = content
    let sequence = sequences[name, default: 0]
    sequences[name] = sequence + 1
    content.head = Head(
      from: RealMarket.address(name), sequence: sequence, validUntil: .never)
    let signed = SignedMessage.signing(
      try Message(content), with: RealMarket.key(name), domain: genesis.domain)
    return try VerifiedMessage(signed, domain: genesis.domain)
  }

  private func keep(_ made: ProducedBlock) throws {
    let block = made.block
    let results = block.results
    records.height = block.height
    records.blocks.append(
      RecordedBlock(
        height: block.height, id: block.id, header: block.header.encoded,
        signature: block.signature, messages: block.body.map(\.id), outcomes: results.outcomes,
        settled: results.settled.map(\.encoded), events: results.events.map(\.encoded)))
    for (message, outcome) in zip(block.body, results.outcomes) {
      records.log.append(
        RecordedMessage(
          id: message.id, height: block.height, bytes: message.encoded, outcome: outcome))
    }
    records.settledRuns += results.settled.map {
      RecordedRun(height: block.height, bytes: $0.encoded)
    }
    records.recordedEvents += results.events.enumerated().map {
      RecordedEvent(height: block.height, index: UInt64($0.offset), bytes: $0.element.encoded)
    }
    for change in made.changes {
      records.tables[change.table, default: [:]][change.key] = change.row
    }
    try projection.project(ProjectedBlock(block))
    lines.enter(projection.takeChanges())
  }

  /// Content that the operator, who is the custodian here, says it stores.
  func vouched(_ chunks: ContentChunks) -> Content {
    var content = Content(chunks, custody: Custody())
    let digest = content.custodyDigest(network: genesis.network)
    content.custody = Custody(
      custodian: RealMarket.address("operator"),
      signature: RealMarket.key("operator").sign(digest: digest).bytes)
    return content
  }
}

/// A model that is small and still takes several rounds, with a true run of it and a false one.
struct RealCourt: Sendable {
  let manifest: Manifest
  let weights: [LayerWeights]
  let shape: TraceShape
  let spec: [UInt8]
  let input: [UInt8]
  let honest: Trace
  let lying: Trace
  let honestOutput: [UInt8]
  let lyingOutput: [UInt8]
  static let inputKey = RealMarket.hash("input key")

  init() throws {
    let (rows, columns) = (300, 1_024)
    let graph = try Graph(
      input: TensorType(.int8, try Shape([columns])),
      nodes: [
        Node(.linear(Linear(outputs: rows, biasBound: 100)), [0]),
        Node(
          .requantise(
            Requantise(
              multipliers: [UInt32](repeating: 1 << 18, count: rows), shift: 24, element: .int8)),
          [1]),
      ])
    weights = [
      LayerWeights(
        matrix: (0..<rows * columns).map { Int8(truncatingIfNeeded: $0 * 7 % 41 - 20) },
        bias: (0..<rows).map { $0 == 0 ? 100 : Int32($0 * 13 % 201 - 100) })
    ]
    manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
    spec = InferenceSpec(model: SHA256.hash(manifest.encoded)).encoded
    let plan = try TracePlan(graph)
    shape = plan.shape
    input = (0..<columns).map { UInt8(truncatingIfNeeded: $0 * 31 % 255) }
    let salt = ContentSalt(contentKey: RealCourt.inputKey)
    let tensors = try graph.trace(weights, on: input)
    honest = try Trace(plan, salt: salt, tensors: tensors)
    var (sums, last) = (tensors[1].values, tensors[2].values)
    for place in 270..<300 {
      sums[place] += 1 << 10
      last[place] = Rounding.round(Int64(sums[place]) << 18, 24, .int8)
    }
    let told = [
      tensors[0], try Tensor(tensors[1].type, sums), try Tensor(tensors[2].type, last),
    ]
    lying = try Trace(plan, salt: salt, tensors: told)
    honestOutput = tensors[2].bytes
    lyingOutput = told[2].bytes
  }
}
