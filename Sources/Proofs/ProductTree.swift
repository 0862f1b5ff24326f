// The product of many values as a tree, and a proof that leads from its root to one leaf's worth:
// that all values of a witness are bytes (Thaler 2013, section 5.3.1).

import Arithmetic
import Primitives

/// V_k has 2^k values, V_k(x) = V_{k+1}(0,x)·V_{k+1}(1,x); the last level are the leaves.
enum ProductTree {
  /// Elements of the proof over 2^bits leaves.
  static func count(_ bits: Int) -> Int {
    (0..<bits).reduce(0) { $0 + WeightedSumcheck.Messages.count($1) }
  }

  /// Gives the messages, and point and value of the claim on the leaves.
  static func prove(
    _ leaves: consuming PairVector, _ transcript: inout some Conversation
  ) -> (elements: [GoldilocksPair], point: [GoldilocksPair], claim: GoldilocksPair) {
    var levels = [leaves]
    return prove(&levels, &transcript)
  }

  /// Over α − entry for each entry, without making the leaves where entries are bytes.
  static func prove(
    _ alpha: GoldilocksPair, minus entries: WitnessEntries, _ transcript: inout some Conversation,
    kernels: ByteKernels = ByteKernels()
  ) -> (elements: [GoldilocksPair], point: [GoldilocksPair], claim: GoldilocksPair) {
    guard entries.areBytes, entries.count >= 16 else {
      return prove(PairVector(alpha, minus: entries.words(0..<entries.count)), &transcript)
    }
    return entries.bytes.withUnsafeBufferPointer { bytes in
      var levels = [kernels.pairs(bytes, from: alpha)]
      var (elements, point, claim) = prove(&levels, &transcript)
      let step = WeightedSumcheck.prove(
        at: point, alpha, minus: bytes, claim: claim, &transcript, kernels)
      elements += step.messages.elements
      (point, claim) = joined(step.messages, step.point, &transcript)
      return (elements, point, claim)
    }
  }

  /// Takes the one level and all above it off.
  private static func prove(
    _ levels: inout [PairVector], _ transcript: inout some Conversation
  ) -> (elements: [GoldilocksPair], point: [GoldilocksPair], claim: GoldilocksPair) {
    while let level = levels.last, level.count > 1 { levels.append(level.halvesMultiplied()) }
    var elements: [GoldilocksPair] = []
    var point: [GoldilocksPair] = []
    var claim = levels.removeLast()[0]
    while var level = levels.popLast() {
      let upper = level.splitUpperHalf()
      let step = WeightedSumcheck.prove(
        at: point, consume level, consume upper, claim: claim, &transcript)
      elements += step.messages.elements
      (point, claim) = joined(step.messages, step.point, &transcript)
    }
    return (elements, point, claim)
  }

  /// Where the messages lead from the root's value.
  static func follow(
    _ elements: [GoldilocksPair], root: GoldilocksPair, bits: Int, step: ProofStep = .bytes,
    _ transcript: inout some Conversation
  ) throws(Refusal) -> (point: [GoldilocksPair], claim: GoldilocksPair) {
    guard elements.count == count(bits) else { throw .proofFails(step, "count") }
    var point: [GoldilocksPair] = []
    var claim = root
    var at = 0
    for level in 0..<bits {
      let count = WeightedSumcheck.Messages.count(level)
      let messages = WeightedSumcheck.Messages(elements[at..<(at + count)])
      at += count
      let end = try WeightedSumcheck.follow(messages, at: point, claim: claim, step, &transcript)
      (point, claim) = joined(messages, end, &transcript)
    }
    return (point, claim)
  }

  /// Two values of a level, where the first variable is 0 and 1, become one at a random place.
  private static func joined(
    _ messages: WeightedSumcheck.Messages, _ point: [GoldilocksPair],
    _ transcript: inout some Conversation
  ) -> (point: [GoldilocksPair], claim: GoldilocksPair) {
    let challenge = transcript.challenge()
    return ([challenge] + point, messages.left + challenge * (messages.right - messages.left))
  }

  /// Π_j (α − j)^count_j over all bytes j.
  static func root(_ counts: [UInt32], at alpha: GoldilocksPair) -> GoldilocksPair {
    var product = GoldilocksPair.one
    for (byte, count) in counts.enumerated() {
      let factor = alpha - GoldilocksPair(Goldilocks(canonical: UInt64(byte)))
      product *= factor.raised(to: UInt64(count))
    }
    return product
  }
}
