// Whom a party deals with, as options: published with its order or offer, honoured before a match.

import ArgumentParser
import Market
import Primitives

struct ListOptions: ParsableArguments {
  @Option(
    name: .customLong("refuse"), parsing: .singleValue,
    help: "Never deal with this account: an address, or one of your keys. May be repeated.")
  var refused: [String] = []
  @Option(
    name: .customLong("only"), parsing: .singleValue,
    help: "Deal with this account and others named so alone. May be repeated.")
  var only: [String] = []
  @Option(help: "Turn away who has a higher rate of rejections, in percent, as 10 or 2.5.")
  var maxRejection: String?
  @Option(help: "Turn away who has less confirmed work, in dollars.") var minGood: String?
  @Option(help: "Turn away who has less work that auditors confirmed, in dollars.")
  var minAudited: String?

  /// The lists, where nothing said leaves `usual`.
  func lists(usual: Lists = Lists()) throws -> Lists {
    var lists = usual
    lists.refuse = try refused.map { try KeyOptions.address($0) }
    lists.only = try only.map { try KeyOptions.address($0) }
    if let maxRejection { lists.maxRejection = try ListOptions.ppm(maxRejection) }
    if let minGood { lists.minGood = try Dollars.required(minGood) }
    if let minAudited { lists.minAudited = try Dollars.required(minAudited) }
    return lists
  }

  /// Percent in parts per million: `2.5` is 25,000.
  private static func ppm(_ text: String) throws -> UInt64 {
    guard let percent = Dollars.parse(text), !text.hasPrefix("$"),
      percent.units <= 100 * million
    else {
      throw Failure(
        .usage, code: "badPercent", "\(text) is no share of a hundred", hint: "write 10 or 2.5")
    }
    return percent.units / 100
  }
}
