// `tolsey model run` and `model check`: what a model answers, and how well.

import ArgumentParser
import Graphs
import Models
import Primitives

struct ModelRun: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a model on this machine.",
    discussion: """
      The input is JSON {"input_data": [[...]]} or a .npy file. 'values' are the integers that a \
      provider would claim; 'output' is what they stand for. For a file with several samples both \
      are lists of lists. --trace shows what a provider of a disputable run commits to when it is \
      asked: the root of every tensor on the way, salted by the input's content key.
      """)
  static let schema = "model.run/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.", completion: .models)
  var model: String
  @Option(help: "The input.") var input: String
  @Option(help: "Only this sample of the file, from 0.") var index: Int?
  @Flag(help: "Show the root of the run's trace.") var trace = false
  @Option(help: "The content key that salts the trace, in hex; zero if not said.") var key: String?

  func run(on console: Console) throws {
    let model = try ModelFolder().model(model)
    var samples = try ModelInputs.samples(input, each: model.inputCount)
    if let index {
      guard samples.indices.contains(index) else {
        throw Failure(
          .usage, code: "noSample", "\(input) has \(samples.count) samples, numbered from 0",
          hint: "choose one with --index")
      }
      samples = [samples[index]]
    }
    var outputs: [Output] = []
    for sample in samples {
      outputs.append(try LocalFile.naming(input) { () throws(Refusal) in try model.run(sample) })
    }
    let traces = trace ? try self.traces(model, samples) : []
    console.result(Self.schema, ModelRun.data(model, outputs, traces)) { paint in
      var blocks = outputs.map { ModelRun.text($0) }
      for (index, trace) in traces.enumerated() { blocks[index] += "\n" + ModelRun.text(trace) }
      return blocks.joined(separator: "\n\n")
        + "\n\n" + paint(.faint, "model ") + paint(.handle, model.id.short)
    }
  }

  /// The trace of each sample's run.
  private func traces(_ model: Model, _ samples: [[Float]]) throws -> [Trace] {
    guard let key = key.map({ Bytes32(hex: $0.hasPrefix("0x") ? $0 : "0x" + $0) }) ?? .zero else {
      throw Failure(
        .usage, code: "badKey", "--key is not a key: 64 digits of hex are",
        hint: "leave it out for a trace under the key zero")
    }
    let salt = ContentSalt(contentKey: key)
    let plan = try TracePlan(model.graph)
    return try samples.map { sample in
      var builder = TraceBuilder(plan, salt: salt)
      try model.trace(try model.quantise(sample)) { (tensor, bytes) throws(Refusal) in
        try builder.add(bytes, as: tensor)
      }
      return try builder.finish()
    }
  }

  private static func data(_ trace: Trace) -> JSONValue {
    [
      "root": .string(trace.root.description), "tensors": .unsigned(trace.plan.shape.tensors),
      "tiles": .unsigned(UInt64(trace.tileCount)),
    ]
  }

  private static func text(_ trace: Trace) -> String {
    "trace \(trace.root) of \(trace.plan.shape.tensors) tensors in \(trace.tileCount) tiles"
  }

  private static func data(
    _ model: Model, _ outputs: [Output], _ traces: [Trace]
  ) -> JSONValue {
    func one(_ list: [JSONValue]) -> JSONValue { list.count == 1 ? list[0] : .array(list) }
    var data: [JSONValue.Member] = [
      .init(name: "model", value: .string(model.id.description)),
      .init(name: "output", value: one(outputs.map { numbers($0.floats) })),
      .init(
        name: "values",
        value: one(outputs.map { .array($0.values.map { .integer(Int64($0)) }) })),
      .init(name: "best", value: one(outputs.map { .integer(Int64($0.best)) })),
    ]
    let shares = outputs.compactMap(\.probabilities)
    if !shares.isEmpty {
      data.append(.init(name: "probabilities", value: one(shares.map(numbers))))
    }
    if !traces.isEmpty {
      data.append(.init(name: "trace", value: one(traces.map { ModelRun.data($0) })))
    }
    return .object(data)
  }

  private static func numbers(_ floats: [Float]) -> JSONValue {
    .array(floats.map { .decimal($0.description) })
  }

  private static func text(_ output: Output) -> String {
    var lines: [String] = []
    let shares = output.probabilities
    let order = output.values.indices.sorted {
      (output.values[$1], $0) < (output.values[$0], $1)
    }
    for place in order.prefix(10) {
      let share = shares.map { " " + Share.percent(UInt32(max(0, $0[place]) * 1_000_000)) } ?? ""
      let mark = place == output.best ? "  best" : ""
      lines.append("\(place): \(output.floats[place]) (\(output.values[place]))\(share)\(mark)")
    }
    if order.count > 10 { lines.append("and \(order.count - 10) lower ones; --json has them all") }
    return lines.joined(separator: "\n")
  }
}

struct ModelCheck: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Compare a model with its float original on labelled data.")
  static let schema = "model.check/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.", completion: .models)
  var model: String
  @Option(help: "The inputs: .npy or JSON.") var inputs: String
  @Option(help: "The right answers: a .npy file.") var labels: String
  @Option(help: "The float model, where the model was not added here.") var onnx: String?

  func run(on console: Console) throws {
    let folder = try ModelFolder()
    let model = try folder.model(model)
    let samples = try ModelInputs.samples(inputs, each: model.inputCount)
    let labels = try ModelInputs.labels(labels)
    guard labels.count == samples.count else {
      throw Failure(
        .refused, code: "wrongLength",
        "there are \(samples.count) inputs and \(labels.count) labels",
        hint: "name the labels of these inputs")
    }
    let float = try onnx.map { try ModelFolder.float($0) } ?? folder.float(of: model)
    var logits: [[Float]] = []
    if let float {
      for sample in samples {
        logits.append(try LocalFile.naming(inputs) { () throws(Refusal) in try float.run(sample) })
      }
    } else {
      console.warn("the float model is not here, so nothing is compared with it; name it by --onnx")
    }
    let report = try LocalFile.naming(inputs) { () throws(Refusal) in
      try model.accuracy(on: samples, labels: labels, float: logits)
    }
    let data: JSONValue = [
      "model": .string(model.id.description), "samples": .unsigned(report.samples),
      "floatAccuracy": float == nil ? .null : Share.json(report.floatAccuracy),
      "int8Accuracy": Share.json(report.integerAccuracy),
      "agreement": float == nil ? .null : Share.json(report.agreement),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("model", .init(model.id.short, .handle))
      fields.add("samples", .init("\(report.samples)"))
      fields.add("int8 accuracy", .init(Share.percent(report.integerAccuracy)))
      if float != nil {
        fields.add("float accuracy", .init(Share.percent(report.floatAccuracy)))
        fields.add("agreement", .init(Share.percent(report.agreement)))
      }
      return fields.text(paint)
    }
  }
}
