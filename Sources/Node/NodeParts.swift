// The parts of a node that live without a server: opened together, closed together.

import Archive
import Chain
import Kernel
import Logging
import NetworkRoom
import Primitives
import Store

/// Store, state and producer, as a folder has them.
struct NodeParts {
  let folder: NodeFolder
  let store: StoreHandle<SQLiteLog>
  let blobs: StoreHandle<BlobStore>
  let blobLimit: Int
  let records: LogRecords
  let producer: Producer
  let follower: ListingsFollower
  let metrics = Metrics()
  let vitals = VitalSigns()

  init(_ configuration: NodeConfiguration) throws(NodeError) {
    folder = try NodeFolder(at: configuration.folder)
    try NodeFolder.makeFolder(folder.storePath)
    try NodeFolder.makeFolder(folder.blobsPath)
    let genesis = folder.genesis
    do throws(StoreError) {
      let log = try SQLiteLog(
        folder: folder.storePath, network: genesis.network, options: configuration.store)
      store = StoreHandle(log) { kept throws(StoreError) in try kept.close() }
      let shelf = try BlobStore(folder: folder.blobsPath, hasher: EncryptedBlobHasher.self)
      blobs = StoreHandle(shelf) { kept throws(StoreError) in try kept.close() }
      blobLimit = Int(clamping: shelf.limits.blobBytes)
    } catch { throw .store(error) }
    records = LogRecords(genesis: genesis) { [store] () throws(StoreError) in try store.open() }
    let state = try NodeParts.state(of: genesis, from: store)
    let clock = state.kernel.clock
    let now: Time = if case .clock(let clock) = configuration.pace { clock.now } else { clock.time }
    let liveness = Liveness(
      path: folder.path + "/alive", now: now, last: (time: clock.time, height: clock.height))
    producer = Producer(
      state: state, links: folder.links,
      renewal: LinkRenewal(at: configuration.renewLinksAt, folder: folder.path),
      store: store, records: records,
      gate: HeightGate(height: clock.height), liveness: liveness, operatorKey: folder.operatorKey,
      waiting: configuration.waiting, pace: configuration.pace, metrics: metrics,
      log: configuration.log)
    follower = ListingsFollower(
      folder: folder.storePath, genesis: genesis, options: configuration.lists, store: store,
      ledger: producer.gate, log: configuration.log)
  }

  func close() throws(StoreError) {
    follower.listings.close()
    try store.close()
    try blobs.close()
  }

  /// The state after the last stored block: its rows, found to be those that its header names.
  private static func state(
    of genesis: Genesis, from store: StoreHandle<SQLiteLog>
  ) throws(NodeError) -> State {
    do { return try store.open().restore(genesis) } catch let error as StoreError {
      throw .store(error)
    } catch let error as Refusal {
      throw .stateDiffers(error.code)
    } catch { throw .stateDiffers("unknown") }
  }

  func services(_ configuration: NodeConfiguration) -> NodeServices {
    let producer = producer
    let records = records
    let now: @Sendable () -> Time =
      if case .clock(let clock) = configuration.pace {
        { clock.now }
      } else {
        { WallClock().now }
      }
    let terms: @Sendable () -> Terms = { NodeParts.terms(records) }
    let genesis = folder.genesis
    let facts = NodeFacts(
      genesis: genesis, network: genesis.network, chainID: genesis.chainId,
      operatorAddress: genesis.operator, version: configuration.version,
      blobLimit: blobLimit,
      messageLimit: Int(clamping: genesis.terms.maxMessage), isStepped: producer.clock == nil)
    let custodian = BlobCustodian(
      store: blobs, key: folder.custodianKey, network: genesis.network,
      records: records, retention: { terms().blobRetention }, now: now)
    var services = NodeServices(
      facts: facts, records: records, door: producer, blobs: custodian,
      faucet: faucet(configuration, now), gate: producer.gate, health: { producer.health() },
      now: now)
    services.facilitator = folder.facilitatorKey.map {
      Facilitator(
        key: $0, facts: facts, records: records, door: producer,
        limits: configuration.facilitator, now: now)
    }
    services.side = configuration.side
    services.listings = follower.listings
    services.listed = follower.gate
    services.metrics = metrics
    services.limits = configuration.limits
    services.gauges = gauges(started: WallClock().now)
    services.vitals = { [vitals] in vitals.signs }
    return services
  }

  func sample(at now: Time) {
    vitals.sample(
      metrics.counts, height: producer.gate.height, waiting: producer.health().waiting, at: now)
  }

  /// Lets go of blobs that nobody holds any more, and of files that a crash left without a row.
  func sweepBlobs(at now: Time) {
    do throws(StoreError) {
      let shelf = try blobs.open()
      let swept = try shelf.sweep(now: now)
      let orphans = try shelf.removeOrphans()
      guard swept.blobs + orphans > 0 else { return }
      producer.log.info(
        "blobsSwept",
        metadata: [
          "blobs": "\(swept.blobs)", "bytes": "\(swept.bytes)", "orphans": "\(orphans)",
        ])
    } catch .stopped {
      // The node was stopped meanwhile; the next start sweeps.
    } catch { producer.log.error("blobs not swept", metadata: ["error": "\(error)"]) }
  }

  /// How things stand when somebody asks.
  private func gauges(started: Time) -> @Sendable () -> Gauges {
    let (producer, records, folder, blobs) = (producer, records, folder, blobs)
    let listed = follower.gate
    return {
      var gauges = Gauges()
      let clock = try? records.row("clock", key: UInt64(0).keyBytes).value
      gauges.height = producer.gate.height
      gauges.listed = listed.height
      gauges.blockTime =
        clock.flatMap { try? CBOR.decode(Clock.self, from: $0) }?.time.milliseconds ?? 0
      let health = producer.health()
      gauges.waiting = UInt64(clamping: health.waiting)
      gauges.isGrowing = health.isGrowing
      gauges.startedAt = started.milliseconds
      gauges.residentBytes = ProcessFacts.residentBytes
      gauges.processorTime = ProcessFacts.processorTime
      gauges.storeBytes = ProcessFacts.bytes(of: folder.storePath)
      gauges.blobBytes = (try? blobs.open())?.storedBytes ?? 0
      return gauges
    }
  }

  private func faucet(
    _ configuration: NodeConfiguration, _ now: @escaping @Sendable () -> Time
  ) -> TestFaucet? {
    guard let limits = configuration.faucet, let key = folder.faucetKey else { return nil }
    return TestFaucet(
      key: key, limits: limits, door: producer, records: records,
      domain: folder.genesis.domain, path: folder.path + "/faucet.given", now: now)
  }

  /// The terms in force, as the last row of their table has them.
  private static func terms(_ records: LogRecords) -> Terms {
    let last = try? records.lastRow(of: "terms").value
    return last.flatMap { try? CBOR.decode(Terms.self, from: $0.row) } ?? .standard
  }
}
