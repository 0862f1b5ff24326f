// What `tolsey proof` does at level `private`: what is hidden, the input's salt, and its check.

import Graphs
import Models
import Primitives
import Proofs

/// What is asked to be hidden, and what binds it.
struct HiddenRun {
  let hiding: Hiding
  let salt: Bytes32

  /// Nil at the levels that hide nothing.
  init?(hide: String?, salt: String?, at level: ProofLevel) throws {
    guard level == .private else {
      guard hide == nil, salt == nil else {
        throw Failure(
          .refused, code: "hidesNothing", "level \(level) does not hide \(hide ?? "anything")",
          hint: "ask for --level private")
      }
      return nil
    }
    do throws(Refusal) { hiding = try Hiding.named(hide ?? "input") } catch {
      throw Failure(
        .refused, code: error.code, "hiding '\(hide ?? "")' is not built",
        hint: "choose --hide input, --hide weights, or --hide input,weights")
    }
    guard let salt = try salt.map(HiddenRun.salt) ?? Bytes32(HiddenRun.randomBytes()) else {
      throw Failure(.usage, code: "badSalt", "--salt is not 64 digits of hex")
    }
    self.salt = salt
  }

  static func salt(_ text: String) throws -> Bytes32 {
    guard let salt = Bytes32(hex: text.hasPrefix("0x") ? text : "0x" + text) else {
      throw Failure(.usage, code: "badSalt", "--salt is not 64 digits of hex")
    }
    return salt
  }

  static func randomBytes() -> [UInt8] {
    var source = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: 0...255, using: &source) }
  }

  /// - Parameter vault: of hidden weights.
  func prover(
    _ model: Model, _ vault: ProofVault?, _ encoding: @escaping ProofProgress
  ) throws -> ProofMake.Prove {
    let weights =
      try vault?.weights(of: model, progress: encoding)
      ?? CommittedWeights.prepared(for: model, encoding)
    let prover = try PrivateProver(vault?.manifest ?? model.manifest, weights, hiding: hiding)
    let (salt, secret) = (salt, Bytes32(HiddenRun.randomBytes()) ?? .zero)
    let counter = vault?.counter
    return {
      .private(
        try prover.prove(
          $0, nonce: $1, expires: $2, secret: secret, salt: salt, openings: counter,
          progress: $3))
    }
  }

  /// Whether a proof is about an input, where one is named.
  static func match(_ run: ProvedRun, input: String?, index: Int?, salt: String?) throws {
    guard let input else { return }
    let own = run.opening == nil ? nil : try ProofVault.owner(of: run.model)
    let model = try ModelFolder().model(own ?? run.model.description)
    let bytes = try ModelInputs.samples(input, each: model.inputCount, index).map {
      try model.quantise($0)
    }
    guard bytes.count == run.outputs.count else {
      throw Failure(
        .unverified, code: "otherInput",
        "the proof is about \(run.outputs.count) samples, and \(input) has \(bytes.count)",
        hint: "name one with --index, as 'tolsey proof make' did")
    }
    try match(run, bytes, salt: salt, input)
  }

  /// The same with the canonical bytes of each sample.
  static func match(
    _ run: ProvedRun, _ bytes: [[UInt8]], salt: String?, _ input: String
  ) throws {
    guard let hidden = run.hiddenInput else {
      guard run.inputs == bytes else { throw otherInput(input) }
      return
    }
    guard let salt else {
      throw Failure(
        .usage, code: "badSalt", "the input is hidden",
        hint: "give its salt with --salt, as 'tolsey proof make' said it")
    }
    guard hidden.isInput(bytes, salt: try HiddenRun.salt(salt)) else {
      throw otherInput("\(input) with this salt")
    }
  }

  private static func otherInput(_ what: String) -> Failure {
    Failure(
      .unverified, code: "otherInput", "the proof is not about \(what)",
      hint: "it says nothing about this input")
  }
}

extension ProofCommand {
  /// What a level hides.
  static func text(_ level: ProofLevel, _ hides: Hiding) -> String {
    switch (level, hides) {
    case (.private, .input):
      "private: input and activations are hidden, output and weights are not"
    case (.private, .weights):
      "private: weights and activations are hidden, input and output are not"
    case (.private, [.input, .weights]):
      "private: input, weights and activations are hidden, output is not"
    default: "\(level): nothing is hidden"
    }
  }
}
