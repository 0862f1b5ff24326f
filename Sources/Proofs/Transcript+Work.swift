// Work before places are drawn: who tries for places that suit him does it again for each trial.

import Primitives

extension Transcript {
  /// Leading zero bits of the hash that is asked for. A trial of places costs 2^14 hashes, which
  /// the queries need not say; an honest prover pays them once.
  public static let workBits = 14

  private static let preimage = 44

  /// Whether a number is enough work at this place of the conversation.
  private func hasWork(_ number: UInt64) -> Bool {
    SHA256.hash(workPreimage(number)).words.0 >> UInt64(64 - Transcript.workBits) == 0
  }

  private func workPreimage(_ number: UInt64) -> [UInt8] {
    stateBytes + Array("work".utf8) + withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  /// The least number that is, absorbed.
  mutating func work() -> UInt64 {
    var preimage = workPreimage(0)
    var batch = SHA256Batch()
    var first: UInt64 = 0
    while true {
      for number in first..<(first + 256) {
        preimage.withUnsafeMutableBytes {
          $0.storeBytes(
            of: number.bigEndian, toByteOffset: Transcript.preimage - 8, as: UInt64.self)
          batch.add(UnsafeRawBufferPointer($0))
        }
      }
      let found = batch.digests().firstIndex {
        $0.words.0 >> UInt64(64 - Transcript.workBits) == 0
      }
      if let found {
        let number = first + UInt64(found)
        absorb("work", number)
        return number
      }
      first += 256
    }
  }

  /// The verifier's side.
  mutating func check(work number: UInt64) throws(Refusal) {
    guard hasWork(number) else { throw .proofFails(.work, "bits") }
    absorb("work", number)
  }
}
