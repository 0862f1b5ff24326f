// A node: store, state, producer, custodian, faucet and server, started and stopped in order.

import Archive
public import Chain
import Foundation
import Kernel
public import Logging
import Market
public import NetworkRoom
import Primitives
import Store
import Synchronization

/// How a node runs.
public struct NodeConfiguration: Sendable {
  /// Of this program, wherever it says so.
  public static let currentVersion = "0.1.0"

  /// A folder that `NodeFolder.found` made.
  public var folder: String
  public var host = "127.0.0.1"
  /// 0 takes any free one.
  public var port = NodeAddress.standardPort
  public var pace = Pace.clock(WallClock())
  /// Nil gives no test money, even where the folder has a faucet's key.
  public var faucet: FaucetLimits? = FaucetLimits()
  /// What the facilitator spends at most on others, where the folder has a facilitator's key.
  public var facilitator = FacilitatorLimits()
  /// Pages for people beside the API, made once the node can answer about itself.
  public var pages: (@Sendable (NodeServices) -> (any Pages)?)?
  /// What answers OpenAI's clients at `/v1`, once somebody opens it.
  public var side: SideDoor?
  public var version = NodeConfiguration.currentVersion
  /// What one address and one account may ask.
  public var limits = RequestLimits.standard
  /// How much may wait for a block.
  var waiting = WaitingLimits()
  /// How the store is opened; tests let its disk run full.
  var store = SQLiteLog.Options()
  var lists = SQLiteListings.Options()
  /// Links of the operator's chain that are left when the next one is made and announced.
  var renewLinksAt = BeaconState.chainLength / 8
  public var log: Logger

  public init(folder: String, log: Logger = Logger(label: "tolsey")) {
    self.folder = folder
    self.log = log
  }
}

/// A running node.
public final class Node: Sendable {
  /// Where it answers.
  public let address: NodeAddress
  public let genesis: Genesis
  public let services: NodeServices
  /// Moves the time, where the node was started with steps.
  public let stepper: Stepper?
  let producer: Producer
  private let server: Server
  private let follower: ListingsFollower
  private let store: StoreHandle<SQLiteLog>
  private let blobs: StoreHandle<BlobStore>
  private let chores: [Task<Void, Never>]
  private let isStopped = Mutex(false)

  private init(
    _ parts: NodeParts, server: Server, services: NodeServices, chores: [Task<Void, Never>]
  ) {
    address = server.address
    genesis = parts.folder.genesis
    producer = parts.producer
    follower = parts.follower
    store = parts.store
    blobs = parts.blobs
    self.server = server
    self.services = services
    self.chores = chores
    if case .steps = parts.producer.pace {
      stepper = Stepper(parts.producer)
    } else {
      stepper = nil
    }
  }

  public var height: UInt64 { producer.gate.height }

  /// How often blobs are looked through whose time is over.
  private static let sweepPace = Duration.seconds(3_600)

  /// Opens the folder, brings the state back, and answers.
  public static func start(_ configuration: NodeConfiguration) async throws(NodeError) -> Node {
    let parts = try NodeParts(configuration)
    let services = parts.services(configuration)
    let server: Server
    do {
      server = try await Server.start(
        services, host: configuration.host, port: configuration.port,
        pages: configuration.pages.flatMap { $0(services) }, log: configuration.log)
    } catch {
      try? parts.close()
      if let error = error as? ServerError { throw NodeError(error) }
      throw .server(code: "serverFailed", message: "the server failed", hint: "\(error)")
    }
    let chores = parts.producer.clock.map { Node.chores(parts, $0) } ?? []
    // Deadlines that passed while the node was away are due now.
    parts.producer.kick()
    parts.follower.start()
    return Node(parts, server: server, services: services, chores: chores)
  }

  /// What is done beside the blocks: marks that the node is alive, samples, and the sweep of
  /// blobs, which may take a while and so is a task of its own.
  private static func chores(
    _ parts: NodeParts, _ clock: any NodeClock
  ) -> [Task<Void, Never>] {
    let marks = Task.detached {
      var nextSample = ContinuousClock.now
      while !Task.isCancelled {
        parts.producer.liveness.live(at: clock.now)
        if ContinuousClock.now >= nextSample {
          parts.sample(at: clock.now)
          nextSample = .now + VitalSigns.pace
        }
        try? await Task.sleep(for: .seconds(1))
      }
    }
    let sweeps = Task.detached {
      while !Task.isCancelled {
        parts.sweepBlobs(at: clock.now)
        try? await Task.sleep(for: sweepPace)
      }
    }
    return [marks, sweeps]
  }

  /// Takes no more messages, makes durable what was let in, answers everybody, and closes.
  public func stop() async {
    let isFirst = isStopped.withLock { stopped in
      defer { stopped = true }
      return !stopped
    }
    guard isFirst else { return }
    await producer.stop()
    producer.gate.close()
    await server.stop()
    await follower.stop()
    for chore in chores { chore.cancel() }
    // A sweep that goes on would keep the lock on the folder.
    for chore in chores { await chore.value }
    if let clock = producer.clock { producer.liveness.live(at: clock.now) }
    do throws(StoreError) {
      try store.close()
      try blobs.close()
    } catch { producer.log.error("the store did not close", metadata: ["error": "\(error)"]) }
  }
}
