// Proved runs of a walk: proofs that hold, false ones, and proofs of something else.

import Chain
import Inference
import Kernel
import Market
import Primitives
import Proofs

extension Walker {
  /// Some walks are of people who hide their inputs now and then; the others draw nothing for it.
  private var hidesInputs: Bool { seed % 4 == 0 }

  mutating func proved() -> CheckTerms {
    let level: UInt64 = hidesInputs && random.chance(70) ? ProvedCheck.privately : 1
    return CheckTerms("proved", [Number("level", level)])
  }

  /// The model of which runs can be proved is published like any other.
  mutating func publishProvable() -> PublishModel {
    PublishModel(head(person()), manifest: cast.proving.manifest.encoded)
  }

  /// Evidence with its proof. Some prove a lie, some break a proof, and one never answers.
  mutating func prove(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) throws -> [any MessageContent] {
    if lease.check.hidesInput { return try provePrivately(key, run, lease, seat) }
    let mood = mood(key.id, seat)
    guard mood != 9 else { return [] }
    let nonce = mood == 7 ? Cast.secret([13]) : key.id.digest
    guard
      var (output, proof) = try cast.proving.answer(nonce, of: run.input.root, isTrue: mood != 4)
    else { return [] }
    if mood == 5 { proof.columns[random.below(proof.columns.count)] ^= 1 }
    if mood == 6 { output[0] ^= 1 }
    let content = try cast.output(output, key: Cast.outputKey(key.id, seat)).content
    var m = SubmitProof()
    m.head = head(seat)
    m.run = key
    m.evidence = Evidence(output: content, units: mood == 2 ? 0 : lease.units)
    m.key = Cast.sealed(to: lease.buyer)
    m.salt = ContentSalt(contentKey: Cast.inputKey).value
    m.output = output
    m.proof = proof.bytes
    // Longer than any proof of the model.
    if seed % 16 == 1 && mood == 5 { m.proof += [UInt8](repeating: 0, count: 70_000) }
    return [m]
  }

  /// The same without the input. Some prove a true run of another input, whose own stands: what
  /// then comes is the buyer's word, the input, or nothing.
  private mutating func provePrivately(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) throws -> [any MessageContent] {
    if case .proved(let game) = run.game, game.isStanding { return weigh(key, run, lease) }
    let mood = mood(key.id, seat)
    guard mood != 9 else { return [] }
    let nonce = mood == 7 ? Cast.secret([13]) : key.id.digest
    let others = cast.inputs.map(\.root).filter { $0 != run.input.root }
    let isForeign = (mood == 3 || mood == 8) && !others.isEmpty
    let input = isForeign ? others[Int(mood) % others.count] : run.input.root
    guard
      var (output, proof) = try cast.proving.answer(
        privately: nonce, of: input, isTrue: mood != 4)
    else { return [] }
    if mood == 5 { proof.messages[random.below(proof.messages.count)] ^= 1 }
    if mood == 6 { output[0] ^= 1 }
    let content = try cast.output(
      output, key: Cast.outputKey(key.id, seat), salt: ContentSalt(value: .zero)
    ).content
    var m = SubmitProof()
    m.head = head(seat)
    m.run = key
    m.evidence = Evidence(output: content, units: mood == 2 ? 0 : lease.units)
    m.key = Cast.sealed(to: lease.buyer)
    m.output = output
    m.proof = proof.bytes
    return [m]
  }

  /// What may be said of a proof that stands.
  private mutating func weigh(
    _ key: RunKey, _ run: Run, _ lease: Lease
  ) -> [any MessageContent] {
    guard random.chance(50) else { return [] }
    if random.chance(40) {
      var m = AcceptRun()
      m.head = head(lease.buyer)
      m.run = key
      return [m]
    }
    var m = ContestProof()
    m.head = head(random.chance(70) ? lease.buyer : person())
    m.run = key
    m.salt = cast.proving.salt.value
    m.input = cast.proving.plain[run.input.root] ?? []
    return [m]
  }

  /// One thing wrong with a contest.
  mutating func spoil(_ contest: ContestProof, _ noise: Bytes32) -> ContestProof {
    var m = contest
    switch random.below(5) {
    case 0: m.salt = noise
    case 1: m.input = []
    case 2: m.input.append(0)
    case 3: m.run = RunKey(LeaseID(noise), 0)
    default: if !m.input.isEmpty { m.input[0] ^= 1 }
    }
    return m
  }

  /// One thing wrong with a proof, or with what comes with it.
  mutating func spoil(_ proof: SubmitProof, _ noise: Bytes32) -> SubmitProof {
    var m = proof
    switch random.below(8) {
    case 0: m.salt = noise
    case 1: m.output.append(0)
    case 2: m.output = []
    case 3: m.proof = []
    case 4: m.proof.removeLast()
    case 5: m.proof += [UInt8](repeating: 0, count: 45_000)
    case 6: m.evidence.units = .max
    default: if !m.proof.isEmpty { m.proof[random.below(m.proof.count)] ^= 1 }
    }
    return m
  }
}
