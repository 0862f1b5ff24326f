// `tolsey proof register`: that hidden weights are those of a model, shown once.

import ArgumentParser
import Graphs
import Models
import Primitives
import Proofs

struct ProofRegister: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "Show that hidden weights are bytes, without the weights.",
    discussion: """
      One file a model: all numbers under its first root are weights of eight bits, and biases \
      within the bounds of its manifest. It spends no opening and can be made again; whoever \
      verifies proofs gives it with --registration.
      """)
  static let schema = "proof.register/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.") var model: String
  @Option(help: "Where secret and counter are kept; if not said, in the home folder.")
  var folder: String?
  @Option(help: "Where to write the registration.") var out: String

  func run(on console: Console) throws {
    let model = try ModelFolder().model(model)
    let vault = try ProofVault(of: model, folder)
    try LocalFile.requireRoom(at: out)
    let file = try WeightRegistration(vault.manifest, vault.weights(of: model, epoch: 0))
    let bits = try file.verify().bits
    let bytes = file.bytes
    try LocalFile.write(bytes, to: out)
    let data: JSONValue = [
      "file": .string(out), "hidden": .string("\(vault.manifest.id)"), "bits": .unsigned(bits),
      "bytes": .unsigned(UInt64(bytes.count)),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("file", .init(out, .handle))
      fields.add("hidden model", .init("\(vault.manifest.id)", .handle))
      fields.add("error", .init("below 2^-\(bits)"))
      fields.add("size", .init("\(bytes.count) bytes"))
      return fields.text(paint)
    }
  }

  /// Judges a registration beside a proof, which must be of its model; gives its bits.
  static func judge(_ path: String, beside run: ProvedRun) throws -> UInt64 {
    let bytes = try LocalFile.read(path, limit: Proof.sizeLimit)
    let file: WeightRegistration
    do throws(Refusal) { file = try WeightRegistration(bytes: bytes) } catch {
      throw ProofCommand.failure(path, error, bytes)
    }
    let (model, security) = try judge(file, path)
    guard model == run.model, run.opening != nil else {
      throw Failure(
        .unverified, code: "otherModel", "\(path) is about \(model)",
        hint: "the proof is of \(run.model)")
    }
    return security.bits
  }

  /// Judges a registration, read from `path`, by itself.
  static func judge(
    _ file: WeightRegistration, _ path: String
  ) throws -> (model: ModelID, security: SecurityLevel) {
    do throws(Refusal) { return (try file.model, try file.verify()) } catch {
      throw ProofCommand.failure(path, error)
    }
  }
}
