// `tolsey topic epoch`: what a topic makes of forecasts and losses in a file.

import ArgumentParser
import Primitives
import Topics

struct TopicEpoch: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "epoch", abstract: "Compute epochs of a topic from a file, each from the last.",
    discussion: """
      The file is JSON: {"epochs": {"300": {"inference_0": ..., "reputer_0_loss_...": ...}, ...}}, \
      with the columns of allora-chain's simulated epochs. The first epoch says where the others \
      begin. Columns that stand there and follow from others are compared, to 1e-9.
      """)
  static let schema = "topic.epoch/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "A JSON file.") var file: String

  func run(on console: Console) throws {
    let json = try LocalFile.json(file)
    let steps = try LocalFile.naming(file) { () throws(Refusal) in try TopicStep.all(in: json) }
    let data: JSONValue = ["epochs": .array(steps.map(TopicEpoch.data))]
    let missed = steps.filter { !$0.differences.isEmpty }
    let failure = missed.first.map { first in
      Failure(
        .unverified, code: "otherEpoch",
        "\(missed.count) of \(steps.count) epochs end otherwise than the file says, "
          + "the first is \(first.name), in \(first.differences[0])",
        hint: "compare the columns under 'differences' with those of the file")
    }
    try console.verdict(Self.schema, data, failing: failure) { paint in
      var table = TextTable(
        .right("epoch"), .right("answer"), .right("loss"), .right("compared"), .right("differ"))
      for step in steps {
        table.add(
          .init(step.name), .init(step.text("network_inference")), .init(step.text("network_loss")),
          .init(String(step.compared)), .init(String(step.differences.count)))
      }
      return table.text(paint, empty: "no epochs in the file")
    }
  }

  private static func data(_ step: TopicStep) -> JSONValue {
    [
      "name": .string(step.name),
      "columns": .object(
        step.columns.map { .init(name: $0.name, value: JSONValue($0.value, digits: 18)) }),
      "compared": .integer(Int64(step.compared)),
      "differences": .array(step.differences.map { .string($0) }),
    ]
  }
}

extension TopicStep {
  /// A column in nine digits.
  fileprivate func text(_ name: String) -> String {
    columns.first { $0.name == name }?.value.decimal(digits: 9) ?? ""
  }
}
