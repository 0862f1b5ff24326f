// How a block is made: its time, the timers that are due, the messages, the roots.

public import Kernel
public import Primitives
import Subnets
import Topics
import Tournaments

/// What the operator decides about a block before it is made.
public struct BlockPlan: Sendable {
  /// Later than the last block's.
  public var time: Time
  /// How much of the time since the last block market clocks do not count.
  public var pause: Time
  /// The next link of the operator's hash chain.
  public var link: Bytes32

  public init(time: Time, pause: Time = .zero, link: Bytes32) {
    self.time = time
    self.pause = pause
    self.link = link
  }
}

/// A block that was made and is not signed yet, and what is to be stored with it.
public struct ProducedBlock: Sendable {
  public var block: Block
  /// The net changes of rows, each row once.
  public var changes: [RowChange]
  /// Messages that were not admitted, by their place in the list that was offered.
  public var refused: [(index: Int, refusal: Refusal)]
  /// How many of the messages offered were looked at; the rest found the block full.
  public var taken: Int
  /// Whether bytes or timers filled the block: the time until the next one is a pause.
  public var isFull: Bool
}

/// What became of the messages that a block was offered; the first `taken` of them were looked at.
struct OfferedMessages {
  var taken = 0
  var refused: [(index: Int, refusal: Refusal)] = []
  var isFull = false
}

extension State {
  /// Makes the next block out of messages in the order in which they shall happen. A refusal
  /// leaves the state as it was: it can only come before anything has changed.
  public mutating func produce(
    _ plan: BlockPlan, _ messages: [VerifiedMessage]
  ) throws(Refusal) -> ProducedBlock {
    guard !isTorn else { throw .stateIsTorn }
    var header = Header()
    header.network = network
    header.parent = tip
    let offered = try fill(plan, with: messages)
    var block = Block()
    var leaves: [Bytes32] = []
    block.body.reserveCapacity(offered.taken)
    leaves.reserveCapacity(offered.taken)
    var refused = offered.refused[...]
    let bodies = messages.span
    for index in 0..<offered.taken {
      if refused.first?.index == index {
        refused.removeFirst()
        continue
      }
      block.body.append(bodies[index].signed)
      leaves.append(bodies[index].leaf)
    }
    let changes = end(&header, plan, bodyRoot: MerkleTree.root(of: leaves))
    block.header = header
    block.results = takeResults()
    tip = header.id
    return ProducedBlock(
      block: block, changes: changes, refused: offered.refused, taken: offered.taken,
      isFull: offered.isFull)
  }

  /// Begins a block and carries messages out until it is full.
  mutating func fill(
    _ plan: BlockPlan, with messages: [VerifiedMessage]
  ) throws(Refusal) -> OfferedMessages {
    // The terms before the block: those that come into force within it count from the next one.
    var room = try kernel.terms.current { $0.blockBytes }
    var offered = OfferedMessages()
    offered.isFull = try begin(plan)
    results.outcomes.reserveCapacity(messages.count)
    kernel.expectEvents(messages.count + messages.count / 4)
    // Through a span: an array hands out copies of its elements, and a message holds many arrays.
    let messages = messages.span
    for index in messages.indices {
      let size = UInt64(messages[index].size) + messages[index].signed.message.judgingRoom
      if size > room, !results.outcomes.isEmpty {
        offered.isFull = true
        break
      }
      offered.taken += 1
      do throws(Refusal) {
        results.outcomes.append(try apply(messages, at: index))
        room -= min(size, room)
      } catch {
        offered.refused.append((index, error))
      }
    }
    return offered
  }

  /// Moves the clock and lets due timers act. True says that more of them are due than a block
  /// takes.
  mutating func begin(_ plan: BlockPlan) throws(Refusal) -> Bool {
    try checkBegin(plan)
    let before = mark()
    do throws(Refusal) {
      try kernel.beginBlock(time: plan.time, link: plan.link, pausedBy: plan.pause)
    } catch {
      rollback(to: before)
      throw error
    }
    forgetUndo()
    foundingRows = []
    return fireTimers()
  }

  /// Everything that can be wrong with a plan, asked before anything changes.
  private func checkBegin(_ plan: BlockPlan) throws(Refusal) {
    _ = try kernel.clock.next(time: plan.time, pausedBy: plan.pause)
    _ = try kernel.beacon.state.advanced(by: plan.link)
  }

  private mutating func fireTimers() -> Bool {
    let limit = kernel.terms.current.blockTimers
    let now = kernel.now
    var fired: UInt64 = 0
    while let due = kernel.timers.earliest, due <= now {
      if fired >= limit { return true }
      guard let timer = kernel.timers.popDue(now) else { break }
      // Before it fires: the rows that say what it costs may go with it.
      let weight = timer.key.room == SubnetTimer.room ? 1 : market.weight(of: timer.key)
      if fire(timer.key, dueAt: timer.deadline) { fired += weight }
    }
    return false
  }

  /// One timer, whole or not at all. What is refused freezes its object, and says so.
  private mutating func fire(_ key: TimerKey, dueAt deadline: Time) -> Bool {
    let before = mark()
    var didAct = true
    do throws(Refusal) {
      didAct = try fire(key, at: deadline)
    } catch {
      rollback(to: before)
      switch key.room {
      case SubnetTimer.room: boxedSubnets.value.freeze(key, because: error, &kernel)
      case TournamentTimer.room: boxedTournaments.value.freeze(key, because: error, &kernel)
      case TopicTimer.room: boxedTopics.value.freeze(key, because: error, &kernel)
      default: market.freeze(key, because: error, &kernel)
      }
    }
    forgetUndo()
    return didAct
  }

  /// Closes the beacon, enters the changes into the tree and completes the header.
  mutating func end(
    _ header: inout Header, _ plan: BlockPlan, bodyRoot: Bytes32
  ) -> [RowChange] {
    kernel.endBlock()
    results.events = kernel.takeEvents()
    let changes = takeChanges()
    header.height = kernel.height
    header.time = kernel.blockTime
    header.paused = kernel.clock.paused
    header.link = plan.link
    header.bodyRoot = bodyRoot
    (header.receiptsRoot, header.eventsRoot) = results.roots()
    header.stateRoot = tree.root
    return changes
  }

  mutating func takeResults() -> BlockResults {
    let taken = results
    results = BlockResults()
    return taken
  }
}
