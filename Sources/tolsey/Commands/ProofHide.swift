// `tolsey proof hide`, `share` and `recommit`: weights that proofs do not show, and their openings.

import ArgumentParser
import Graphs
import Models
import Primitives
import Proofs

struct ProofHide: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "hide", abstract: "Commit to a model's weights so that proofs do not show them.",
    discussion: """
      Makes another model id, whose manifest commits to the weights under random entries. So many \
      proofs as the budget says can be made of it, at level private; each spends an opening. Keep \
      the folder: its secret shows the weights to whoever has a proof, and a counter that is set \
      back shows them to everybody.
      """)
  static let schema = "proof.hide/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.") var model: String
  @Option(help: "How many proofs can be made before 'tolsey proof recommit'.") var budget = 8
  @Option(help: "What 'tolsey proof share' wrote elsewhere; take it once, and on one machine.")
  var grant: String?
  @Option(help: "Where secret and counter are kept; if not said, in the home folder.")
  var folder: String?

  func run(on console: Console) throws {
    let model = try ModelFolder().model(model)
    let vault = try ProofVault.make(
      model, folder, try grant.map(ProofGrant.init) ?? fresh(model), isReplica: grant != nil)
    let left = try vault.counter.state.range.left
    let data: JSONValue = [
      "model": .string("\(model.id)"), "hidden": .string("\(vault.manifest.id)"),
      "folder": .string(vault.path), "epoch": .unsigned(vault.epoch), "left": .unsigned(left),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("hidden model", .init("\(vault.manifest.id)", .handle))
      fields.add("proofs left", .init("\(left)"))
      fields.add("kept in", .init("\(vault.path): whoever has it has the weights"))
      return fields.text(paint)
    }
  }

  private func fresh(_ model: Model) throws -> ProofGrant {
    guard let secret = Bytes32(HiddenRun.randomBytes()) else {
      throw Failure(.fault, code: "noRandomness", "the system gave no random bytes")
    }
    let weights = try CommittedWeights.hidden(
      model.graph, model.weights, budget: budget, secret: secret)
    var manifest = model.manifest
    manifest.commitments = [weights.commitment]
    return ProofGrant(
      manifest, secret, 0, weights.root, OpeningRange(0..<UInt64(weights.shape.budget)))
  }
}

struct ProofShare: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "share", abstract: "Give openings of hidden weights to another machine.",
    discussion: """
      They are gone here before the file is written. The file holds the secret: move it, do not \
      copy it, and take it there with 'tolsey proof hide MODEL --grant FILE'.
      """)
  static let schema = "proof.share/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.") var model: String
  @Option(help: "How many proofs the other machine can make.") var openings: UInt64
  @Option(help: "Where secret and counter are kept; if not said, in the home folder.")
  var folder: String?
  @Option(help: "Where to write the grant.") var out: String

  func run(on console: Console) throws {
    let vault = try ProofVault(of: try ModelFolder().model(model), folder)
    let root = try vault.counter.state.root
    try LocalFile.requireRoom(at: out)
    let range = try vault.counter.give(openings)
    let grant = ProofGrant(vault.manifest, vault.secret, vault.epoch, root, range)
    try LocalFile.write(grant.encoded, to: out, mode: 0o600)
    let left = try vault.counter.state.range.left
    let data: JSONValue = [
      "file": .string(out), "first": .unsigned(range.first), "count": .unsigned(range.left),
      "left": .unsigned(left),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("file", .init(out, .handle))
      fields.add("openings", .init("\(range.first) to \(range.first + range.left - 1)"))
      fields.add("proofs left", .init("\(left)"))
      return fields.text(paint)
    }
  }
}

struct ProofRecommit: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommit", abstract: "Commit to hidden weights again, for a new budget.",
    discussion: """
      The model's id stays. The file that is written shows that the weights do too; who verifies \
      later proofs gives it with --recommitment. Openings that were left are given up.
      """)
  static let schema = "proof.recommit/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.") var model: String
  @Option(help: "Where secret and counter are kept; if not said, in the home folder.")
  var folder: String?
  @Option(help: "Where to write the re-commitment.") var out: String

  func run(on console: Console) throws {
    let model = try ModelFolder().model(model)
    let vault = try ProofVault(of: model, folder)
    try LocalFile.requireRoom(at: out)
    let (file, size) = try vault.recommit(model, to: out)
    let left = try ProofVault(of: model, folder).counter.state.range.left
    let data: JSONValue = [
      "file": .string(out), "hidden": .string("\(vault.manifest.id)"),
      "epoch": .unsigned(file.epoch), "root": .string("\(file.to)"),
      "bytes": .unsigned(UInt64(size)), "left": .unsigned(left),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("file", .init(out, .handle))
      fields.add("hidden model", .init("\(vault.manifest.id)", .handle))
      fields.add("epoch", .init("\(file.epoch)"))
      fields.add("size", .init("\(size) bytes"))
      fields.add("proofs left", .init("\(left)"))
      return fields.text(paint)
    }
  }
}
