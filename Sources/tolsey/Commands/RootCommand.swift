// `tolsey root`: dollars for all subnets with a pool, shared by what the prices say of them.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Subnets

struct RootCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "root", abstract: "The root fund: dollars shared among subnets by their prices.",
    subcommands: [RootShow.self, RootGive.self])
}

struct RootShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the fund, and who shares in it.")
  static let schema = "root.show/1"

  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await link.get("/subnets.json")["root"] ?? [:]
    let now = try await link.marketNow()
    console.result(Self.schema, json) { paint in
      var fields = TextFields()
      fields.add("held", .init(SubnetText.money(json, "held")))
      fields.add("given so far", .init(SubnetText.money(json, "given")))
      fields.add("next share", .init(SubnetText.money(json, "toShare")))
      let ends = json["ends"]?.uint64.map { SubnetText.span($0 - min($0, now.milliseconds)) }
      fields.add("shared in", .init(ends ?? "never: no subnet has a pool"))
      let numbers = (json["subnets"]?.array ?? []).compactMap { $0.uint64 }
      let names = numbers.map { "\($0)" }.joined(separator: " ")
      fields.add("among subnets", .init(names.isEmpty ? "none" : names))
      return fields.text(paint)
    }
  }
}

struct RootGive: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "fund", abstract: "Give dollars to the root fund.",
    discussion: "They do not come back. A thousandth of the fund is shared each hour.")
  static let schema = "root.fund/1"

  @Argument(help: "How much, in dollars.") var amount: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let amount = try Dollars.required(amount)
    return { .fundRoot(FundRoot($0, amount)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "gave \((try? Dollars.text(Dollars.required(amount))) ?? amount) to the root; see "
      + paint(.handle, "tolsey root show")
  }
}
