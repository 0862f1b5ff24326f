// Blocks written by hand: what no ledger would make, and more of something than a walk makes.

import Chain
import Inference
import Kernel
import Market
import Primitives

@testable import Store

/// Makes blocks that follow each other, with messages, settled runs and events as told.
struct ListingScript {
  let network: Bytes32
  private(set) var height: UInt64 = 0
  private var parent: Bytes32
  private var time: UInt64 = 1_700_000_000_000
  private var sequence: UInt64 = 0

  init(network: Bytes32) {
    self.network = network
    parent = network
  }

  mutating func head(_ from: Address) -> Head {
    sequence += 1
    return Head(from: from, sequence: sequence, validUntil: .never)
  }

  mutating func block(
    _ messages: [Message] = [], settled: [SettledRun] = [], events: [Event] = []
  ) -> CommittedBlock {
    height += 1
    time += 1_000
    var block = Block()
    block.header.network = network
    block.header.height = height
    block.header.parent = parent
    block.header.time = Time(time)
    block.body = messages.map { SignedMessage($0, Authorisation()) }
    block.results.outcomes = block.body.map {
      MessageOutcome(id: $0.id, refusal: nil, toll: .zero)
    }
    block.results.settled = settled
    block.results.events = events
    parent = block.id
    return CommittedBlock(block, changes: [])
  }
}

/// One taken offer with all that is needed to go on with it.
struct ScriptedRoad {
  static let model = Fixture.digest("scripted model")
  let provider = Fixture.address("scripted provider")
  let buyer = Fixture.address("scripted buyer")
  let answer = Fixture.digest("scripted answer")
  let offer: Bytes32
  let id: Bytes32
  let lease: LeaseID
  /// Posting, taking, and the start of the first run.
  let beginning: [CommittedBlock]

  init(_ script: inout ListingScript, runs: UInt64) {
    var post = PostOffer()
    post.head = script.head(provider)
    post.work = InferenceWork.name
    post.spec = CBOR.encode(InferenceSpec(model: ScriptedRoad.model))
    post.check = CheckTerms("disputable", [Number("audit", 0)])
    post.rate = Rate(Amount(1_000), per: 1)
    let posted = Message.postOffer(post)
    offer = posted.id
    var take = TakeOffer()
    take.head = script.head(buyer)
    take.offer = OfferID(offer)
    take.runs = runs
    let taken = Message.takeOffer(take)
    id = taken.id
    lease = LeaseID.of(take: id)
    let first = script.block(
      [posted], events: [Event("offerPosted", subject: offer, parties: [provider])])
    let second = script.block(
      [taken],
      events: [
        Event(
          "offerTaken", subject: offer, lease: lease.digest, parties: [buyer, provider],
          numbers: [Number("escrow", 1_000 * runs)]),
        ScriptedRoad.started(RunKey(lease, 0), buyer, provider),
      ])
    beginning = [first, second]
  }

  static func started(_ key: RunKey, _ buyer: Address, _ provider: Address) -> Event {
    Event(
      "runStarted", subject: key.id.digest, lease: key.lease.digest,
      parties: [buyer, provider], numbers: [Number("index", key.index)])
  }

  func start(_ index: UInt64) -> Event {
    ScriptedRoad.started(RunKey(lease, index), buyer, provider)
  }

  /// The provider's evidence, and its event.
  func submit(_ index: UInt64, _ script: inout ListingScript) -> (Message, Event) {
    var submit = SubmitEvidence()
    submit.head = script.head(provider)
    submit.run = RunKey(lease, index)
    submit.evidence.output.root = answer
    let event = Event(
      "runSubmitted", subject: submit.run.id.digest, lease: lease.digest, parties: [provider])
    return (.submitEvidence(submit), event)
  }

  func settle(_ index: UInt64, _ outcome: Outcome = .stands) -> (SettledRun, Event) {
    var record = SettledRun()
    record.order = id
    record.lease = lease
    record.run = RunID.of(lease, index: index)
    record.index = index
    record.buyer = buyer
    record.check = CheckTerms("disputable", [Number("audit", 0)])
    record.prices = [1_000]
    record.stakes = [50_000]
    record.verdict = Verdict(outcome, seats: [SeatVerdict(provider: provider, fate: .paid)])
    record.payouts = [
      Payout(to: buyer, .zero), Payout(to: provider, Amount(50_990)), Payout(treasury: Amount(10)),
    ]
    let event = Event(
      "runSettled", subject: record.run.digest, lease: lease.digest, parties: [buyer, provider],
      numbers: [Number("index", index), Number("outcome", UInt64(outcome.rawValue))])
    return (record, event)
  }

  /// A stranger's challenge of the first run, and its event.
  func challenge(_ stranger: Int, _ script: inout ListingScript) -> (Message, Event) {
    var challenge = ChallengeRun()
    challenge.head = script.head(Fixture.address("stranger \(stranger)"))
    challenge.run = RunKey(lease, 0)
    challenge.answer = answer
    let game = GameKey(challenge.run, answer, challenge.head.from).id.digest
    let event = Event(
      "gameBegun", subject: challenge.run.id.digest, lease: lease.digest,
      parties: [challenge.head.from, provider], objects: [game], numbers: [Number("bond", 70)])
    return (.challengeRun(challenge), event)
  }
}
