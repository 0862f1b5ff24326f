// Writes runs under `open` and `disputable`, and disputes about them, block by block.

import Chain
import Graphs
import Inference
import Kernel
import Market
import Models
import Primitives

/// A network in which one provider sells runs of one model, and the messages that were sent there.
struct CourtScript: ~Copyable {
  static let price = Amount(10_000)
  static let challengers = 100

  let network: BenchNetwork
  let model: Model
  var state: State
  /// Every block so far: how long after the one before, and what was in it.
  private(set) var steps: [(after: UInt64, messages: [Message])] = []
  private var lanes: [Address: UInt64] = [:]
  private let inputKey = SHA256.hash(Array("court input".utf8))

  let provider = BenchNetwork.address(1)
  let buyer = BenchNetwork.address(2)
  let auditors = (10..<14).map { BenchNetwork.address($0) }

  init(model: Model, blocks: Int) throws {
    self.model = model
    let people = [provider, buyer] + auditors + CourtScript.volunteers
    network = BenchNetwork(funding: people, blocks: blocks)
    state = try State(network.genesis)
  }

  static var volunteers: [Address] {
    (100..<100 + challengers).map { BenchNetwork.address($0) }
  }

  var salt: ContentSalt { ContentSalt(contentKey: inputKey) }
  var spec: [UInt8] { InferenceSpec(model: model.id.digest).encoded }
  var disputable: CheckTerms { CheckTerms("disputable", [Number("audit", 10_000)]) }

  /// Makes a block of messages, all of which must be done.
  mutating func play(_ after: UInt64, _ messages: [Message]) throws -> ProducedBlock {
    steps.append((after, messages))
    let made = try state.produce(
      network.plan(after: after, state), messages.map { network.simulated($0) })
    try made.expectAllDone("a court")
    return made
  }

  mutating func head(_ account: Address) -> Head {
    let sequence = lanes[account, default: 0]
    lanes[account] = sequence + 1
    return Head(from: account, lane: 0, sequence: sequence, validUntil: .never)
  }

  func vouched(_ chunks: ContentChunks) -> Content {
    var content = Content(chunks, custody: Custody())
    let digest = content.custodyDigest(network: network.genesis.network)
    content.custody = Custody(
      custodian: BenchNetwork.custodianKey.address,
      signature: BenchNetwork.custodianKey.sign(digest: digest).bytes)
    return content
  }

  func input(_ bytes: [UInt8]) throws -> Content {
    vouched(try ContentChunks(input: bytes, key: inputKey))
  }

  func output(_ bytes: [UInt8]) throws -> Content {
    vouched(try ContentChunks(output: bytes, salt: salt, key: inputKey))
  }

  /// The model is published, auditors of four operators stand ready, and the provider posts an
  /// offer. Comes back with the offer.
  mutating func open(check: CheckTerms, capacity: UInt64) throws -> OfferID {
    var messages: [Message] = []
    if steps.isEmpty {
      // Nobody deals with who cannot be written to.
      let notices = ([provider, buyer] + auditors).map {
        Message.publishKey(PublishKey(head($0), sealingKey: SHA256.hash($0.bytes)))
      }
      _ = try play(1_000, notices)
    }
    if check.kind != "open" {
      messages.append(
        .publishModel(PublishModel(head(provider), manifest: model.manifest.encoded)))
    }
    if check.kind == "disputable" {
      for auditor in auditors {
        var m = RegisterAuditor()
        m.head = head(auditor)
        m.subjects = [Subject.of(work: "inference", spec: spec)]
        m.bond = Amount(100_000_000)
        messages.append(.registerAuditor(m))
      }
    }
    if !messages.isEmpty { _ = try play(1_000, messages) }
    var m = PostOffer()
    m.head = head(provider)
    m.work = "inference"
    m.spec = spec
    m.check = check
    m.rate = Rate(CourtScript.price)
    m.capacity = capacity
    _ = try play(1_000, [.postOffer(m)])
    return OfferID(Message.postOffer(m).id)
  }

  /// So many runs are bought at once; the keys of the runs come back.
  mutating func take(_ offer: OfferID, _ count: Int, input: Content) throws -> [RunKey] {
    var messages: [Message] = []
    for number in 0..<count {
      var m = TakeOffer()
      m.head = head(buyer)
      m.offer = offer
      m.input = input
      m.key = BenchNetwork.sealed(to: provider)
      m.auditSalt = SaltCommitment.of(CourtScript.auditSalt(number))
      messages.append(.takeOffer(m))
    }
    _ = try play(1_000, messages)
    return messages.map { RunKey(LeaseID.of(take: $0.id), 0) }
  }

  static func auditSalt(_ number: Int) -> Bytes32 { SHA256.hash(Array("salt \(number)".utf8)) }

  mutating func answer(_ runs: [RunKey], with output: Content) throws {
    var messages: [Message] = []
    for run in runs {
      var m = SubmitEvidence()
      m.head = head(provider)
      m.run = run
      m.evidence = Evidence(output: output, units: 1)
      m.key = BenchNetwork.sealed(to: buyer)
      messages.append(.submitEvidence(m))
    }
    _ = try play(1_000, messages)
  }

  /// Evidence with its proof, not sent yet.
  ///
  /// - Parameter salt: of the output's commitment.
  mutating func proof(
    _ run: RunKey, _ output: [UInt8], _ proof: [UInt8], salt: ContentSalt
  ) throws -> Message {
    var m = SubmitProof()
    m.head = head(provider)
    m.run = run
    m.evidence = Evidence(
      output: vouched(try ContentChunks(output: output, salt: salt, key: inputKey)), units: 1)
    m.key = BenchNetwork.sealed(to: buyer)
    m.salt = salt.value
    m.output = output
    m.proof = proof
    return .submitProof(m)
  }

  /// Two blocks pass, and the buyer opens every salt. Runs that are not audited come back.
  mutating func draw(_ runs: [RunKey]) throws -> [RunKey] {
    _ = try play(1_000, [])
    _ = try play(1_000, [])
    var messages: [Message] = []
    for (number, run) in runs.enumerated() {
      var m = DrawAudit()
      m.head = head(buyer)
      m.run = run
      m.salt = CourtScript.auditSalt(number)
      messages.append(.drawAudit(m))
    }
    _ = try play(1_000, messages)
    var spared: Set<RunKey> = []
    state.market.forEachRun { key, run in
      if case .disputable(let game) = run.game, game.stage == .window { spared.insert(key) }
    }
    return runs.filter { spared.contains($0) }
  }

  mutating func accept(_ runs: [RunKey]) throws {
    var messages: [Message] = []
    for run in runs {
      var m = AcceptRun()
      m.head = head(buyer)
      m.run = run
      messages.append(.acceptRun(m))
    }
    _ = try play(1_000, messages)
  }
}
