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
  ) throws -> (proof: Proof?, run: Result<ProvedRun, Refusal>) {
    let links = try recommitments.map { path in
      let bytes = try LocalFile.read(path, limit: Proof.sizeLimit)
      return try LocalFile.naming(path) { () throws(Refusal) in try Recommitment(bytes: bytes) }
    }
    let bytes = try LocalFile.read(path, limit: Proof.sizeLimit)
    do throws(Refusal) {
      let proof = try Proof(bytes: bytes)
      return (proof, ProofCommand.verdict(of: proof, links))
    } catch { return (nil, .failure(error)) }
  }

  private static func verdict(
    of proof: Proof, _ links: [Recommitment]
  ) -> Result<ProvedRun, Refusal> {
    do throws(Refusal) { return .success(try proof.verify(recommitments: links)) } catch {
      return .failure(error)
    }
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

  static func failure(_ path: String, _ refusal: Refusal) -> Failure {
    let step = refusal.proofStep.map { "fails at the step '\($0.rawValue)'" } ?? "cannot be read"
    return Failure(
      .unverified, code: refusal.code, "\(path) \(step)", hint: "it proves nothing; ask for another"
    )
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

struct ProofMake: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Run a model and prove what came out.",
    discussion: """
      Level 'open': input, output and the sums of every layer are in the file in clear. Level \
      'succinct': the file is smaller, only input and output are in clear. Nothing is hidden at \
      either: a few dozen proofs show the weights. Level 'private' hides the input, or the weights \
      if 'tolsey proof hide' was there first, or both, and everything between input and output. \
      What is not hidden is as open as at 'succinct'. All samples of the input go into one proof, \
      or the one that --index names.
      """)
  static let schema = "proof.make/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, the start of it, or a file.") var model: String
  @Option(help: "The input: JSON {\"input_data\": [[...]]} or .npy.") var input: String
  @Option(help: "Only this sample of the input, from 0.") var index: Int?
  @Option(help: "What whoever asked chose, 64 digits of hex; zero if not said.") var nonce: String?
  @Option(
    help: "Seconds from now after which nobody is to take it, 1 or more; if not said, never.")
  var expires: UInt64?
  @Option(help: "open, succinct or private.") var level = "open"
  @Option(
    help: "What no reader of the proof may learn, at level private: input, weights, input,weights.")
  var hide: String?
  @Option(help: "Where 'tolsey proof hide' keeps secret and counter, if not in the home folder.")
  var folder: String?
  @Option(
    help: """
      At level private: what came with the input, 64 digits of hex; whoever knows both can check \
      that the proof is about them. Drawn if not said.
      """)
  var salt: String?
  @Option(help: "Where to write the proof.") var out: String

  func run(on console: Console) throws {
    let level = try ProofCommand.level(level)
    let hidden = try HiddenRun(hide: hide, salt: salt, at: level)
    let model = try ModelFolder().model(model)
    let vault =
      hidden?.hiding.contains(.weights) == true ? try ProofVault(of: model, folder) : nil
    guard vault != nil || model.manifest.commitment(CommittedWeights.scheme) != nil else {
      throw Failure(
        .refused, code: "notProvable", "\(model.id.short) commits to no matrix that proofs open",
        hint: "make it provable with 'tolsey proof prepare \(model.id.short)'")
    }
    guard let nonce = nonce.map({ Bytes32(hex: $0.hasPrefix("0x") ? $0 : "0x" + $0) }) ?? .zero
    else {
      throw Failure(.usage, code: "badNonce", "--nonce is not 64 digits of hex")
    }
    let end = try ProofMake.end(expires, from: WallClock().now)
    var samples = try ModelInputs.samples(input, each: model.inputCount)
    if let index {
      guard samples.indices.contains(index) else {
        throw Failure(
          .usage, code: "noSample", "\(input) has \(samples.count) samples, numbered from 0",
          hint: "choose one with --index")
      }
      samples = [samples[index]]
    }
    let clock = ContinuousClock()
    let start = clock.now
    console.note("encoding \(model.graph.layers.count) layers")
    let prove = try ProofMake.prover(of: model, level, hidden, vault)
    let ready = clock.now
    let traces = try samples.map { try ProofMake.trace(model, $0, input) }
    let proof = try prove(traces, nonce, end)
    let bytes = proof.bytes
    let done = clock.now
    try LocalFile.write(bytes, to: out)
    let id = vault?.manifest.id ?? model.id
    let left = try vault.map { try $0.counter.state.range.left }
    let data: JSONValue = [
      "file": .string(out), "model": .string(id.description), "level": .string("\(level)"),
      "samples": .unsigned(UInt64(samples.count)), "bytes": .unsigned(UInt64(bytes.count)),
      "expires": .unsigned(end), "salt": hidden.map { .string("\($0.salt)") } ?? .null,
      "left": left.map { .unsigned($0) } ?? .null,
      "encodeMicroseconds": .unsigned(UInt64((ready - start) / .microseconds(1))),
      "proveMicroseconds": .unsigned(UInt64((done - ready) / .microseconds(1))),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("file", .init(out, .handle))
      fields.add("model", .init(id.short, .handle))
      fields.add("level", .init(ProofCommand.text(level, hidden?.hiding ?? [])))
      if let left { fields.add("proofs left", .init("\(left)")) }
      if let hidden, hidden.hiding.contains(.input) {
        fields.add("salt", .init("\(hidden.salt): keep it with the input"))
      }
      fields.add("samples", .init("\(samples.count)"))
      fields.add("size", .init("\(bytes.count) bytes"))
      fields.add("expires", .init(ProofCommand.expiry(end)))
      return fields.text(paint)
    }
  }

  /// The moment that a proof holds, in milliseconds since 1970; 0 for never.
  static func end(_ seconds: UInt64?, from now: Time) throws -> UInt64 {
    guard let seconds else { return 0 }
    guard seconds > 0, let end = try? now.after(seconds: seconds), end < .never else {
      throw Failure(
        .usage, code: "badExpiry", "a proof cannot be taken for \(seconds) s",
        hint: "leave out --expires for one that is to be taken whenever it is shown")
    }
    return end.milliseconds
  }

  /// Encodes the weights first.
  private static func prover(
    of model: Model, _ level: ProofLevel, _ hidden: HiddenRun?, _ vault: ProofVault?
  ) throws -> ([[Tensor]], Bytes32, UInt64) throws -> Proof {
    do {
      if let hidden { return try hidden.prover(model, vault) }
      let weights = try CommittedWeights.prepared(for: model)
      let prover = try Prover(level, model.manifest, weights)
      return { try prover.prove($0, nonce: $1, expires: $2) }
    } catch let error as Refusal {
      guard level != .open else { throw Failure(error) }
      let what = error.numbers.first?.name ?? ""
      throw Failure(
        .refused, code: error.code, "level \(level) cannot prove this model: \(what)",
        hint: "prove it at level \(next(after: level, model))")
    }
  }

  /// A level that proves the model where this one does not.
  private static func next(after level: ProofLevel, _ model: Model) -> ProofLevel {
    guard level == .private,
      let commitment = model.manifest.commitment(CommittedWeights.scheme),
      let shape = try? CommittedWeights.shape(of: commitment, model.graph),
      (try? SuccinctBounds(model.manifest, model.graph, shape)) != nil
    else { return .open }
    return .succinct
  }

  private static func trace(
    _ model: Model, _ sample: [Float], _ path: String
  ) throws -> [Tensor] {
    try LocalFile.naming(path) { () throws(Refusal) in
      var tensors: [Tensor] = []
      try model.trace(try model.quantise(sample)) { (tensor, bytes) throws(Refusal) in
        tensors.append(try Tensor(model.graph.types[tensor], bytes: Array(bytes)))
      }
      return tensors
    }
  }
}

