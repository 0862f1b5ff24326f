// `tolsey proof`: prove runs of a model, and judge proofs without the weights.

import ArgumentParser
import Graphs
import Models
import Node
import Primitives
import Proofs

struct ProofCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof", abstract: "Prove runs of a model; judge proofs without its weights.",
    subcommands: [
      ProofPrepare.self, ProofMake.self, ProofVerify.self, ProofShow.self, ProofHide.self,
      ProofShare.self, ProofRecommit.self, ProofRegister.self,
    ])

  /// Reads a proof of any level and judges it; a file that is no proof fails like one that does
  /// not hold.
  ///
  /// - Parameter recommitments: files that lead to a later root of hidden weights.
  static func judge(
    _ path: String, _ recommitments: [String] = []
  ) throws -> (proof: Proof, run: ProvedRun) {
    let links = try recommitments.map { path in
      let bytes = try LocalFile.read(path, limit: Proof.sizeLimit)
      do throws(Refusal) { return try Recommitment(bytes: bytes) } catch {
        throw ProofCommand.failure(path, error, bytes)
      }
    }
    let bytes = try LocalFile.read(path, limit: Proof.sizeLimit)
    do throws(Refusal) {
      let proof = try Proof(bytes: bytes)
      return (proof, try proof.verify(recommitments: links))
    } catch { throw ProofCommand.failure(path, error, bytes) }
  }

  /// The level that a word names.
  static func level(_ word: String) throws -> ProofLevel {
    do throws(Refusal) { return try ProofLevel.named(word) } catch {
      throw Failure(
        .refused, code: error.code, "proofs of level '\(word)' are not built",
        hint: "choose open, succinct or private; only private hides")
    }
  }

  /// The moment after which a proof is not to be taken.
  static func expiry(_ expires: UInt64) -> String {
    expires == 0 ? "never" : UTC.text(Time(expires)) + " UTC"
  }

  /// - Parameter bytes: of the file, where it may be one of another kind.
  static func failure(_ path: String, _ refusal: Refusal, _ bytes: [UInt8] = []) -> Failure {
    if refusal.proofStep == nil, let (kind, hint) = kind(of: bytes) {
      return Failure(.unverified, code: refusal.code, "\(path) is \(kind)", hint: hint)
    }
    let step = refusal.proofStep.map { "fails at the step '\($0.rawValue)'" } ?? "cannot be read"
    return Failure(
      .unverified, code: refusal.code, "\(path) \(step)", hint: "it proves nothing; ask for another"
    )
  }

  /// What a file is that was given in the place of another.
  private static func kind(of bytes: [UInt8]) -> (kind: String, hint: String)? {
    if bytes.isEmpty { return nil }
    if (try? Proof(bytes: bytes)) != nil { return ("a proof", "name it as the proof") }
    if (try? WeightRegistration(bytes: bytes)) != nil {
      return (
        "a registration of hidden weights, not a proof of a run",
        "judge it beside a proof: 'tolsey proof verify PROOF --registration FILE'"
      )
    }
    if (try? Recommitment(bytes: bytes)) != nil {
      return (
        "a re-commitment of hidden weights, not a proof of a run",
        "judge it beside a proof: 'tolsey proof verify PROOF --recommitment FILE'"
      )
    }
    return nil
  }
}

struct ProofPrepare: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare", abstract: "Make a model provable.",
    discussion: """
      Encodes the weights and adds the commitment 'ligero/1' to the manifest. That makes another \
      model id, with the same answers; runs of it can be proved.
      """)
  static let schema = "proof.prepare/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.") var model: String
  @Option(help: "Write the model to this file too.") var out: String?

  func run(on console: Console) throws {
    let folder = try ModelFolder()
    let model = try folder.model(model)
    guard model.manifest.commitment(CommittedWeights.scheme) == nil else {
      throw Failure(
        .refused, code: "alreadyProvable", "runs of \(model.id.short) can be proved already",
        hint: "tolsey proof make \(model.id.short) --input FILE --out FILE")
    }
    let weights = try CommittedWeights(model.graph, model.weights)
    var manifest = model.manifest
    manifest.commitments.append(weights.commitment)
    let provable = try Model(manifest, model.weights)
    let source = folder.source(model.id)
    let onnx = LocalFile.exists(source) ? try LocalFile.read(source) : []
    try folder.add(provable, onnx: onnx)
    if let out { try LocalFile.write(provable.save(), to: out) }
    console.result(Self.schema, ModelCommand.data(provable)) {
      ModelCommand.text(provable, $0)
    }
  }
}

