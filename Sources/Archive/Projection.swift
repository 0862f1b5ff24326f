// From a block to the lines that it changes: a pure function, without clock and without luck.

public import Chain
import Kernel
import Market
import Primitives

/// Makes the lines of the lists out of blocks, in order.
///
/// It reads the lines as they were through its source and keeps what changed, over as many blocks
/// as one transaction shall hold. The same blocks make the same lines on every machine.
public struct Projection<Source: LineSource> {
  let source: Source
  public private(set) var progress: Progress
  public var changes = LineChanges()
  var body = BlockBody()
  /// The block at hand.
  var height: UInt64 = 0
  var time = Time()
  /// Its settled runs, and how many of them their events have named.
  var settled: [SettledRunAtHand] = []
  var nextSettled = 0
  /// Seats whose holders did not honour them, by the lease, in the order in which they are filled.
  var vacant: [Bytes32: [Int]] = [:]

  public init(over source: Source, from progress: Progress) {
    self.source = source
    self.progress = progress
  }

  /// Hands over what changed, and begins anew. The source must have it before the next block.
  public mutating func takeChanges() -> LineChanges {
    defer { changes = LineChanges() }
    return changes
  }

  /// The accounts that a genesis opens, before the first block.
  public mutating func found(_ genesis: Genesis) throws {
    time = genesis.time
    for fund in genesis.funds { try open(fund.account) }
    progress.id = genesis.network
    progress.totals.time = genesis.time
  }

  /// Enters the next block.
  public mutating func project(_ block: ProjectedBlock) throws {
    height = block.header.height
    time = block.header.time
    guard height == progress.height + 1, block.header.parent == progress.id else {
      throw fault("it does not follow block \(progress.height)")
    }
    body = BlockBody()
    settled = block.settled.enumerated().map { SettledRunAtHand(position: $0, run: $1) }
    nextSettled = 0
    vacant = [:]
    try enterMessages(block.messages)
    for (position, event) in block.events.enumerated() { try enter(event, at: position) }
    guard nextSettled == settled.count else { throw fault("a settled run has no event") }
    var line = BlockLine()
    line.height = height
    line.id = block.id
    line.time = time
    line.messages = UInt64(block.messages.count)
    line.refused = UInt64(block.messages.count { !$0.isDone })
    line.settled = UInt64(block.settled.count)
    line.events = UInt64(block.events.count)
    changes.blocks.append(line)
    progress.height = height
    progress.id = block.id
    count { totals in
      totals.height = line.height
      totals.time = line.time
      totals.messages += line.messages
      totals.refused += line.refused
    }
  }

  private mutating func enterMessages(_ messages: [ProjectedMessage]) throws {
    for index in messages.indices where messages[index].isDone {
      let (kind, sender) = try messages[index].glance()
      try body.enter(messages[index], kind: kind)
      let now = time
      try change(party: sender) {
        $0.messages += 1
        $0.lastAt = now
      }
    }
  }

  mutating func count(_ body: (inout Totals) -> Void) { body(&progress.totals) }

  mutating func nextOfferNumber() -> UInt64 {
    progress.postedOffers += 1
    return progress.postedOffers
  }

  mutating func nextSubjectNumber() -> UInt64 {
    progress.subjects += 1
    return progress.subjects
  }

  func fault(_ detail: String) -> ProjectionFault {
    ProjectionFault(height: height, detail: detail)
  }
}

/// A settled run with its place in the block.
struct SettledRunAtHand {
  var position: Int
  var run: SettledRun
}

// MARK: - Events

extension Projection {
  /// One event: what it changes, and the moment of its road.
  private mutating func enter(_ event: Event, at position: Int) throws {
    switch event.name {
    case "accountOpened": try openAccount(event)
    case "modelPublished": try publish(event)
    case "offerPosted", "offerToppedUp", "offerWithdrawn": try enterOffer(event)
    case "stuck": return try enterStuck(event, at: position)
    default: break
    }
    guard let road = try road(of: event) else { return }
    let run = try enterOnRoad(event, road)
    note(event, at: position, on: road, run: run)
  }

  /// The road that an event belongs to. The events that begin one make it.
  private mutating func road(of event: Event) throws -> Bytes32? {
    switch event.name {
    case "orderPlaced": return try place(event)
    case "offerTaken": return try take(event)
    default: break
    }
    if event.order != .zero { return event.order }
    guard event.lease != .zero else { return nil }
    guard let road = try roadID(ofLease: event.lease) else { throw fault("an unknown lease") }
    return road
  }

  /// What an event does to its road. Gives the index of the run that it is about.
  private mutating func enterOnRoad(_ event: Event, _ road: Bytes32) throws -> UInt64? {
    switch event.name {
    case "orderPlaced", "offerTaken": return nil
    case "runStarted": return try startRun(event, road)
    case "runSubmitted", "runUnsealed": try enterAnswer(event)
    case "runSettled": return try settle(event, road)
    case "auditorCalled", "auditorSilent": try enterAuditor(event)
    case "gameBegun": try beginGame(event, road)
    case "childPicked", "rootFell", "gameLost", "gameWon": try enterGame(event, road)
    default: try enterAuction(event, road)
    }
    // What a lease has and is not the lease itself is a run.
    guard event.lease != .zero, event.subject != event.lease else { return nil }
    return try openRun(event.subject)?.index
  }

  private mutating func note(_ event: Event, at position: Int, on road: Bytes32, run: UInt64?) {
    let moment = Moment(event, height: height, position: UInt64(position), time: time)
    changes.moments.append(RoadMoment(road: road, moment: moment, run: run))
  }

  /// A frozen order or lease: its event names neither.
  private mutating func enterStuck(_ event: Event, at position: Int) throws {
    let order = try road(event.subject)?.id
    guard let road = try order ?? roadID(ofLease: event.subject) else { return }
    note(event, at: position, on: road, run: nil)
  }
}

extension UInt64 {
  /// Adds and stays at the greatest number: a sum too great to show must not end the process.
  mutating func gain(_ amount: UInt64) {
    let (sum, isOver) = addingReportingOverflow(amount)
    self = isOver ? .max : sum
  }

  /// Counts one less, and never less than none.
  mutating func lessen() { if self > 0 { self -= 1 } }
}

extension Event {
  /// A number of the event by its name.
  func number(_ name: String) -> UInt64? { numbers.first { $0.name == name }?.value }
}
