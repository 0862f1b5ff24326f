// `tolsey watch`: follows one road live, from its order to its receipts.

import Archive
import ArgumentParser
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives
import Synchronization

struct WatchCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Follow an order or a lease live, to its receipt.",
    discussion: """
      On a terminal it draws the nine stations of the road and counts down to the next deadline; \
      elsewhere, and with --json, it says a line for each thing that happens, from the beginning. \
      It ends with the road, and says the verdict and whose receipt can be fetched. Ctrl-c ends \
      the watching and nothing else.
      """)
  static let schema = "watch/1"

  @Argument(help: "An order, a lease or a run: its id, or the start of it.") var order: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let road = try await WatchedRoad.find(order, link)
    let view = WatchView(road: road, console: console, now: try await link.marketNow())
    let (ends, feed) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
    let follower = Task {
      do {
        try await follow(road, link, view)
        feed.yield(.success(()))
      } catch { feed.yield(.failure(error)) }
    }
    let signals = Task {
      for await _ in StopSignals.stream() {
        feed.yield(.failure(CancellationError()))
      }
    }
    let clock = Task {
      while !Task.isCancelled, view.isPicture {
        view.draw()
        try? await Task.sleep(for: .seconds(1))
      }
    }
    defer { for task in [follower, signals, clock] { task.cancel() } }
    for await end in ends {
      do { try end.get() } catch is CancellationError {
        console.note("the road goes on; watch it again with 'tolsey watch \(order)'")
        throw Failure(.interrupted, "interrupted")
      } catch { throw Failure.online(error) }
      break
    }
    clock.cancel()
    try await view.end(link)
  }

  /// Takes every event of the road from the beginning, until the one that ends it.
  private func follow(_ road: WatchedRoad, _ link: NodeLink, _ view: WatchView) async throws {
    let height = try await link.ask { client throws(ClientError) in try await client.status() }
      .height
    view.setDeadline(try await road.deadline(link, lease: .zero))
    try await link.client.follow(
      after: FeedCursor(height: 0), filter: EventsFilter(subjects: road.subjects)
    ) { news in
      view.take(news.event, at: news.height)
      // Of the past only the events count; and what was alive may have gone with this block.
      if news.height + 1 >= height {
        view.setDeadline((try? await road.deadline(link, lease: view.lease)) ?? nil)
      }
      return !view.isOver
    }
  }
}

/// What is watched: the ids under which its events are found, and how its rows are asked for.
struct WatchedRoad: Sendable {
  var order: OrderID?
  /// The lease that is watched; beside an order the one that it made if it took an offer.
  var lease: Bytes32
  var title: String

  /// An order's events name the order; those of a taken offer know the lease only.
  init(order: OrderID) {
    self.order = order
    lease = LeaseID.of(take: order.digest).digest
    title = order.description
  }

  init(lease: LeaseID) {
    self.lease = lease.digest
    title = lease.description
  }

  var subjects: [Bytes32] { (order.map { [$0.digest] } ?? []) + [lease] }

  static func find(_ word: String, _ link: NodeLink) async throws -> WatchedRoad {
    switch word.prefix(while: { $0 != "_" }) {
    case "lease": return try await lease(word, link)
    case "run":
      let json = try await link.get("/api/runs/", id: word)
      guard let lease = json["lease"]?.string else {
        throw Failure(ClientError.garbled("its answer has no lease"))
      }
      return try await self.lease(lease, link)
    default:
      let json = try await link.get("/api/orders/", id: word)
      let id = OrderID(try link.digest(in: json))
      if json["alive"]?.bool == false, json["settled"]?.array?.isEmpty ?? true {
        try await requireDone(id, link)
      }
      return WatchedRoad(order: id)
    }
  }

  /// What the rules refused has no road: nothing would ever be heard of it.
  private static func requireDone(_ id: OrderID, _ link: NodeLink) async throws {
    let outcome = try await link.get("/api/messages/\(id.digest)")["outcome"]
    guard outcome?["done"]?.bool == false else { return }
    let words = outcome?["message"]?.string ?? "the rules refused it"
    throw Failure(
      .refused, code: outcome?["code"]?.string, "\(id.short) never came to be: \(words)",
      hint: outcome?["hint"]?.string)
  }

  /// The order of a lease, or the lease itself where an offer was taken.
  private static func lease(_ word: String, _ link: NodeLink) async throws -> WatchedRoad {
    let json = try await link.get("/api/leases/", id: word)
    let id = LeaseID(try link.digest(in: json))
    let row = try await link.ask { client throws(ClientError) in try await client.lease(id) }
    guard let lease = row.lease, lease.order != OrderID() else { return WatchedRoad(lease: id) }
    return WatchedRoad(order: lease.order)
  }

