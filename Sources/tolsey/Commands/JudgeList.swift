// `tolsey judge list`: the runs that an account was drawn to judge.

import ArgumentParser
import Kernel
import Market
import NetworkRoom
import Primitives

struct JudgeList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runs that you were drawn to judge.",
    discussion: "The last that you were drawn for comes last; 'tolsey judge show' shows each.")
  static let schema = "judge.list/1"

  @Option(help: "An address, or one of your keys; else your only one.", completion: .keys)
  var account: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let account = try KeyOptions.address(account)
    let link = try await node.connect(console)
    let drawn = try await JudgeList.drawn(account, link)
    let data: JSONValue = [
      "runs": .array(
        drawn.map { ["run": .string("\($0.run)"), "height": .unsigned($0.height)] })
    ]
    console.result(Self.schema, data) { paint in
      var table = TextTable(.right("block"), .left("run"))
      for one in drawn { table.add(.init("\(one.height)"), .init(one.run.description)) }
      return table.text(paint, empty: "\(account.checksummed) was drawn to judge nothing yet")
    }
  }

  private static func drawn(
    _ account: Address, _ link: NodeLink
  ) async throws -> [(run: RunID, height: UInt64)] {
    do {
      return try await link.market.events(["panelDrawn"], of: account, after: 0)
        // The buyer stands last among the parties.
        .filter { $0.event.parties.dropLast().contains(account) }
        .map { (RunID($0.event.subject), $0.height) }
    } catch { throw Failure.online(error) }
  }
}
