// Work before places are drawn: who tries for places that suit him does it again for each trial.

import Primitives

extension Transcript {
  /// Leading zero bits of the hash that is asked for. A trial of places costs 2^14 hashes, which
  /// the queries need not say; an honest prover pays them once.
  public static let workBits = 14

  /// Whether a number is enough work at this place of the conversation.
  private func hasWork(_ number: UInt64) -> Bool {
    let preimage = workPrefix + withUnsafeBytes(of: number.bigEndian) { Array($0) }
    return SHA256.hash(preimage).words.0 >> UInt64(64 - Transcript.workBits) == 0
  }

  private var workPrefix: [UInt8] { stateBytes + Array("work".utf8) }

  /// The least number that is, absorbed.
  mutating func work() -> UInt64 {
    let number = SHA256.search(workPrefix, zeroBits: Transcript.workBits)
    absorb("work", number)
    return number
  }

  /// The verifier's side.
  mutating func check(work number: UInt64) throws(Refusal) {
    guard hasWork(number) else { throw .proofFails(.work, "bits") }
    absorb("work", number)
  }
}
