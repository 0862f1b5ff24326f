// One thing wrong with a message of the court: what a cheat would try at each move.

import Graphs
import Inference
import Kernel
import Market
import Primitives

extension Walker {
  /// Spoils a message of the court; nil where it is none.
  mutating func spoilCourt(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> (any MessageContent)? {
    switch content {
    case var m as PublishModel:
      if random.chance(50) {
        m.manifest.removeLast()
      } else {
        m.manifest = [UInt8](repeating: 0, count: BlockCut.mostManifest + 1)
      }
      return m
    case var m as RegisterAuditor:
      switch random.below(4) {
      case 0: m.subjects = []
      case 1: m.subjects += m.subjects
      case 2: m.bond = Amount(1)
      default: m.bond = Amount(.max)
      }
      return m
    case var m as DrawAudit:
      m.salt = noise
      return m
    case var m as SealTrace:
      if random.chance(50) { m.key.to = person() } else { m.key.bytes = noise.bytes }
      return m
    case var m as ShareInput:
      if random.chance(50) { m.key.to = person() } else { m.key.bytes = noise.bytes }
      return m
    case var m as UnsealTrace:
      switch random.below(4) {
      case 0: m.root = noise
      case 1: m.salt = noise
      case 2: m.first = m.last.reversed()
      default: m.last = []
      }
      return m
    case var m as ChallengeRun:
      m.answer = noise
      return m
    default: return spoilMove(content, noise)
    }
  }

  private mutating func spoilMove(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> (any MessageContent)? {
    switch content {
    case var m as ShowTrace:
      if random.chance(50) { m.root = noise } else { m.first.append(Vertex([noise])) }
      return m
    case var m as OpenVertex:
      switch random.below(4) {
      case 0: m.children.removeLast()
      case 1: m.children.append(noise)
      case 2: m.children[random.below(m.children.count)] = noise
      default: m.game.challenger = person()
      }
      return m
    case var m as PickChild:
      switch random.below(3) {
      case 0: m.child = UInt64.max
      case 1: m.round &+= 1
      default: m.game.answer = noise
      }
      return m
    case let m as OpenStep: return spoil(m)
    default: return nil
    }
  }

  /// Bytes changed, cut off, or operands that do not open.
  private mutating func spoil(_ step: OpenStep) -> OpenStep {
    var m = step
    guard !m.opening.isEmpty, var opening = try? CBOR.decode(StepOpening.self, from: m.opening)
    else { return m }
    switch random.below(6) {
    case 0: m.opening[random.below(m.opening.count)] ^= 1
    case 1: m.opening.removeLast(random.below(m.opening.count))
    case 2: opening.salt = Cast.secret([11])
    case 3: opening.tiles = []
    case 4: opening.vertices.append(Vertex([opening.salt]))
    default: opening.sums.append(1)
    }
    if opening.encoded != step.opening && m.opening == step.opening { m.opening = opening.encoded }
    return m
  }
}
