// Runs under `proved`: the model executed, the run proved with the committed weights, both shown.

import Agents
import Chain
import Graphs
import Inference
import Kernel
import Market
public import Models
public import Primitives
public import Proofs

/// Which prover a run needs.
struct ProverKey: Hashable, Sendable {
  let model: Bytes32
  let level: ProofLevel
}

/// A proof with the output that it shows.
struct MadeProof: Sendable {
  let output: [UInt8]
  let bytes: [UInt8]
  /// Of more, all are let go and made anew: a proof has a megabyte at most.
  static let most = 32
}

extension Provider {
  /// Answers a run with its proof. What is proved is the trace that it claims: whoever claims
  /// another run than the model's makes a proof that does not hold. What hides the input follows
  /// from the key and the run, so that whoever is started again makes the same proof.
  func prove(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    switch try await answer(key, run, lease, news) {
    case .say(let m): return [m]
    case .wait: return []
    case .ready(let answer):
      // While a proof is on its way none is made again, whatever else touches the run.
      guard run.demand == .none, attempts.mayBegin(.submit(key), at: news.height),
        let ware = try await ware(of: lease),
        case .proved(let game) = run.game, !game.isStanding,
        let level = ProofLevel(number: game.level)
      else { return [] }
      let made = try proof(of: key, on: ware.model, level, answer.input, at: news)
      // Its time may have run out meanwhile, or another program of this key have answered: a proof
      // that comes too late pays its toll for nothing.
      guard case .proved(let still)? = try await client.run(key)?.game, !still.isStanding else {
        return []
      }
      let wrapped = try await wrap(answer.key, to: lease.buyer)
      guard attempts.begin(.submit(key), at: news.height) else { return [] }
      var m = SubmitProof()
      m.head = try head(news)
      m.run = key
      m.evidence = answer.evidence
      m.key = wrapped
      m.salt = lease.check.hidesInput ? .zero : answer.input.salt.value
      m.output = made.output
      m.proof = made.bytes
      return [.submitProof(m)]
    }
  }

  /// The proof of a run, made once.
  private func proof(
    of key: RunKey, on model: Model, _ level: ProofLevel, _ input: OpenedInput, at news: BlockNews
  ) throws -> MadeProof {
    if let made = proved[key] { return made }
    let claimed = try answering.tensors(of: input.bytes, on: model, run: key.id.digest)
    var trace: [Tensor] = []
    for (type, bytes) in zip(model.graph.types, claimed) {
      trace.append(try Tensor(type, bytes: bytes))
    }
    let proof = try prover(of: model, level).prove(
      [trace], nonce: key.id.digest,
      secrets: ProofSecrets(
        secret: salts.of(key.id.digest, "hidden input"), salt: input.salt.value))
    provedAt = news.time
    let made = MadeProof(output: claimed.last ?? [], bytes: proof.bytes)
    if proved.count >= MadeProof.most { proved.removeAll() }
    proved[key] = made
    return made
  }

  private func prover(of model: Model, _ level: ProofLevel) throws(Refusal) -> Prover {
    let key = ProverKey(model: model.id.digest, level: level)
    if let known = provers[key] { return known }
    let prover = try Prover(level, model.manifest, try CommittedWeights(of: model))
    provers[key] = prover
    return prover
  }

  /// A prover keeps what long vectors lay in, two gigabytes for a text model: after a minute
  /// without a proof it is let go, and made again for the next in a fraction of what that takes.
  func restProvers(at now: Time) {
    guard !provers.isEmpty, now.milliseconds >= provedAt.milliseconds + 60_000 else { return }
    provers.removeAll()
  }
}

extension CommittedWeights {
  /// The weights of a model, encoded with the parameters that its manifest names.
  public init(of model: Model) throws(Refusal) {
    guard let commitment = model.manifest.commitment(CommittedWeights.scheme) else {
      throw Refusal("notProvable")
    }
    let shape = try CommittedWeights.shape(of: commitment, model.graph)
    try self.init(
      model.graph, model.weights, columnBits: shape.columnBits, rateBits: shape.rateBits)
  }
}

extension Model {
  /// The same model with a commitment that proofs open: another id, the same answers. A model that
  /// has one is itself.
  public func provable() throws(Refusal) -> Model {
    guard manifest.commitment(CommittedWeights.scheme) == nil else { return self }
    var provable = manifest
    provable.commitments.append(try CommittedWeights(graph, weights).commitment)
    return try Model(provable, weights)
  }
}
