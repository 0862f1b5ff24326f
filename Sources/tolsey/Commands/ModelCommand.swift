// `tolsey model`: import, look at, run and check models.

import ArgumentParser
import Graphs
import Models
import Primitives

struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Models that give the same bits on every machine.",
    subcommands: [
      ModelAdd.self, ModelList.self, ModelShow.self, ModelRun.self, ModelCheck.self,
      ModelServe.self, PublishedCommand.self,
    ])

  static func data(_ model: Model) -> JSONValue {
    let manifest = model.manifest
    let report = manifest.report
    return [
      "id": .string(model.id.description),
      "short": .string(model.id.short),
      "profile": .string(manifest.profile),
      "inputShape": .array(manifest.inputShape.map { .unsigned($0) }),
      "outputCount": .unsigned(UInt64(model.outputCount)),
      "nodes": .unsigned(UInt64(manifest.nodes.count)),
      "work": .unsigned(model.graph.work),
      "report": [
        "samples": .unsigned(report.samples), "labelled": .unsigned(report.labelled),
        "floatAccuracy": Share.json(report.floatAccuracy),
        "int8Accuracy": Share.json(report.integerAccuracy),
        "agreement": Share.json(report.agreement),
        "greatestError": Share.json(report.greatestError),
        "meanError": Share.json(report.meanError),
      ],
      "commitments": .array(
        manifest.commitments.map {
          ["scheme": .string($0.scheme), "root": .string("\($0.root)")]
        }),
    ]
  }

  static func text(_ model: Model, _ paint: Paint) -> String {
    let manifest = model.manifest
    let report = manifest.report
    var fields = TextFields()
    fields.add("id", .init(model.id.description, .handle))
    fields.add("profile", .init(manifest.profile))
    let shape = manifest.inputShape.map(String.init).joined(separator: " × ")
    fields.add("input", .init("\(shape) (\(model.inputCount) numbers)"))
    fields.add("output", .init("\(model.outputCount) numbers"))
    fields.add("operations", .init(operations(model.graph)))
    fields.add("work", .init("\(model.graph.work) steps a run"))
    for own in manifest.commitments { fields.add(own.scheme, .init("\(own.root)")) }
    fields.add("calibrated on", .init("\(report.samples) samples"))
    fields.add("agrees with float", .init(Share.percent(report.agreement)))
    if report.labelled > 0 {
      let both = "\(Share.percent(report.integerAccuracy)) (float "
      fields.add("accuracy", .init(both + Share.percent(report.floatAccuracy) + ")"))
    }
    return fields.text(paint)
  }

  /// `2 convolution, 1 maxPool, 2 linear`, in the order in which they first appear.
  private static func operations(_ graph: Graph) -> String {
    var counts: [(name: String, count: Int)] = []
    for node in graph.nodes {
      let name = node.operation.name
      if let known = counts.firstIndex(where: { $0.name == name }) {
        counts[known].count += 1
      } else {
        counts.append((name, 1))
      }
    }
    return counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
  }
}

struct ModelAdd: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Import an ONNX file as integers, and keep it.",
    discussion: """
      Taken are layers, pools, norms, attention and functions of one element; what is not is \
      refused by its name, and docs/concepts/models.md lists all. Samples are a .npy file or JSON \
      {"input_data": [[...], ...]}; they say how far the numbers inside the model reach. The model \
      is kept in $TOLSEY_HOME/models.
      """)
  static let schema = "model.add/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The ONNX file.") var file: String
  @Option(help: "Sample inputs.") var calibrate: String
  @Option(help: "The right answers to the samples, a .npy file, for the report.")
  var labels: String?
  @Option(help: "Write the model to this file too.") var out: String?

  func run(on console: Console) throws {
    let onnx = try LocalFile.read(file, limit: ModelInputs.readLimit)
    // Read first, so that what is wrong with either file is said of that file.
    let inputCount = try ModelFolder.importing(file) { () throws(Refusal) in
      try FloatModel(onnx: onnx).inputCount
    }
    let samples = try ModelInputs.samples(calibrate, each: inputCount)
    let labels = try labels.map { try ModelInputs.labels($0) } ?? []
    let model = try ModelFolder.importing(file) { () throws(Refusal) in
      try Model.importing(onnx: onnx, calibration: samples, labels: labels)
    }
    try ModelFolder().add(model, onnx: onnx)
    if let out { try LocalFile.write(model.save(), to: out) }
    console.result(Self.schema, ModelCommand.data(model)) { ModelCommand.text(model, $0) }
  }
}

struct ModelList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models that were added here.")
  static let schema = "model.list/1"

  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws {
    let folder = try ModelFolder()
    var table = TextTable(.left("model"), .right("inputs"), .right("outputs"), .right("agrees"))
    var list: [JSONValue] = []
    for id in try folder.ids {
      let model = try folder.model(id)
      table.add(
        .init(model.id.short, .handle), .init("\(model.inputCount)"),
        .init("\(model.outputCount)"), .init(Share.percent(model.manifest.report.agreement)))
      list.append(ModelCommand.data(model))
    }
    console.result(Self.schema, ["models": .array(list)]) {
      table.text($0, empty: "no models yet; add one with 'tolsey model add'")
    }
  }
}

struct ModelShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a model's manifest and its accuracy report.")
  static let schema = "model.show/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.", completion: .models)
  var model: String

  func run(on console: Console) throws {
    let model = try ModelFolder().model(model)
    console.result(Self.schema, ModelCommand.data(model)) { ModelCommand.text(model, $0) }
  }
}
