// Puts a market together: messages into blocks, lines beside them, sums at the end.

import Archive
import Chain
import Graphs
import Inference
import Kernel
import Market
import Primitives
import Reputation

struct SpecimenMaker {
  var specimen = Specimen()
  var time = SpecimenMaker.start
  private var height: UInt64 = 0
  private var messages: [RecordedMessage] = []
  private var events: [Event] = []
  private(set) var settled: [SettledRun] = []
  private var roadOfEvent: [Bytes32: Bytes32] = [:]
  var sequence: [String: UInt64] = [:]
  /// The messages that made bids, and each provider's last evidence.
  var bids: [BidKey: Bytes32] = [:]
  var evidence: [String: Bytes32] = [:]

  static let start = Time(1_790_000_000_000)

  static let genesis: Genesis = {
    var genesis = Genesis()
    genesis.chainId = 77_001
    genesis.time = start
    genesis.operator = Specimen.address("operator")
    genesis.custodians = [Specimen.address("operator")]
    genesis.assets = [GenesisAsset(.dollar, name: "USD")]
    genesis.beacon = Specimen.hash("beacon")
    genesis.anchor = Specimen.hash("anchor")
    return genesis
  }()

  init() {
    specimen.genesis = SpecimenMaker.genesis
    specimen.records.genesis = SpecimenMaker.genesis
  }

  /// The height of the block that is being put together.
  var next: UInt64 { height + 1 }

  mutating func head(_ name: String) -> Head {
    let number = sequence[name, default: 0]
    sequence[name] = number + 1
    return Head(from: Specimen.address(name), sequence: number, validUntil: .never)
  }

  @discardableResult
  mutating func send(
    _ message: Message, by name: String, signing: Bool = false, refused: Refusal? = nil
  ) -> Bytes32 {
    let signed =
      signing
      ? SignedMessage.signing(message, with: Specimen.key(name), domain: specimen.genesis.domain)
      : SignedMessage(message, Authorisation())
    let outcome = MessageOutcome(id: signed.id, refusal: refused, toll: Amount(32))
    messages.append(
      RecordedMessage(id: signed.id, height: next, bytes: signed.encoded, outcome: outcome))
    return signed.id
  }

  mutating func emit(_ event: Event, on road: Bytes32? = nil) {
    if let road {
      let moment = Moment(
        event, height: next, position: UInt64(events.count), time: time)
      specimen.listings.allMoments[road, default: []].append(moment)
    }
    events.append(event)
  }

  /// Settles a run; gives its place among the block's.
  mutating func settle(_ run: SettledRun) -> UInt64 {
    settled.append(run)
    return UInt64(settled.count - 1)
  }

  /// Closes the block, and lets some time pass.
  mutating func close(after milliseconds: UInt64 = 4_000) {
    height += 1
    let results = blockResults()
    var header = Header()
    header.network = specimen.genesis.network
    header.height = height
    header.parent = specimen.records.blocks.last?.id ?? specimen.genesis.network
    header.time = time
    header.receiptsRoot = results.receiptsRoot
    header.eventsRoot = results.eventsRoot
    header.link = Specimen.hash("link \(height)")
    header.stateRoot = Specimen.hash("state \(height)")
    specimen.records.blocks.append(
      RecordedBlock(
        height: height, id: header.id, header: header.encoded,
        signature: Specimen.key("operator").sign(digest: header.id).bytes,
        messages: messages.map(\.id), outcomes: messages.map(\.outcome),
        settled: settled.map(\.encoded), events: events.map(\.encoded)))
    specimen.records.log += messages
    specimen.records.settledRuns += settled.map {
      RecordedRun(height: height, bytes: $0.encoded)
    }
    specimen.records.recordedEvents += events.enumerated().map {
      RecordedEvent(height: height, index: UInt64($0.offset), bytes: $0.element.encoded)
    }
    var line = BlockLine()
    line.height = height
    line.id = header.id
    line.time = time
    line.messages = UInt64(messages.count)
    line.refused = UInt64(messages.count { !$0.outcome.isDone })
    line.settled = UInt64(settled.count)
    line.events = UInt64(events.count)
    specimen.listings.allBlocks.append(line)
    (messages, events, settled) = ([], [], [])
    time = Time(time.milliseconds + milliseconds)
  }

  private func blockResults() -> BlockResults {
    var results = BlockResults()
    results.outcomes = messages.map(\.outcome)
    results.settled = settled
    results.events = events
    return results
  }

  // MARK: - Sums

  /// Counts what the lines say: parties, subjects, totals.
  mutating func finish() {
    specimen.records.height = height
    specimen.now = Time(time.milliseconds + 7_000)
    let sums = SpecimenSums(specimen)
    specimen.listings.allParties = sums.parties
    specimen.listings.allSubjects = sums.subjects
    specimen.listings.sums = sums.totals
  }
}
