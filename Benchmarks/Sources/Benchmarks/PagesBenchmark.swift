// Pages of objects out of a store of a million roads, through the real server, each page another.

import Archive
import Chain
import Dispatch
import Foundation
import Kernel
import LogStore
import Market
import NetworkRoom
import Primitives
import Synchronization

struct PagesBenchmark {
  var roads = 1_000_000
  var asked = 20_000
  /// Roads of one wave while the store is filled.
  static let wave = 500
  /// Roads a second that the writer beside the readers makes.
  static let written = 250

  private enum Kind: String, CaseIterable {
    case order, lease, run

    func path(_ road: Bytes32) -> String {
      let lease = LeaseID.of(order: OrderID(road), seed: .zero)
      return switch self {
      case .order: "/orders/" + PrintedID.full("order", road)
      case .lease: "/leases/" + PrintedID.full("lease", lease.digest)
      case .run: "/runs/" + PrintedID.full("run", RunKey(lease, 0).id.digest)
      }
    }
  }

  private static var genesis: Genesis {
    var genesis = Genesis()
    genesis.chainId = 1
    genesis.terms = .standard
    return genesis
  }

  func run(_ report: Report) throws {
    report.section("Pages (\(roads) roads of 9 messages, 15 events, 1 run; each page another road)")
    let folder = try ScratchFolder()
    var maker = ListingRoads(network: Self.genesis.network)
    let watch = Stopwatch()
    try fill(folder.path, &maker)
    report.add("store filled, log and lists side by side", Double(roads) / watch.seconds, "roads/s")
    for name in ["ledger.sqlite", "listings.sqlite"] {
      let facts = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
      let bytes = (facts[.size] as? NSNumber)?.doubleValue ?? .nan
      report.add(name, bytes / Double(roads), "B/road")
    }
    let opening = Stopwatch()
    let log = try SQLiteLog(folder: folder.path, network: Self.genesis.network)
    report.add("opened, the file looked at", opening.seconds, "s")
    log.waitForFilters()
    report.add("  and its filters at hand", opening.seconds, "s")
    let lists = SQLiteListings(folder: folder.path, genesis: Self.genesis)
    while try lists.follow(log) > 0 {}
    let site = try SiteServer(log, lists, Self.genesis, now: maker.now)
    report.note("load \(Machine.load)")
    try read(report, site, lists, maker.ids)
    let writer = PageWriter(log, lists, site.gate, maker)
    writer.start()
    try read(report, site, lists, maker.ids, beside: ", a writer beside")
    let made = try writer.stop()
    report.note("the writer made \(made.blocks) durable blocks of \(made.roads) roads meanwhile")
    try site.stop()
    lists.close()
    try log.close()
  }

  /// Makes the next wave while the one before is written, into the log and into the lists.
  private func fill(_ folder: String, _ maker: inout ListingRoads) throws {
    var options = SQLiteLog.Options()
    options.isDurable = false
    let log = try SQLiteLog(folder: folder, network: Self.genesis.network, options: options)
    let lists = SQLiteListings(folder: folder, genesis: Self.genesis)
    let making = Mutex(maker)
    let next = Mutex<[Block]>(making.withLock { $0.wave(of: Self.wave) })
    let failure = Mutex<(any Error)?>(nil)
    for wave in 1...max(1, roads / Self.wave) {
      let blocks = next.withLock { $0 }
      let isLast = wave == max(1, roads / Self.wave)
      DispatchQueue.concurrentPerform(iterations: 3) { part in
        do {
          switch part {
          case 0: try log.appendMany(blocks.map { CommittedBlock($0, changes: []) })
          case 1: try lists.take(blocks.map { ProjectedBlock($0) })
          default:
            if isLast { return }
            let made = making.withLock { $0.wave(of: Self.wave) }
            next.withLock { $0 = made }
          }
        } catch { failure.withLock { $0 = error } }
      }
      if let failure = failure.withLock({ $0 }) { throw failure }
    }
    maker = making.withLock { $0 }
    lists.close()
    try log.close()
  }

  private func read(
    _ report: Report, _ site: SiteServer, _ lists: SQLiteListings, _ ids: [Bytes32],
    beside: String = ""
  ) throws {
    let client = LoadClient(port: site.server.address.port)
    for kind in Kind.allCases {
      // A stride that meets every road once before it meets any again.
      let found = try client.ask(asked) { kind.path(ids[$0 &* 104_729 % ids.count]) }
      report.add(
        "\(kind.rawValue)s\(beside), of \(found.bytes) bytes", found.rate, "/s",
        goal: .atLeast(3_000))
      report.add("  the 99th percentile", found.late(0.99), "ms", goal: .below(20))
      report.add(
        "  a second of processor time, client and writer too", found.perProcessorSecond, "pages",
        goal: .atLeast(1_500))
    }
    let again = try client.ask(asked) { Kind.order.path(ids[$0 % min(100, ids.count)]) }
    report.add("a hundred orders again and again\(beside)", again.rate, "/s")
  }
}

/// Makes roads at an even pace until it is told to stop.
private final class PageWriter: Sendable {
  private let log: SQLiteLog
  private let lists: SQLiteListings
  private let gate: HeightGate
  private let maker: Mutex<ListingRoads>
  private let isWriting = Mutex(true)
  private let made = Mutex<(blocks: Int, roads: Int)>((0, 0))
  private let failure = Mutex<(any Error)?>(nil)
  private let queue = DispatchQueue(label: "page writer")

  init(_ log: SQLiteLog, _ lists: SQLiteListings, _ gate: HeightGate, _ maker: ListingRoads) {
    self.log = log
    self.lists = lists
    self.gate = gate
    self.maker = Mutex(maker)
  }

  func start() {
    queue.async {
      do { try self.write() } catch { self.failure.withLock { $0 = error } }
    }
  }

  /// Ten waves a second, each block by itself as a producer makes it.
  private func write() throws {
    let size = PagesBenchmark.written / 10
    while isWriting.withLock({ $0 }) {
      let watch = Stopwatch()
      let blocks = maker.withLock { $0.wave(of: size) }
      for block in blocks {
        try log.append(block, changes: [])
        gate.advance(to: block.header.height)
        _ = try lists.follow(log)
      }
      made.withLock {
        $0.blocks += blocks.count
        $0.roads += size
      }
      let rest = 0.1 - watch.seconds
      if rest > 0 { Thread.sleep(forTimeInterval: rest) }
    }
  }

  /// Gives what it wrote.
  func stop() throws -> (blocks: Int, roads: Int) {
    isWriting.withLock { $0 = false }
    queue.sync {}
    if let failure = failure.withLock({ $0 }) { throw failure }
    return made.withLock { $0 }
  }
}