struct ProofVerify: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Judge a proof offline, without the weights.",
    discussion: """
      Ends with 65 when the proof does not hold, and names the step at which it fails. With \
      --model it must be of that model, with --nonce for that question. A proof that has expired \
      ends with 65 too, unless --ignore-expiry is given.
      """)
  static let schema = "proof.verify/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The proof.") var file: String
  @Option(help: "The model's full id.") var model: String?
  @Option(help: "The nonce that was asked for, 64 digits of hex.") var nonce: String?
  @Flag(help: "Take a proof that has expired.") var ignoreExpiry = false
  @Option(help: "The input that the proof is to be about; takes the model at hand.")
  var input: String?
  @Option(help: "Only this sample of the input, from 0.") var index: Int?
  @Option(help: "What came with the input, 64 digits of hex.") var salt: String?
  @Option(
    help: "What leads to a later root of hidden weights; once for each, in their order.")
  var recommitment: [String] = []
  @Option(help: "What 'tolsey proof register' wrote: that hidden weights are bytes.")
  var registration: String?

  func run(on console: Console) throws {
    // What was typed wrong is said before anything is judged.
    let model = try model.map(ProofVerify.fullID)
    let run = try ProofCommand.judge(file, recommitment).run
    try match(run, model)
    let bits = try registration.map { try ProofRegister.judge($0, beside: run) }
    console.result(Self.schema, ProofVerify.data(run, bits)) {
      ProofVerify.text(run, registered: bits, $0)
    }
  }

  /// The start of an id would fit many models, of which anybody can make one.
  private static func fullID(_ text: String) throws -> ModelID {
    guard let digest = try? PrintedID.parse("model", text) else {
      throw Failure(
        .usage, code: "badID", "\(text) is no full id of a model",
        hint: "name all of it, as 'tolsey model show' and 'tolsey proof prepare' do")
    }
    return ModelID(digest)
  }

  private func match(_ run: ProvedRun, _ model: ModelID?) throws {
    try HiddenRun.match(run, input: input, index: index, salt: salt)
    if let model, run.model != model {
      throw Failure(
        .unverified, code: "otherModel", "the proof is of \(run.model)",
        hint: "it says nothing about \(model)")
    }
    if let nonce, run.nonce != Bytes32(hex: nonce.hasPrefix("0x") ? nonce : "0x" + nonce) {
      throw Failure(
        .unverified, code: "otherNonce", "the proof answers the nonce \(run.nonce)",
        hint: "it may have been made before you asked")
    }
    if !ignoreExpiry, run.hasExpired(at: WallClock().now) {
      throw Failure(
        .unverified, code: "proofExpired",
        "the proof was to be taken until \(UTC.text(Time(run.expires))) UTC",
        hint: "ask for another, or judge what it said then with --ignore-expiry")
    }
  }

  /// - Parameter registered: the bits with which hidden weights are shown to be bytes.
  static func data(_ run: ProvedRun, _ registered: UInt64?) -> JSONValue {
    [
      "holds": true, "level": .string("\(run.level)"), "model": .string(run.model.description),
      "nonce": .string("\(run.nonce)"),
      "expires": .unsigned(run.expires), "bits": .unsigned(run.security.bits),
      "inputs": .array(run.inputs.map { .string(Hex.encode($0)) }),
      "outputs": .array(run.outputs.map { .string(Hex.encode($0)) }),
      "opening": run.opening.map(ProofVerify.data) ?? .null,
      "registered": registered.map { ["bits": .unsigned($0)] } ?? .null,
    ]
  }

  /// What of hidden weights was opened: two proofs with one root and index show weights.
  private static func data(_ opening: WeightOpening) -> JSONValue {
    [
      "root": .string("\(opening.root)"), "epoch": .unsigned(opening.epoch),
      "index": .unsigned(opening.index), "budget": .unsigned(opening.budget),
    ]
  }

  static func text(_ run: ProvedRun, registered: UInt64? = nil, _ paint: Paint) -> String {
    var fields = TextFields()
    fields.add("it holds", .init("with an error below 2^-\(run.security.bits)", .good))
    fields.add("level", .init(ProofCommand.text(run.level, run.hides)))
    if let own = run.opening {
      fields.add(
        "opening", .init("\(own.index) of \(own.budget), epoch \(own.epoch), root \(own.root)"))
    }
    if let registered {
      fields.add("weights", .init("hidden bytes, with an error below 2^-\(registered)", .good))
    }
    fields.add("model", .init(run.model.description, .handle))
    fields.add("nonce", .init("\(run.nonce)"))
    let isPast = run.hasExpired(at: WallClock().now)
    fields.add(
      "expires", .init(ProofCommand.expiry(run.expires) + (isPast ? ", which is past" : "")))
    for (index, output) in run.outputs.enumerated().prefix(8) {
      fields.add("output \(index)", .init(Hex.encode(output)))
    }
    return fields.text(paint)
  }
}
