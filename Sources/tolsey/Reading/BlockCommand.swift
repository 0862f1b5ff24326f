// `tolsey block` and `tolsey message`: the log of a node, block by block.

import Archive
import ArgumentParser
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives

struct BlockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "block", abstract: "Blocks: what a node has signed.",
    subcommands: [BlockList.self, BlockShow.self])
}

struct BlockList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List blocks, the newest first.")
  static let schema = "block.list/1"

  @Option(help: "How many, at most 500.") var limit = 20
  @Option(help: "Those below this height.") var before: UInt64?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...500).contains(limit) else { throw ValidationError("a page has 1 to 500 entries") }
  }

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let status = try await link.ask { client throws(ClientError) in try await client.status() }
    var height = min(status.height, (before ?? .max) &- 1)
    var blocks: [JSONValue] = []
    while blocks.count < limit, height > 0, before != 0 {
      let json = try await link.get("/api/blocks/\(height)")
      if let block = json["block"] { blocks.append(BlockText.line(block)) }
      height -= 1
    }
    let next: JSONValue = height > 0 && !blocks.isEmpty ? .unsigned(height + 1) : .null
    let data: JSONValue = [
      "blocks": .array(blocks), "before": next, "height": .unsigned(status.height),
    ]
    console.result(Self.schema, data) { [blocks] paint in
      var table = TextTable(
        .right("height"), .left("block"), .left("time"), .right("messages"), .right("settled"),
        .right("events"))
      for block in blocks {
        table.add(
          .init("\(block["height"]?.uint64 ?? 0)"),
          .init(String((block["id"]?.string ?? "").prefix(18)), .handle),
          .init(UTC.text(Time(block["time"]?.uint64 ?? 0))),
          .init("\(block["messages"]?.uint64 ?? 0)"), .init("\(block["settled"]?.uint64 ?? 0)"),
          .init("\(block["events"]?.uint64 ?? 0)"))
      }
      return table.text(paint, empty: "no blocks yet: a node makes one when something happens")
    }
    if let next = next.uint64 { console.note("there are more: add --before \(next)") }
  }
}

struct BlockShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a block: header, messages, settled runs, events.")
  static let schema = "block.show/1"

  @Argument(help: "Its height, or 'latest'.") var height: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let number = UInt64(height)
    guard number != nil || height == "latest" else {
      throw Failure(
        .usage, code: "badHeight", "\(height) is no height", hint: "write a number, or 'latest'")
    }
    let link = try await node.connect(console)
    let wanted: UInt64
    if let number {
      wanted = number
    } else {
      wanted = try await link.ask { client throws(ClientError) in try await client.status() }.height
    }
    let json = try await link.get("/api/blocks/\(wanted)")
    guard let block = json["block"] else {
      throw Failure(ClientError.garbled("its answer has no block"))
    }
    console.result(Self.schema, json) { BlockText.text(block, $0) }
  }
}

enum BlockText {
  /// A block in a line: counts in place of contents.
  static func line(_ block: JSONValue) -> JSONValue {
    func count(_ name: String) -> JSONValue { .unsigned(UInt64(block[name]?.array?.count ?? 0)) }
    return [
      "height": block["height"] ?? .null, "id": block["id"] ?? .null,
      "time": block["header"]?["time"] ?? .null, "messages": count("messages"),
      "settled": count("settled"), "events": count("events"),
    ]
  }

