// `tolsey labels`: what many answers in a file say about the truth, and about who gave them.

import ArgumentParser
import Labels
import Primitives

struct LabelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels", abstract: "Label items, and make labels of many answers.",
    subcommands: [
      LabelsOrder.self, LabelsWork.self, LabelsShow.self, LabelsGold.self, LabelsAggregate.self,
      LabelsDemoCommand.self,
    ])
}

struct LabelsAggregate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "aggregate", abstract: "Make labels with a confidence out of answers in a file.",
    discussion: """
      The file is JSON: {"rows": [["task", "worker", "label"], ...]}, a list of such, or an \
      object with a list under 'cases'; or it is CSV, lines of task,worker,label. Where the \
      answers are few, each worker has one number for skill; else a matrix of errors \
      (Dawid, Skene). 'gold' may name tasks whose label is known; 'probas' and 'labels_out' that \
      stand there are compared.
      """)
  static let schema = "labels.aggregate/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "A file of JSON or CSV.") var file: String
  @Flag(help: "Read it as CSV, whatever it begins with.") var csv = false

  func run(on console: Console) throws {
    let cases = try read()
    let data: JSONValue = ["cases": .array(cases.map(LabelsAggregate.data))]
    let missed = cases.indices.filter { cases[$0].differences?.isEmpty == false }
    let failure = missed.first.map { first in
      Failure(
        .unverified, code: "otherLabels",
        "\(missed.count) of \(cases.count) cases end otherwise than the file says, "
          + "the first is number \(first)",
        hint: "compare its labels with those above")
    }
    try console.verdict(Self.schema, data, failing: failure) { paint in
      var table = TextTable(
        .right("case"), .left("task"), .left("label"), .right("confidence"), .right("answers"))
      for (index, one) in cases.enumerated() {
        for item in one.tasks.indices {
          let (label, confidence) = one.estimate.best(item)
          table.add(
            .init(String(index)), .init(one.tasks[item]), .init(one.labels[label]),
            .init(confidence.decimal(digits: 4)), .init(String(one.answers(item))))
        }
      }
      return table.text(paint, empty: "no answers in the file")
    }
  }

  private func read() throws -> [LabelCase] {
    let bytes = try LocalFile.read(file, limit: JSONValue.sizeLimit)
    // JSON begins with a bracket; a table is seen as one without being called so.
    let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    if csv || (first != UInt8(ascii: "{") && first != UInt8(ascii: "[")) {
      return try LocalFile.naming(file) { () throws(Refusal) in
        [try LabelCase(rows: try LabelCase.rows(csv: bytes))]
      }
    }
    let json = try LocalFile.json(file)
    return try LocalFile.naming(file) { () throws(Refusal) in try LabelCase.all(in: json) }
  }

  private static func data(_ one: LabelCase) -> JSONValue {
    var members = one.json.members ?? []
    if let differences = one.differences {
      members.append(
        .init(name: "differences", value: .array(differences.map { .string($0) })))
    }
    return .object(members)
  }
}
