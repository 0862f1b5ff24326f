// The one place where the state lives: it lets messages in, cuts blocks and makes them durable.

import Archive
import Chain
import Dispatch
import Kernel
import Logging
import NetworkRoom
import Primitives
import Store
import Synchronization

/// Owns the state on a queue of its own. Everybody else sends it messages and reads the store.
///
/// A block is cut when messages wait and the last commit is done, or when the earliest deadline is
/// due; what comes during a commit goes into the next block together. Nobody is answered before
/// the block that holds the message is durable.
final class Producer: Sendable {
  /// What only the queue touches.
  struct Chamber: ~Copyable {
    var state: State
    var links: OperatorLinks
    /// Set while the next chain of links is made and announced.
    var isRenewing = false
    var room: WaitingRoom
    /// When everything that waits was last looked through.
    var sweptAt: Time?
    /// When the block before this one was full: the time since then is a pause.
    var wasFull = false
    /// Made and not yet on the disk, since that is full.
    var unwritten: CommittedBlock?
    /// Set when the state is ahead of a store that failed: nothing more may happen here.
    var failure: NodeError?
    var nextWake: Time?
  }

  /// What the door touches.
  struct Door {
    var arrivals: [Arrival] = []
    var isStopping = false
    var isPumping = false
    /// When the oldest message that still waits was let in; nil when none waits.
    var waitingSince: Time?
    var waiting: Set<Bytes32> = []
  }

  /// Messages of one block at most, beside the bytes that the terms allow.
  static let batchLimit = 8192
  /// Messages that wait longer than this without a block say that the node is stuck.
  static let patience: UInt64 = 10_000

  let queue = DispatchQueue(label: "tolsey.producer", qos: .userInitiated)
  let chamber: Mutex<Chamber>
  let door = Mutex(Door())
  let store: StoreHandle<SQLiteLog>
  let records: LogRecords
  let gate: HeightGate
  let liveness: Liveness
  let operatorKey: PrivateKey
  let renewal: LinkRenewal?
  let domain: EIP712.Domain
  let network: Bytes32
  let pace: Pace
  let witness: Witness
  let log: Logger

  init(
    state: consuming sending State, links: OperatorLinks, renewal: LinkRenewal? = nil,
    store: StoreHandle<SQLiteLog>,
    records: LogRecords,
    gate: HeightGate, liveness: Liveness, operatorKey: PrivateKey,
    waiting: WaitingLimits = WaitingLimits(), pace: Pace,
    metrics: Metrics = Metrics(), log: Logger
  ) {
    domain = state.domain
    network = state.network
    chamber = Mutex(Chamber(state: state, links: links, room: WaitingRoom(waiting)))
    self.store = store
    self.records = records
    self.gate = gate
    self.liveness = liveness
    self.operatorKey = operatorKey
    self.renewal = renewal
    self.pace = pace
    witness = Witness(metrics: metrics, records: records, log: log)
    self.log = log
  }

  var clock: (any NodeClock)? {
    if case .clock(let clock) = pace { clock } else { nil }
  }
}

// MARK: - The door

extension Producer: MessageDoor {
  func deliver(_ signed: SignedMessage, waits: Bool) async throws(Problem) -> Delivery {
    if door.withLock({ $0.isStopping }) { throw .stopping }
    let verified: VerifiedMessage
    do throws(Refusal) {
      // On the caller's task: signatures are recovered side by side, on all cores.
      verified = try VerifiedMessage(signed, domain: domain, network: network)
    } catch { throw problem(error) }
    let result = await withCheckedContinuation { (answer: Arrival.Answer) in
      let isTaken = door.withLock { door in
        if door.isStopping { return false }
        door.arrivals.append(Arrival(message: verified, waits: waits, answer: answer))
        return true
      }
      if isTaken { kick() } else { answer.resume(returning: .failure(.stopping)) }
    }
    return try result.get()
  }

  /// Between two blocks, on the queue to which the state belongs.
  func rehearse(_ message: UnsignedMessage) async throws(Problem) -> Rehearsal {
    if door.withLock({ $0.isStopping }) { throw .stopping }
    return await withCheckedContinuation { answer in
      queue.async {
        answer.resume(
          returning: self.chamber.withLock { $0.state.rehearse(message, listsChanges: false) })
      }
    }
  }

  func isWaiting(_ id: Bytes32) -> Bool { door.withLock { $0.waiting.contains(id) } }

  func health() -> NodeHealth {
    let now = clock?.now
    return door.withLock { door in
      let waited = now.flatMap { now in
        door.waitingSince.map { now > $0 ? now.milliseconds - $0.milliseconds : 0 }
      }
      return NodeHealth(
        isStopping: door.isStopping, waiting: door.waiting.count + door.arrivals.count,
        isGrowing: (waited ?? 0) <= Producer.patience)
    }
  }

  /// A refusal at the door as the client sees it.
  func problem(_ refusal: Refusal) -> Problem {
    let status =
      switch refusal.code {
      case "notTheSigner", "badSignature", "highS", "badRecoveryByte", "badSignatureLength": 401
      case "insufficient": 402
      case "tooLong": 413
      case "staleSequence", "futureSequence", "sequenceTaken", "gapTooLong": 409
      case "accountWaits": 429
      default: 422
      }
    return Problem(refusal, status: status)
  }

  /// Sees to it that the queue looks at what came.
  func kick() {
    let isNeeded = door.withLock { door in
      defer { door.isPumping = true }
      return !door.isPumping
    }
    if isNeeded { queue.async { self.pump() } }
  }
}
