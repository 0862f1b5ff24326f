// Authorised payments of a walk: signed by one, carried by another, shown again by thieves.

import Chain
import Kernel
import Payments
import Primitives

extension Walker {
  /// A payment or a cancellation over one of a few nonces, so that many meet a used one.
  mutating func pay() -> any MessageContent {
    let payer = person()
    let nonce = Cast.secret(Array("nonce".utf8), payer.bytes, [UInt8(random.below(3))])
    let token = DollarToken.domain(chainId: cast.genesis.chainId)
    if random.chance(15) {
      var m = CancelAuthorisation(head(person()), payer: payer, nonce: nonce)
      m.signature = signature(of: payer, over: m.digest(token: token))
      return m
    }
    var a = TransferAuthorisation(
      random.chance(25) ? .receive : .transfer, payer: payer, to: receiver(),
      Amount(UInt64(random.below(300_000))), validBefore: 0, nonce: nonce)
    setTimes(&a)
    a.signature = signature(of: payer, over: a.digest(token: token))
    return PayAuthorised(head(a.kind == .receive && random.chance(80) ? a.to : person()), a)
  }

  private mutating func receiver() -> Address {
    if random.chance(10) { return Address(lastBytesOf: Cast.secret([UInt8(random.below(9))])) }
    return person()
  }

  /// Mostly a few minutes; sometimes past, to come, or further ahead than is taken.
  private mutating func setTimes(_ a: inout TransferAuthorisation) {
    let now = state.kernel.blockTime.milliseconds / 1_000
    a.validBefore = now + UInt64(60 + random.below(7_000))
    switch random.below(16) {
    case 0: a.validAfter = now + 30
    case 1: a.validBefore = now
    case 2: a.validBefore = now + SpentNonce.horizon + 20_000
    case 3: a.validAfter = now - 600
    default: break
    }
  }

  func signature(of payer: Address, over digest: Bytes32) -> [UInt8] {
    cast.keys[payer]?.sign(digest: digest).bytes ?? []
  }

  /// What a thief changes after the payer signed.
  mutating func spoil(_ payment: PayAuthorised, _ noise: Bytes32) -> PayAuthorised {
    var m = payment
    switch random.below(8) {
    case 0: m.authorisation.value = Amount(.max)
    case 1: m.authorisation.to = person()
    case 2: m.authorisation.to = .zero
    case 3: m.authorisation.nonce = noise
    case 4: m.authorisation.payer = person()
    case 5: m.authorisation.validBefore = .max
    case 6: m.authorisation.kind = m.authorisation.kind == .receive ? .transfer : .receive
    default: m.authorisation.signature = noise.bytes
    }
    return m
  }
}