  static func text(_ block: JSONValue, _ paint: Paint) -> String {
    var fields = TextFields()
    fields.add("block", .init("\(block["height"]?.uint64 ?? 0)", .strong))
    fields.add("id", .init(block["id"]?.string ?? "", .handle))
    let header = block["header"]
    fields.add("time", .init(UTC.text(Time(header?["time"]?.uint64 ?? 0))))
    for name in ["parent", "stateRoot", "receiptsRoot", "eventsRoot"] {
      if let root = header?[name]?.string { fields.add(name, .init(root)) }
    }
    for message in block["messages"]?.array ?? [] {
      let code = message["outcome"]?["code"]?.string ?? ""
      let id = message["id"]?.string ?? ""
      fields.add("message", .init("\(id) \(code.isEmpty ? "done" : "refused: \(code)")"))
    }
    for run in block["settled"]?.array ?? [] {
      fields.add("settled", .init(run["run"]?.string ?? "", .handle))
    }
    for event in block["events"]?.array ?? [] {
      fields.add("event", .init(EventWords.text(event["name"]?.string ?? "")))
    }
    return fields.text(paint)
  }
}

struct MessageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "message", abstract: "Messages: what was signed, and what came of it.",
    subcommands: [MessageList.self, MessageShow.self])
}

struct MessageList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List every message about a run.")
  static let schema = "message.list/1"

  @Argument(help: "The run: its id, or the start of it.") var run: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let id = RunID(try link.digest(in: await link.get("/api/runs/", id: run)))
    let messages = try await link.ask { client throws(ClientError) in
      try await client.messages(about: id)
    }
    let lines = messages.map { entry -> JSONValue in
      [
        "id": .string("\(entry.signed.id)"), "height": .unsigned(entry.height),
        "kind": .string(entry.signed.kind?.name ?? "?"),
        "from": .string(entry.signed.message.head.from.checksummed), "code": .string(entry.code),
      ]
    }
    let data: JSONValue = ["run": .string(id.description), "messages": .array(lines)]
    console.result(Self.schema, data) { paint in
      var table = TextTable(
        .right("block"), .left("kind"), .left("from"), .left("outcome"), .left("message"))
      for line in lines {
        let code = line["code"]?.string ?? ""
        table.add(
          .init("\(line["height"]?.uint64 ?? 0)"), .init(line["kind"]?.string ?? ""),
          .init(line["from"]?.string ?? ""),
          code.isEmpty ? .init("done", .good) : .init(code, .bad),
          .init(String((line["id"]?.string ?? "").prefix(18)), .handle))
      }
      return table.text(paint, empty: "no message about it is in a block")
    }
  }
}

struct MessageShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a message: its fields, its signer, its outcome.")
  static let schema = "message.show/1"

  @Argument(help: "Its id: 0x…, or the first digits.") var message: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let json = try await node.connect(console).get("/api/messages/", id: message)
    console.result(Self.schema, json) { paint in
      var fields = TextFields()
      fields.add("message", .init(json["id"]?.string ?? "", .handle))
      if json["waiting"]?.bool == true { fields.add("state", .init("waits for a block", .caution)) }
      let outcome = json["outcome"]
      if let isDone = outcome?["done"]?.bool {
        fields.add("in block", .init("\(json["height"]?.uint64 ?? 0)"))
        fields.add(
          "outcome",
          isDone
            ? .init("done", .good)
            : .init(outcome?["message"]?.string ?? outcome?["code"]?.string ?? "", .bad))
        fields.add("toll", .init(Dollars.text(Amount(outcome?["toll"]?.uint64 ?? 0))))
      }
      if let content = json["message"] {
        fields.add("kind", .init(content["kind"]?.string ?? content["kind"]?.text ?? ""))
        for member in (content["content"] ?? content).members ?? [] where member.name != "kind" {
          for line in JSONLines.lines(member.name, member.value) {
            fields.add(line.name, .init(line.text))
          }
        }
      }
      return fields.text(paint)
    }
  }
}

/// JSON as names and values below each other, objects flattened.
enum JSONLines {
  /// What is longer is cut: the whole stands under `--json`.
  private static let longest = 100

  static func lines(_ name: String, _ value: JSONValue) -> [(name: String, text: String)] {
    if let members = value.members {
      return members.flatMap { lines("\(name).\($0.name)", $0.value) }
    }
    let text = value.string ?? value.text
    return [(name, text.count <= longest ? text : text.prefix(longest) + "…")]
  }
}
