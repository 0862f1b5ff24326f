// The lists: how fast blocks become lines, what a road takes of the disk, how fast pages read.

import Archive
import Chain
import Foundation
import Glibc
import Kernel
import LogStore
import Primitives
import Synchronization

struct ListingBenchmark {
  static let sizes = [100_000, 1_000_000]
  /// Roads that begin and end in the same eight blocks.
  static let wave = 500
  /// Roads that go through the log, as a node's do.
  static let logged = 20_000

  static func run(_ report: Report, sizes: [Int], logged: Int) throws {
    report.section("Lists (roads of 9 messages, 15 events, 1 run; file of its own, no flushes)")
    try ListingBenchmark().followLog(report, roads: logged)
    for size in sizes { try ListingBenchmark().fill(report, roads: size) }
  }

  private var genesis: Genesis {
    var genesis = Genesis()
    genesis.chainId = 1
    genesis.terms = .standard
    return genesis
  }

  /// Blocks read from the log, decoded, projected and written: behind by all of them, and then
  /// one block at a time, as it is while they are made.
  private func followLog(_ report: Report, roads: Int) throws {
    let folder = try ScratchFolder()
    var options = SQLiteLog.Options()
    options.isDurable = false
    let log = try SQLiteLog(folder: folder.path, network: genesis.network, options: options)
    var maker = ListingRoads(network: genesis.network)
    for _ in 0..<(roads / Self.wave) {
      for block in maker.wave(of: Self.wave) { try log.append(block, changes: []) }
    }
    let lists = SQLiteListings(folder: folder.path, genesis: genesis)
    let (start, busy) = (ContinuousClock.now, Self.processorTime)
    while try lists.follow(log) > 0 {}
    let spent = (ContinuousClock.now - start) / .seconds(1)
    let used = Self.processorTime - busy
    report.add("roads projected from the log", Double(roads) / spent, "/s", goal: .atLeast(5_000))
    report.add("a second of processor time", Double(roads) / used, "roads", goal: .atLeast(5_000))
    lists.close()
    for name in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: folder.path + "/listings.sqlite" + name)
    }
    var single = SQLiteListings.Options()
    single.batchItems = 1
    let live = SQLiteListings(folder: folder.path, genesis: genesis, options: single)
    let began = ContinuousClock.now
    while try live.follow(log) > 0 {}
    let took = (ContinuousClock.now - began) / .seconds(1)
    report.add(
      "the same, eight blocks a transaction", Double(roads) / took, "/s", ratio: spent / took,
      of: "the line above")
    live.close()
    try log.close()
  }

  private func fill(_ report: Report, roads: Int) throws {
    let folder = try ScratchFolder()
    let lists = SQLiteListings(folder: folder.path, genesis: genesis)
    var maker = ListingRoads(network: genesis.network)
    var spent = Duration.zero
    var used = 0.0
    for _ in 0..<(roads / Self.wave) {
      let blocks = maker.wave(of: Self.wave).map { ProjectedBlock($0) }
      let (start, busy) = (ContinuousClock.now, Self.processorTime)
      try lists.take(blocks)
      spent += ContinuousClock.now - start
      used += Self.processorTime - busy
    }
    let name = Report.number(Double(roads)) + " roads"
    report.add(
      "\(name): projected and written", Double(roads) / (spent / .seconds(1)), "/s",
      goal: .atLeast(5_000))
    report.add(
      "\(name): a second of processor time", Double(roads) / used, "roads",
      goal: .atLeast(5_000))
    lists.close()
    let facts = try FileManager.default.attributesOfItem(
      atPath: folder.path + "/listings.sqlite")
    let bytes = (facts[.size] as? NSNumber)?.doubleValue ?? .nan
    report.add("\(name): on disk, all in", bytes / Double(roads), "B/road", goal: .below(1_000))
    // Opens the file again.
    try lists.take([])
    try read(report, name, lists, maker)
  }

  /// Seconds that this thread has had of a processor: on a busy machine the time on the clock
  /// says more about the others.
  private static var processorTime: Double {
    var spec = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spec)
    return Double(spec.tv_sec) + Double(spec.tv_nsec) / 1e9
  }

  // MARK: - Reading

  private enum Page: String, CaseIterable {
    case road = "road(id)"
    case roads = "roads(buyer), 25"
    case newest = "roads(), 25"
    case moments = "moments(of: road)"
  }

  /// Two readers beside a writer that never stops.
  private func read(
    _ report: Report, _ name: String, _ lists: SQLiteListings, _ maker: ListingRoads
  ) throws {
    let (ids, buyers) = (maker.ids, maker.buyers)
    let writer = RoadWriter(lists, maker)
    var quiet: [Page: Double] = [:]
    for isBusy in [false, true] {
      if isBusy { writer.start() }
      for page in Page.allCases {
        let times = try readers(2, of: 20_000) { number in
          let id = ids[number &* 104_729 % ids.count]
          switch page {
          case .road: _ = try lists.road(id)
          case .roads:
            let buyer = buyers[number &* 7_919 % buyers.count]
            _ = try lists.roads(ListFilter(buyer: buyer), before: nil, limit: 25)
          case .newest: _ = try lists.roads(ListFilter(), before: nil, limit: 25)
          case .moments: _ = try lists.moments(of: id)
          }
        }
        let state = isBusy ? "a writer beside" : "nobody writes"
        let rate = times.rate
        let ratio = isBusy ? quiet[page].map { rate / $0 } : nil
        report.add(
          "\(name): \(page.rawValue), \(state)", rate, "/s", ratio: ratio, of: "the quiet rate",
          goal: .atLeast(3_000))
        report.add("\(name): its 99th percentile", times.late, "ms", goal: .below(20))
        quiet[page] = quiet[page] ?? rate
      }
    }
    let written = writer.stop()
    report.note("the writer wrote \(written) roads meanwhile")
  }

  private func readers(
    _ count: Int, of reads: Int, _ body: @escaping @Sendable (Int) throws -> Void
  ) throws -> (rate: Double, late: Double) {
    let all = Mutex<[Double]>([])
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: count) { reader in
      var own: [Double] = []
      for number in 0..<reads {
        let begin = ContinuousClock.now
        guard (try? body(number &* count + reader)) != nil else { return }
        own.append((ContinuousClock.now - begin) / .milliseconds(1))
      }
      all.withLock { $0 += own }
    }
    let spent = (ContinuousClock.now - start) / .seconds(1)
    let times = all.withLock { $0.sorted() }
    guard times.count == count * reads else {
      throw BenchmarkFailure(description: "a page was not answered")
    }
    return (Double(times.count) / spent, times[times.count * 99 / 100])
  }
}

/// Writes roads until it is told to stop.
private final class RoadWriter: Sendable {
  private let lists: SQLiteListings
  private let maker: Mutex<ListingRoads>
  private let isWriting = Mutex(true)
  private let written = Mutex(0)
  private let queue = DispatchQueue(label: "writer")

  init(_ lists: SQLiteListings, _ maker: ListingRoads) {
    self.lists = lists
    self.maker = Mutex(maker)
  }

  func start() {
    queue.async {
      while self.isWriting.withLock({ $0 }) {
        let blocks = self.maker.withLock { $0.wave(of: 50) }.map { ProjectedBlock($0) }
        guard (try? self.lists.take(blocks)) != nil else { return }
        self.written.withLock { $0 += 50 }
      }
    }
  }

  /// Gives how many it wrote.
  func stop() -> Int {
    isWriting.withLock { $0 = false }
    queue.sync {}
    return written.withLock { $0 }
  }
}