extension CommittedWeights {
  /// Of a model, with the parameters that its manifest names.
  static func prepared(for model: Model) throws(Refusal) -> CommittedWeights {
    guard let commitment = model.manifest.commitment(scheme) else { throw Refusal("notProvable") }
    let shape = try shape(of: commitment, model.graph)
    return try CommittedWeights(
      model.graph, model.weights, columnBits: shape.columnBits, rateBits: shape.rateBits)
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
  @Option(help: "The input that a proof of level private is to be about; takes the model at hand.")
  var input: String?
  @Option(help: "What came with the input, 64 digits of hex.") var salt: String?
  @Option(
    help: "What leads to a later root of hidden weights; once for each, in their order.")
  var recommitment: [String] = []
  @Option(help: "What 'tolsey proof register' wrote: that hidden weights are bytes.")
  var registration: String?

  func run(on console: Console) throws {
    let (_, verdict) = try ProofCommand.judge(file, recommitment)
    switch verdict {
    case .failure(let refusal): throw ProofCommand.failure(file, refusal)
    case .success(let run):
      try match(run)
      let bits = try registration.map { try ProofRegister.judge($0, beside: run) }
      console.result(Self.schema, ProofVerify.data(run, bits)) {
        ProofVerify.text(run, registered: bits, $0)
      }
    }
  }

  private func match(_ run: ProvedRun) throws {
    try HiddenRun.match(run, input: input, salt: salt)
    if let model, run.model.description != model {
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
