// `tolsey subnet`: networks of strangers who judge each other; and what Yuma makes of a file.

import ArgumentParser
import Primitives
import Subnets

struct SubnetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subnet", abstract: "Subnets: members who judge each other's work, with stake.",
    subcommands: [
      SubnetList.self, SubnetShow.self, SubnetCreate.self, SubnetShare.self, SubnetFund.self,
      SubnetWithdraw.self, SubnetRegister.self, SubnetTake.self, SubnetStake.self,
      SubnetUnstake.self, SubnetWeights.self, SubnetIssue.self, SubnetSeed.self, SubnetBuy.self,
      SubnetSell.self, SubnetCollect.self, SubnetDrain.self, SubnetClose.self,
      SubnetDemoCommand.self, SubnetEpoch.self,
    ])
}

struct SubnetEpoch: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "epoch", abstract: "Compute epochs of Yuma consensus from a file.",
    discussion: """
      The file is JSON: one epoch, a list, or an object with a list under 'steps'. An epoch is \
      {"input": {"stakes", "weights", "bonds", "validator_permits", "last_update", ...}}, in the \
      words of subtensor; weights and bonds are rows of [uid, share], shares in 65535ths. Numbers \
      that stand under 'reference' or 'published' are compared, to the last bit.
      """)
  static let schema = "subnet.epoch/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "A JSON file.") var file: String

  func run(on console: Console) throws {
    let json = try LocalFile.json(file)
    let steps = try LocalFile.naming(file) { () throws(Refusal) in try YumaStep.all(in: json) }
    let data: JSONValue = ["steps": .array(steps.map(SubnetEpoch.data))]
    let missed = steps.indices.filter { steps[$0].differences?.isEmpty == false }
    let failure = missed.first.map { first in
      Failure(
        .unverified, code: "otherEpoch",
        "\(missed.count) of \(steps.count) epochs end otherwise than the file says, "
          + "the first is number \(first), in \(steps[first].differences?.first ?? "")",
        hint: "compare the numbers of that name with those above")
    }
    try console.verdict(Self.schema, data, failing: failure) { paint in
      SubnetEpoch.table(steps).text(paint, empty: "no epochs in the file")
    }
  }

  private static func data(_ step: YumaStep) -> JSONValue {
    var members = step.outcome.json.members ?? []
    if let differences = step.differences {
      members.append(
        .init(name: "differences", value: .array(differences.map { .string($0) })))
    }
    return .object(members)
  }

  /// A row a member, as tables of subnets show them.
  private static func table(_ steps: [YumaStep]) -> TextTable {
    var table = TextTable(
      .right("epoch"), .right("uid"), .right("stake"), .right("vtrust"), .right("consensus"),
      .right("incentive"), .right("dividends"), .right("emission"), .left("permit"))
    for (index, step) in steps.enumerated() {
      let outcome = step.outcome
      for uid in outcome.emission.indices {
        let shares = [
          outcome.stake[uid], outcome.validatorTrust[uid], outcome.consensus[uid],
          outcome.incentive[uid], outcome.dividends[uid],
        ]
        table.add(
          row: [.init(uid == 0 ? String(index) : ""), .init(String(uid))]
            + shares.map { .init(String($0.share)) }
            + [.init(String(outcome.emission[uid])), .init(outcome.permits[uid] ? "yes" : "")])
      }
    }
    return table
  }
}
