// Models behind the door at which runs are paid one by one.

import Graphs
import Inference
public import Models
public import NetworkRoom
public import Primitives
import Workers

/// Sells runs of models of this machine.
public struct ModelSeller: RunSeller {
  public let wares: [RunWare]
  private let models: [String: Model]

  public init(_ models: [(model: Model, price: Amount)]) {
    wares = models.map { model, price in
      RunWare(
        name: "\(model.id)", description: "one run of \(model.id.short)",
        work: InferenceWork.name, spec: InferenceSpec(model: model.id.digest).encoded, units: 1,
        price: price)
    }
    self.models = Dictionary(models.map { ("\($0.model.id)", $0.model) }) { first, _ in first }
  }

  private func model(_ ware: RunWare) throws(Refusal) -> Model {
    guard let model = models[ware.name] else { throw Refusal("wrongModel") }
    return model
  }

  public func input(_ body: [UInt8], for ware: RunWare) throws(Refusal) -> [UInt8] {
    let lists = try InputJSON.read(body)
    guard lists.count == 1 else {
      throw Refusal("oneSample", ["lists": UInt64(lists.count)])
    }
    return try model(ware).quantise(lists[0])
  }

  public func run(_ input: [UInt8], of ware: RunWare) throws(Refusal) -> MadeRun {
    let model = try model(ware)
    let bytes = try Honest().answer(input, of: model, run: .zero)
    let output = model.output(Tensor.words(bytes))
    return MadeRun(
      output: bytes,
      members: [
        .init(name: "model", value: .string("\(model.id)")),
        .init(name: "output", value: .array(output.floats.map { .decimal($0.description) })),
        .init(name: "values", value: .array(output.values.map { .integer(Int64($0)) })),
        .init(name: "best", value: .integer(Int64(output.best))),
      ])
  }
}
