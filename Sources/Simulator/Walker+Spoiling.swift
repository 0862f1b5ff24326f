// What cheats, thieves and careless users send: a sensible message with one thing wrong.

import Chain
import Kernel
import Market
import Payments
import Primitives

extension Walker {
  /// Spoils one thing about a message.
  mutating func spoil(_ written: any MessageContent) throws -> any MessageContent {
    var content = written
    switch random.below(10) {
    case 0: content.head.from = cast.stranger
    case 1: content.head.from = cast.pauper
    case 2, 3: content.head.from = person()
    default: content = try spoilBody(content)
    }
    return content
  }

  private mutating func spoilBody(
    _ content: any MessageContent
  ) throws -> any MessageContent {
    let noise = Cast.secret([UInt8(random.below(250))])
    switch content {
    case let m as PlaceOrder: return spoil(m)
    case let m as PostOffer: return spoil(m)
    case var m as TakeOffer:
      switch random.below(9) {
      case 0: m.offer = OfferID(noise)
      case 1: m.units = 1_000_000
      case 2: m.parallel = m.runs + 1
      case 3: m.key.bytes = noise.bytes
      case 4: m.key.to = person()
      case 5: m.key = WrappedKey(to: m.key.to, scheme: WrappedKey.sealed, bytes: [7])
      case 6: m.key.scheme = 2
      case 7:
        m.key = WrappedKey(to: m.key.to, bytes: noise.bytes)
      default: m.input.custody.signature = noise.bytes
      }
      return m
    case var m as SubmitEvidence:
      switch random.below(5) {
      case 0: m.evidence.units = UInt64.max
      case 1: m.key = WrappedKey(to: m.key.to, bytes: noise.bytes)
      case 2: m.evidence.output.size = Content.largest + 1
      case 3: m.evidence.output.size = UInt64(random.below(64))
      default: m.run.index = 9
      }
      return m
    case let m as SubmitProof: return spoil(m, noise)
    case let m as OpenAnswer: return spoil(m, noise)
    case let m as OpenGold: return spoil(m, noise)
    case let m as ContestProof: return spoil(m, noise)
    case var m as SendInput:
      switch random.below(4) {
      case 0: m.keys.reverse()
      case 1: m.keys = []
      case 2: m.run.index &+= 1
      default: m.input.keyHash = noise
      }
      return m
    default:
      return spoilSubnet(content, noise) ?? spoilTournament(content, noise)
        ?? spoilTopic(content, noise)
        ?? spoilCourt(content, noise)
        ?? spoilPayment(content, noise) ?? spoilSmall(content, noise)
    }
  }

  private mutating func spoilSmall(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> any MessageContent {
    switch content {
    case var m as PlaceBid:
      m.order = OrderID(noise)
      return m
    case var m as RevealBid:
      if random.chance(50) { m.salt = noise } else { m.price = Amount(.max) }
      return m
    case var m as DrawSeats:
      m.salt = noise
      return m
    case var m as UnsealAnswer:
      if random.chance(50) { m.salt = noise } else { m.evidence.units = 0 }
      return m
    case var m as PostKey:
      m.key = noise
      return m
    case var m as ShowChunk:
      switch random.below(3) {
      case 0: m.box.append(0)
      case 1: m.box = []
      default: m.box = [UInt8](repeating: 0, count: Int(cast.genesis.terms.maxMessage))
      }
      return m
    case var m as AmendTerms:
      m.terms.winner = 900_000
      return m
    case var m as PublishKey:
      m.sealingKey = .zero
      return m
    case var m as RenewLinks:
      m.anchor = .zero
      return m
    case let m as GrantSession: return spoil(m)
    case var m as CollectTolls:
      m.amount = Amount(.max)
      return m
    case var m as HonourSeat:
      m.lease = LeaseID(noise)
      return m
    case var m as TopUpOffer:
      m.slots = random.chance(50) ? 0 : 1_000_000
      return m
    case var m as AcceptRun:
      m.run = RunKey(LeaseID(noise), 0)
      return m
    default: return content
    }
  }

  private mutating func spoilPayment(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> (any MessageContent)? {
    switch content {
    case let m as Transfer: return spoil(m)
    case let m as PayAuthorised: return spoil(m, noise)
    case let m as TransferFrom: return spoil(m)
    case let m as CarryPermit: return spoil(m, noise)
    case let m as DepositToChannel: return spoil(m, noise)
    case let m as ClaimVouchers: return spoil(m, noise)
    case let m as RefundChannel: return spoil(m, noise)
    case let m as WithdrawFromChannel: return spoil(m, noise)
    case var m as CancelAuthorisation:
      if random.chance(50) { m.nonce = noise } else { m.signature = noise.bytes }
      return m
    default: return spoilBond(content, noise)
    }
  }

  private mutating func spoil(_ transfer: Transfer) -> Transfer {
    var m = transfer
    switch random.below(3) {
    case 0: m.amount = Amount(.max)
    case 1: m.to = .zero
    default: m.asset = Asset(7)
    }
    return m
  }

  private mutating func spoil(_ order: PlaceOrder) -> PlaceOrder {
    var m = order
    switch random.below(14) {
    case 13: m.request.check = CheckTerms("proved", [Number("level", UInt64(random.below(4)))])
    case 0: m.request.check.kind = "trusted"
    case 1: m.request.check = CheckTerms("replicated", [Number("replicas", 4), Number("audit", 0)])
    case 2: m.request.check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 5)])
    case 3: m.request.check.numbers.append(Number("extra", 1))
    case 4: m.request.limit.amount = Amount(.max)
    case 5: m.request.limit.per = 0
    case 6: m.request.runs = 0
    case 7: m.request.work = "alchemy"
    case 8: m.request.spec = [0xff]
    case 9: m.input.custody.custodian = m.head.from
    case 10: m.request.lists.minGood = Amount(1_000_000_000)
    case 11: m.request.lists.minAudited = Amount(1_000_000_000)
    default: m.request.spec = CBOR.encode(InferenceName())
    }
    return m
  }

  private mutating func spoil(_ offer: PostOffer) -> PostOffer {
    var m = offer
    switch random.below(6) {
    case 0: m.check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)])
    case 1: m.rate.amount = .zero
    case 2: m.capacity = 0
    case 3: m.work = ""
    case 4: m.rate.amount = Amount(.max)
    default: m.spec = []
    }
    return m
  }
}
