// What a thousand listeners to the feed cost the thread that makes blocks.

import Archive
import Chain
import Foundation
import Glibc
import Kernel
import LogStore
import NetworkRoom
import Primitives
import Synchronization

struct ListenersBenchmark {
  var listeners = 1_000
  /// Waves of eight blocks, made at an even pace; with and without listeners in turns.
  var waves = 40
  static let roads = 50

  func run(_ report: Report) throws {
    report.section(
      "Listeners (\(listeners) connections to the feed; blocks of \(Self.roads) roads on the way)")
    var genesis = Genesis()
    genesis.chainId = 1
    genesis.terms = .standard
    let folder = try ScratchFolder()
    let log = try SQLiteLog(folder: folder.path, network: genesis.network)
    let lists = SQLiteListings(folder: folder.path, genesis: genesis)
    var maker = ListingRoads(network: genesis.network)
    for block in maker.wave(of: Self.roads) { try log.append(block, changes: []) }
    while try lists.follow(log) > 0 {}
    let site = try SiteServer(log, lists, genesis, now: maker.now)
    defer {
      try? site.stop()
      lists.close()
      try? log.close()
    }
    var quiet: [Double] = []
    var heard: [Double] = []
    var received = 0
    for round in 0..<4 {
      let crowd = round % 2 == 1 ? try Crowd(listeners, port: site.server.address.port) : nil
      let times = try blocks(log, site, &maker)
      if let crowd {
        heard += times
        received += crowd.leave()
      } else {
        quiet += times
      }
      Thread.sleep(forTimeInterval: 0.5)
    }
    let alone = quiet.reduce(0, +) / Double(quiet.count) * 1e6
    let beside = heard.reduce(0, +) / Double(heard.count) * 1e6
    report.add("a block, CPU of the thread that makes it, nobody listens", alone, "µs")
    report.add(
      "the same, \(listeners) listen", beside, "µs", ratio: beside / alone, of: "the line above")
    report.add("more by", (beside / alone - 1) * 100, "%", goal: .below(10))
    report.add("the median more by", (heard.percentile(0.5) / quiet.percentile(0.5) - 1) * 100, "%")
    let each = Double(received) / Double(listeners) / 1e3
    report.add("heard by each listener", each, "kB")
  }

  /// Makes blocks at the pace of a node, and gives the seconds of CPU of each: made durable, and
  /// told to whoever waits. Making them up before is not counted.
  private func blocks(
    _ log: SQLiteLog, _ site: SiteServer, _ maker: inout ListingRoads
  ) throws -> [Double] {
    var times: [Double] = []
    for _ in 0..<waves / 2 {
      for block in maker.wave(of: Self.roads) {
        let before = threadSeconds()
        try log.append(block, changes: [])
        site.gate.advance(to: block.header.height)
        times.append(threadSeconds() - before)
        Thread.sleep(forTimeInterval: 0.05)
      }
    }
    return times
  }
}

/// Many connections to the feed, read by one thread that throws away what it hears.
private final class Crowd: Sendable {
  private let sockets: [Int32]
  private let isListening = Mutex(true)
  private let received = Mutex(0)
  private let done = DispatchSemaphore(value: 0)

  init(_ count: Int, port: Int) throws {
    Crowd.allowFiles(count)
    var sockets: [Int32] = []
    for _ in 0..<count {
      guard let socket = LoopbackSocket.open(port: port),
        LoopbackSocket.send("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n", to: socket)
      else { throw BenchmarkFailure(description: "listener \(sockets.count) is not let in") }
      sockets.append(socket)
    }
    self.sockets = sockets
    let thread = Thread { self.listen() }
    thread.start()
    // Until all of them have heard the first line.
    let watch = Stopwatch()
    while received.withLock({ $0 }) < count * 100, watch.seconds < 10 {
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  private static func allowFiles(_ count: Int) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(2 * count + 512)))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  private func listen() {
    var waiting = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while isListening.withLock({ $0 }) {
      guard poll(&waiting, nfds_t(waiting.count), 100) > 0 else { continue }
      for place in waiting.indices where waiting[place].revents != 0 {
        let count = recv(waiting[place].fd, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 {
          received.withLock { $0 += count }
        } else {
          // Gone: not asked again.
          waiting[place].fd = -1
        }
      }
    }
    done.signal()
  }

  /// Ends all connections, and gives the bytes that were heard.
  func leave() -> Int {
    // What is under way still comes.
    Thread.sleep(forTimeInterval: 0.5)
    isListening.withLock { $0 = false }
    done.wait()
    for socket in sockets { close(socket) }
    return received.withLock { $0 }
  }
}
