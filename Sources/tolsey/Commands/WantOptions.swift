// From words of the command line to what an agent wants to buy.

import Agents
import Inference
import Market
import Models
import Primitives

enum WantOptions {
  /// A want by auction; the caller may change the road.
  static func want(
    model: String, input: String, index: Int, check: String, audit: UInt64? = nil, limit: String
  ) throws -> Want {
    let limit = try Dollars.required(limit)
    let terms = try CheckName.terms(check, audit: audit)
    return try want(try ModelFolder().model(model), input, index, terms, limit)
  }

  static func want(
    _ model: Model, _ input: String, _ index: Int, _ terms: CheckTerms, _ limit: Amount
  ) throws -> Want {
    let samples = try ModelInputs.samples(input, each: model.inputCount)
    guard samples.indices.contains(index) else {
      throw Failure(
        .usage, code: "noSample", "\(input) has \(samples.count) samples, numbered from 0",
        hint: "choose one with --index")
    }
    let bytes = try LocalFile.naming(input) { () throws(Refusal) in
      try model.quantise(samples[index])
    }
    var want = Want(
      .auction, spec: InferenceSpec(model: model.id.digest).encoded, input: bytes, check: terms,
      limit: Rate(limit))
    // Several that agree protect the buyer; under `open` only the bidder's record does.
    if terms.kind != OpenCheck.name { want.lists.maxRejection = million }
    return want
  }
}
