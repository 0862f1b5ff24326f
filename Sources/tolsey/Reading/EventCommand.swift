// `tolsey event`: what happened on a network, and what happens.

import Archive
import ArgumentParser
import Market
import NetworkRoom
import Primitives

struct EventCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "event", abstract: "Events: what happens, in the order of the log.",
    subcommands: [EventList.self, EventFollow.self])
}

/// Which events are meant.
struct EventOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: "Only events of this name, such as runSettled. May be repeated.")
  var name: [String] = []
  @Option(
    parsing: .singleValue,
    help: "Only what concerns this account: an address, or one of your keys. May be repeated.",
    completion: .keys)
  var account: [String] = []
  @Option(
    parsing: .singleValue,
    help: "Only what concerns this object: a whole id. May be repeated.")
  var object: [String] = []

  func filter() throws -> EventsFilter {
    for name in name where EventWords.text(name) == name {
      throw Failure(
        .usage, code: "unknownEvent", "there is no event named \(name)",
        hint: "docs/reference/states.md lists them; 'tolsey help events'")
    }
    let accounts = try account.map { try KeyOptions.address($0).padded }
    let objects = try object.map { text throws -> Bytes32 in
      if let digest = Bytes32(hex: text) { return digest }
      let kind = text.prefix { $0 != "_" }
      guard let digest = try? PrintedID.parse(String(kind), text) else {
        throw Failure(
          .usage, code: "badId", "\(text) is no whole id", hint: "copy the whole id, with its end")
      }
      return digest
    }
    return EventsFilter(names: name, subjects: accounts + objects)
  }
}

struct EventList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what happened, the oldest first.")
  static let schema = "event.list/1"

  @OptionGroup var events: EventOptions
  @Option(help: "How many, at most 10,000.") var limit = 100
  @Option(help: "Those after this place: a height, or the cursor of a page.") var after: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...10_000).contains(limit) else {
      throw ValidationError("a page has 1 to 10000 entries")
    }
  }

  func run(on console: Console) async throws {
    let filter = try events.filter()
    let start = try EventPlace.cursor(after) ?? FeedCursor(height: 0)
    let link = try await node.connect(console)
    let limit = limit
    let page: (events: [FeedEvent], isAll: Bool)
    do {
      page = try await link.client.history(after: start, filter: filter, limit: limit)
    } catch { throw Failure.online(error) }
    let next: JSONValue =
      page.isAll ? .null : page.events.last.map { .string("\($0.cursor)") } ?? .null
    let data: JSONValue = [
      "events": .array(page.events.map(EventPlace.json)), "cursor": next,
    ]
    console.result(Self.schema, data) { paint in
      page.events.map { EventPlace.line($0, paint) }.joined(separator: "\n")
        + (page.events.isEmpty ? "nothing of that kind has happened" : "")
    }
    if let cursor = next.string { console.note("there are more: add --after \(cursor.harmless)") }
  }
}

struct EventFollow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow", abstract: "Say what happens as it happens, a line each.",
    discussion: "With --json each line is an envelope. Ctrl-c ends it.")
  static let schema = "event.follow/1"

  @OptionGroup var events: EventOptions
  @Option(help: "Begin after this place: a height, or a cursor; else with the next block.")
  var after: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let filter = try events.filter()
    let given = try EventPlace.cursor(after)
    let link = try await node.connect(console)
    let start: FeedCursor
    if let given {
      start = given
    } else {
      let status = try await link.ask { client throws(ClientError) in try await client.status() }
      start = FeedCursor(height: status.height)
    }
    let (ends, feed) = AsyncStream.makeStream(of: (any Error).self)
    let follower = Task {
      do {
        try await link.client.follow(after: start, filter: filter) { news in
          console.event(Self.schema, EventPlace.json(news)) { EventPlace.line(news, $0) }
          return true
        }
      } catch { feed.yield(error) }
    }
    let signals = Task {
      for await _ in StopSignals.stream() { feed.yield(CancellationError()) }
    }
    defer {
      follower.cancel()
      signals.cancel()
    }
    for await error in ends {
      // To be stopped is how it ends.
      if error is CancellationError { return }
      throw Failure.online(error)
    }
  }
}

/// Events with their places, for people and programs.
enum EventPlace {
  static func cursor(_ text: String?) throws -> FeedCursor? {
    guard let text else { return nil }
    guard let cursor = FeedCursor(text) else {
      throw Failure(
        .usage, code: "badCursor", "\(text) is no place in the feed",
        hint: "write a height, or a cursor like 7.2")
    }
    return cursor
  }

  static func json(_ news: FeedEvent) -> JSONValue {
    .object(
      [
        .init(name: "height", value: .unsigned(news.height)),
        .init(name: "index", value: .unsigned(news.index)),
      ] + (news.event.json.members ?? []))
  }

  static func line(_ news: FeedEvent, _ paint: Paint) -> String {
    let event = news.event
    let who = event.parties.first.map { "  " + $0.checksummed } ?? ""
    let what =
      event.order != .zero
      ? OrderID(event.order).short : event.lease != .zero ? LeaseID(event.lease).short : nil
    let handle = what.map { "  " + paint(.handle, $0) } ?? ""
    // A node may name its events as it likes.
    let words = EventWords.text(event.name).harmless
    return paint(.faint, "block \(news.height)") + "  " + words + handle + who
  }
}
