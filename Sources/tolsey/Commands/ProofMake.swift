// `tolsey proof make`: runs a model and proves what came out.

import ArgumentParser
import Graphs
import Models
import Node
import Primitives
import Proofs

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

  /// Runs, nonce, expiry, and whom to tell of each step.
  typealias Prove = ([[Tensor]], Bytes32, UInt64, @escaping ProofProgress) throws -> Proof

  func run(on console: Console) async throws {
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
    let nonce = try chosenNonce
    let end = try ProofMake.end(expires, from: WallClock().now)
    let samples = try ModelInputs.samples(input, each: model.inputCount, index)
    // An opening of hidden weights is spent below.
    try LocalFile.requireRoom(at: out)
    let clock = ContinuousClock()
    let start = clock.now
    console.note("encoding \(model.graph.layers.count) layers")
    let prove = try await console.progress("encoding", total: 100) { bar in
      try ProofMake.prover(of: model, level, hidden, vault) { bar.reach($0, of: $1) }
    }
    let ready = clock.now
    let traces = try await console.progress("running", total: UInt64(samples.count)) { bar in
      try samples.map { sample in
        defer { bar.advance() }
        return try ProofMake.trace(model, sample, input)
      }
    }
    let bytes = try await console.progress("proving", total: 100) { bar in
      try prove(traces, nonce, end) { bar.reach($0, of: $1) }.bytes
    }
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

  private var chosenNonce: Bytes32 {
    get throws {
      guard let nonce = nonce.map({ Bytes32(hex: $0.hasPrefix("0x") ? $0 : "0x" + $0) }) ?? .zero
      else {
        throw Failure(.usage, code: "badNonce", "--nonce is not 64 digits of hex")
      }
      return nonce
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
    of model: Model, _ level: ProofLevel, _ hidden: HiddenRun?, _ vault: ProofVault?,
    _ encoding: @escaping ProofProgress
  ) throws -> Prove {
    do {
      if let hidden { return try hidden.prover(model, vault, encoding) }
      let weights = try CommittedWeights.prepared(for: model, encoding)
      let prover = try Prover(level, model.manifest, weights)
      return { try prover.prove($0, nonce: $1, expires: $2, progress: $3) }
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
  static func prepared(
    for model: Model, _ progress: ProofProgress? = nil
  ) throws(Refusal) -> CommittedWeights {
    guard let commitment = model.manifest.commitment(scheme) else { throw Refusal("notProvable") }
    let shape = try shape(of: commitment, model.graph)
    return try CommittedWeights(
      model.graph, model.weights, columnBits: shape.columnBits, rateBits: shape.rateBits,
      progress: progress)
  }
}
