// From words of the command line to what an agent wants to buy.

import Agents
import ArgumentParser
import Inference
import Kernel
import Market
import Models
import NetworkRoom
import Primitives

/// Which inputs are run, and how much all of them together may cost.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: "An input: JSON {\"input_data\": [[...]]} or .npy; say it again for more runs.")
  var input: [String] = []
  @Option(
    parsing: .singleValue,
    help: "Which sample of the input, from 0, also several times; else each is a run.")
  var index: [Int] = []
  @Option(help: "Runs that may be open at once; seats lock their bonds for so many. Else 4.")
  var parallel: UInt64?
  @Option(help: "The most that all runs may cost together, in dollars; needed above 10 runs.")
  var budget: String?

  /// Above so many runs a file was perhaps longer than its owner thought.
  static let mostWithoutBudget = 10
  static let usualParallel: UInt64 = 4

  func validate() throws {
    guard parallel != 0 else { throw ValidationError("at least one run must be open at once") }
    guard index.allSatisfy({ $0 >= 0 }) else {
      throw ValidationError("samples are numbered from 0")
    }
  }

  /// The samples that were chosen, with their names for people.
  func samples(of model: Model) throws -> [(name: String, numbers: [Float])] {
    guard !input.isEmpty else { throw Failure.missing("input", usage: BuyCommand.usage) }
    var chosen: [(name: String, numbers: [Float])] = []
    for file in input {
      let samples = try ModelInputs.samples(file, each: model.inputCount)
      for index in index.isEmpty ? Array(samples.indices) : index {
        guard samples.indices.contains(index) else {
          throw Failure(
            .usage, code: "noSample", "\(file) has \(samples.count) samples, numbered from 0",
            hint: "choose one with --index")
        }
        chosen.append((samples.count == 1 ? file : "\(file) \(index)", samples[index]))
      }
    }
    return chosen
  }

  func want(_ model: Model, _ terms: CheckTerms, _ limit: Amount) throws -> Shopping {
    let samples = try samples(of: model)
    let budget = try budget.map { try Dollars.required($0) }
    guard !samples.isEmpty else {
      throw Failure(
        .usage, code: "noSample", "there is no sample in the input",
        hint: "give one sample after the other, each in the shape that the model takes")
    }
    if samples.count > Self.mostWithoutBudget, budget == nil {
      throw Failure(
        .usage, code: "noBudget",
        "these are \(samples.count) runs, and nothing says what they may cost together",
        hint: "choose with --index, or say --budget")
    }
    let inputs = try samples.map { sample in
      try LocalFile.naming(sample.name) { () throws(Refusal) in
        try model.quantise(sample.numbers)
      }
    }
    var want = Want(
      .auction, spec: InferenceSpec(model: model.id.digest).encoded, input: inputs[0],
      check: terms, limit: Rate(limit))
    want.more = Array(inputs.dropFirst())
    want.parallel = min(parallel ?? Self.usualParallel, want.runs)
    // Several that agree protect the buyer; under `open` only the bidder's record does.
    if terms.kind != OpenCheck.name { want.lists.maxRejection = million }
    return Shopping(want: want, names: samples.map(\.name), budget: budget)
  }
}

/// A want with what its owner calls its inputs, and what all may cost.
struct Shopping {
  var want: Want
  let names: [String]
  let budget: Amount?

  /// The most that its owner allows for all of it, whatever it will cost.
  func allowed(_ terms: Terms) throws -> Amount {
    do throws(Refusal) {
      let most = try want.most(terms: terms)
      return min(most, budget ?? most)
    } catch { throw Failure(error) }
  }

  /// The most that will be locked, which must be within the budget. An order
  /// locks the limit of every run; an offer has a price.
  func most(_ terms: Terms, offered: Amount?) throws -> Amount {
    let most: Amount
    do throws(Refusal) {
      var priced = want
      if let offered { priced.limit = Rate(offered) }
      most = try priced.most(terms: terms)
    } catch { throw Failure(error) }
    guard let budget, most > budget else { return most }
    throw Failure(
      .refused, code: "overBudget",
      "\(want.runs == 1 ? "this" : "these \(want.runs) runs") may cost "
        + "\(Dollars.text(most)), above the budget of \(Dollars.text(budget))",
      hint: "raise --budget, lower --limit, or choose fewer inputs with --index")
  }
}

extension Shopping {
  /// The same with what it costs to show the inputs of the runs that may be open at once: after one
  /// that was lied about no further one begins.
  func withContests(_ most: Amount, _ terms: Terms) throws -> Amount {
    do throws(Refusal) {
      let toll = try Buyer.contestToll(of: want.input, terms)
      return try most.adding(toll.multiplied(by: want.parallelRuns))
    } catch { throw Failure(error) }
  }
}

extension Failure {
  /// An option without which the command means nothing.
  static func missing(_ option: String, usage: String) -> Failure {
    Failure(
      .usage, "missing expected argument '--\(option) <\(option)>'", hint: "usage: \(usage)")
  }
}