  /// The next deadline of what is alive of it, in market time.
  ///
  /// - Parameter lease: the lease that an event named; zero until there is one.
  func deadline(_ link: NodeLink, lease named: Bytes32) async throws -> Time? {
    var answers: [JSONValue] = []
    if let order { answers.append(try await link.get("/api/orders/\(order.digest)")) }
    let lease = order == nil ? lease : named
    if lease != .zero { answers.append(try await link.get("/api/leases/\(lease)")) }
    return RoadDeadline.first(in: answers)
  }
}

/// Shows the road: a picture that is drawn over itself, or a line for each event.
final class WatchView: Sendable {
  private struct State {
    var progress = RoadProgress()
    var lease = Bytes32()
    var drawn = 0
  }

  let isPicture: Bool
  private let road: WatchedRoad
  private let console: Console
  private let start: (now: Time, at: ContinuousClock.Instant)
  private let state = Mutex(State())

  init(road: WatchedRoad, console: Console, now: Time) {
    self.road = road
    self.console = console
    isPicture = console.out.isTerminal && !console.json
    start = (now, .now)
  }

  /// Zero until there is one.
  var lease: Bytes32 { state.withLock { $0.lease } }

  var isOver: Bool { state.withLock { $0.progress.ending != nil } }

  func setDeadline(_ deadline: Time?) { state.withLock { $0.progress.deadline = deadline } }

  func take(_ event: Event, at height: UInt64) {
    state.withLock { state in
      state.progress.take(event, at: height)
      if event.lease != .zero { state.lease = event.lease }
    }
    if isPicture { return draw() }
    let station = EventWords.station(event.name)
    let data: JSONValue = [
      "event": .string(event.name), "height": .unsigned(height),
      "station": station.map { .string("\($0)") } ?? .null,
      "subject": .string("\(event.subject)"),
      "parties": .array(event.parties.map { .string($0.checksummed) }),
    ]
    let isOffer = state.withLock { $0.progress.isOffer }
    console.event(WatchCommand.schema, data) { paint in
      let name = station?.title(isOffer: isOffer) ?? "-"
      let gap = String(repeating: " ", count: max(1, 12 - name.count))
      let words = EventWords.text(event.name).harmless
      return "\(paint(.faint, "block \(height)"))  \(name)\(gap)\(words)"
    }
  }

  /// Draws the picture over the last one.
  func draw() {
    guard isPicture else { return }
    let passed = UInt64(max(0, (ContinuousClock.now - start.at) / .milliseconds(1)))
    let now = Time(start.now.milliseconds &+ passed)
    let text = state.withLock { state in
      let picture = RoadPicture(
        progress: state.progress, title: road.title, now: now, width: RoadPicture.terminalWidth)
      let lines = picture.lines(console.out.paint)
      let up = state.drawn > 0 ? "\u{1B}[\(state.drawn)A" : ""
      state.drawn = lines.count
      return up + lines.map { "\r\u{1B}[K\($0)\n" }.joined()
    }
    console.out.raw(text)
  }

  /// The last picture, and the verdict of each run.
  func end(_ link: NodeLink) async throws {
    draw()
    let progress = state.withLock { $0.progress }
    let runs = progress.settled.map { id -> JSONValue in
      let outcome = progress.outcomes[id]
      return [
        "run": .string(id.description), "outcome": outcome.map { .string("\($0)") } ?? .null,
        "good": .bool(outcome?.isGood ?? false),
      ]
    }
    let data: JSONValue = [
      "event": "end", "ending": .string(progress.ending ?? ""), "runs": .array(runs),
      "good": .bool(progress.isGood),
    ]
    console.result(WatchCommand.schema, data) { paint in
      var fields = TextFields()
      fields.add("end", .init(EventWords.text(progress.ending ?? "")))
      for id in progress.settled {
        let outcome = progress.outcomes[id]
        fields.add(
          "verdict", .init(outcome.map { "\($0)" } ?? "?", outcome?.isGood == true ? .good : .bad))
        fields.add("receipt", .init(id.description, .handle))
      }
      let next = progress.settled.first.map {
        "\n\nfetch it with " + paint(.handle, "tolsey run receipt \($0.short)")
      }
      return fields.text(paint) + (next ?? "")
    }
  }
}
