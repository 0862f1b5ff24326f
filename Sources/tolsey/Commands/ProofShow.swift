// `tolsey proof show`: what a proof says, what its file is made of, and the sum of its security.

import ArgumentParser
import Graphs
import Primitives
import Proofs

struct ProofShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what a proof says, and the sum of its security.")
  static let schema = "proof.show/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The proof.") var file: String
  @Option(
    help: "What leads to a later root of hidden weights; once for each, in their order.")
  var recommitment: [String] = []

  func run(on console: Console) throws {
    let bytes = try LocalFile.read(file, limit: Proof.sizeLimit)
    if let registration = try? WeightRegistration(bytes: bytes) {
      return try show(registration, on: console)
    }
    let (proof, run) = try ProofCommand.judge(file, recommitment)
    show(
      "run", of: run.model, at: run.level, samples: run.outputs.count, run.security,
      ProofShow.parts(of: proof), on: console
    ) { ProofVerify.text(run, $0) }
  }

  private func show(_ file: WeightRegistration, on console: Console) throws {
    let (model, security) = try ProofRegister.judge(file, self.file)
    show(
      "registration", of: model, at: .private, samples: 0, security, ProofShow.parts(of: file),
      on: console
    ) { paint in
      var fields = TextFields()
      fields.add("hidden model", .init("\(model)", .handle))
      fields.add("weights", .init("bytes, with an error below 2^-\(security.bits)"))
      return fields.text(paint)
    }
  }

  /// What is judged, what its file is made of, and what each way to cheat would succeed with.
  private func show(
    _ kind: String, of model: ModelID, at level: ProofLevel, samples: Int,
    _ security: SecurityLevel, _ parts: [(String, Int)], on console: Console,
    head: (Paint) -> String
  ) {
    let data: JSONValue = [
      "kind": .string(kind), "model": .string(model.description), "level": .string("\(level)"),
      "samples": .unsigned(UInt64(samples)), "bits": .unsigned(security.bits),
      "parts": .object(parts.map { .init(name: $0.0, value: .unsigned(UInt64($0.1))) }),
      "errors": .object(
        security.terms.map { .init(name: $0.name, value: .string("\($0.units)")) }),
    ]
    console.result(Self.schema, data) { paint in
      var sizes = TextTable(.left("part"), .right("bytes"))
      for part in parts { sizes.add(.init(part.0), .init("\(part.1)")) }
      var errors = TextTable(.left("error of"), .right("units of 2^-128"))
      for term in security.terms { errors.add(.init(term.name), .init("\(term.units)")) }
      return head(paint) + "\n\n" + sizes.text(paint, empty: "") + "\n\n"
        + errors.text(paint, empty: "")
    }
  }

  /// The lists of a model with tables, products of activations or symbols.
  private static func wide(_ own: SuccinctProof) -> [(String, Int)] {
    own.isWide
      ? [
        ("tables", own.tables.count), ("lookups", own.lookups.count),
        ("factors", own.factors.count),
      ] : []
  }

  private static func parts(of own: WeightRegistration) -> [(String, Int)] {
    [
      ("manifest", own.manifest.count), ("messages", own.messages.count),
      ("factors", own.factors.count), ("row", own.row.count), ("columns", own.columns.count),
      ("salts", own.salts.count * 32), ("path", own.path.count * 32),
      ("rounds", own.rounds.count), ("witnessRow", own.witnessRow.count),
      ("witnessColumns", own.witnessColumns.count),
      ("witnessSalts", own.witnessSalts.count * 32), ("witnessPath", own.witnessPath.count * 32),
    ]
  }

  /// What a file is made of, in bytes.
  private static func parts(of proof: Proof) -> [(String, Int)] {
    switch proof {
    case .open(let own):
      [
        ("manifest", own.manifest.count), ("input", own.input.count), ("sums", own.sums.count),
        ("rounds", own.rounds.count), ("ends", own.ends.count), ("row", own.row.count),
        ("columns", own.columns.count), ("path", own.path.count * 32),
      ]
    case .succinct(let own):
      [
        ("manifest", own.manifest.count), ("input", own.input.count),
        ("output", own.output.count), ("counts", own.counts.count),
        ("products", own.products.count), ("roundings", own.roundings.count),
        ("maxima", own.maxima.count), ("sums", own.sums.count), ("rounds", own.rounds.count),
        ("ends", own.ends.count), ("values", own.values.count), ("claims", own.claims.count),
        ("row", own.row.count), ("columns", own.columns.count), ("path", own.path.count * 32),
        ("witnessRow", own.witnessRow.count), ("witnessColumns", own.witnessColumns.count),
        ("witnessPath", own.witnessPath.count * 32),
      ] + wide(own)
    case .private(let own):
      [
        ("manifest", own.manifest.count), ("output", own.output.count),
        ("input", own.input.count), ("messages", own.messages.count), ("ends", own.ends.count),
        ("factors", own.factors.count), ("row", own.row.count),
        ("columns", own.columns.count), ("salts", own.salts.count * 32),
        ("path", own.path.count * 32),
        ("rounds", own.rounds.count), ("witnessRow", own.witnessRow.count),
        ("witnessColumns", own.witnessColumns.count),
        ("witnessSalts", own.witnessSalts.count * 32),
        ("witnessPath", own.witnessPath.count * 32),
      ]
    }
  }
}
