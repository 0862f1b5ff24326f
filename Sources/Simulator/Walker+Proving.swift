// Proved runs of a walk: proofs that hold, false ones, and proofs of something else.

import Chain
import Inference
import Kernel
import Market
import Primitives
import Proofs

extension Walker {
  mutating func proved() -> CheckTerms { CheckTerms("proved", [Number("level", 1)]) }

  /// The model of which runs can be proved is published like any other.
  mutating func publishProvable() -> PublishModel {
    PublishModel(head(person()), manifest: cast.proving.manifest.encoded)
  }

  /// Evidence with its proof. Some prove a lie, some break a proof, and one never answers.
  mutating func prove(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) throws -> [any MessageContent] {
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
    return [m]
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
    case 5: m.proof += [UInt8](repeating: 0, count: 30_000)
    case 6: m.evidence.units = .max
    default: if !m.proof.isEmpty { m.proof[random.below(m.proof.count)] ^= 1 }
    }
    return m
  }
}
