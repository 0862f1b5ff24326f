// Payers that are known by their keys are judged as strangers are, and few are kept.

import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct VoucherSignerTests {
  private func key(_ number: Int) -> PrivateKey { PrivateKey(seed: Array("payer \(number)".utf8)) }

  private func digest(_ number: Int) -> Bytes32 { SHA256.hash(Array("voucher \(number)".utf8)) }

  /// A payer signs, and buys.
  private func sell(_ signers: VoucherSigners, to key: PrivateKey, _ times: Int) {
    for number in 0..<times {
      let digest = digest(number)
      #expect(signers.check(key.sign(digest: digest), of: digest, by: key.address))
      signers.countSale(to: key.address)
    }
  }

  @Test func whoBuysOftenIsKept() {
    let signers = VoucherSigners()
    let payer = key(1)
    sell(signers, to: payer, VoucherSigners.enough)
    #expect(signers.count == 0)
    sell(signers, to: payer, 1)
    #expect(signers.count == 1)
    sell(signers, to: payer, 10)
    #expect(signers.count == 1)
  }

  @Test func theKeptAreJudgedAsStrangersAre() throws {
    let (known, fresh) = (VoucherSigners(), VoucherSigners())
    let (payer, thief) = (key(1), key(2))
    sell(known, to: payer, VoucherSigners.enough + 1)
    #expect(known.count == 1)
    let digest = digest(7)
    let good = payer.sign(digest: digest)
    var forged = [thief.sign(digest: digest)]
    var turned = good
    turned.v = 55 - good.v
    forged.append(turned)
    for v in [0, 1, 26, 29, 30, 255] as [UInt8] {
      forged.append(Signature(r: good.r, s: good.s, v: v))
    }
    for bit in 0..<512 {
      var bytes = good.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      forged.append(try Signature(bytes))
    }
    for signature in forged {
      #expect(!known.check(signature, of: digest, by: payer.address))
      #expect(!fresh.check(signature, of: digest, by: payer.address))
    }
    #expect(known.check(good, of: digest, by: payer.address))
    // What is good of one is nobody else's.
    #expect(!known.check(good, of: digest, by: thief.address))
    #expect(!known.check(good, of: self.digest(8), by: payer.address))
    #expect(!known.check(thief.sign(digest: digest), of: digest, by: payer.address))
    #expect(known.check(thief.sign(digest: digest), of: digest, by: thief.address))
  }

  @Test func whoBuysNothingIsNotKept() {
    let signers = VoucherSigners()
    let payer = key(1)
    for number in 0..<100 {
      let digest = digest(number)
      #expect(signers.check(payer.sign(digest: digest), of: digest, by: payer.address))
    }
    #expect(signers.count == 0)
  }

  @Test func theOneThatWaitsLongestGivesWayAndBeginsAnew() {
    let signers = VoucherSigners(most: 2)
    for number in 0..<2 { sell(signers, to: key(number), VoucherSigners.enough + 1) }
    sell(signers, to: key(0), 1)
    sell(signers, to: key(2), VoucherSigners.enough + 1)
    #expect(signers.count == 2)
    // The second left: it has as many sales before it as a stranger has, and is served meanwhile.
    sell(signers, to: key(1), VoucherSigners.enough)
    #expect(signers.keeps(key(0).address) && signers.keeps(key(2).address))
    sell(signers, to: key(1), 1)
    #expect(signers.keeps(key(1).address) && !signers.keeps(key(0).address))
    #expect(signers.count == 2)
  }

  @Test func countingIsBounded() {
    let signers = VoucherSigners()
    let payer = key(0)
    sell(signers, to: payer, VoucherSigners.enough)
    for number in 0..<VoucherSigners.mostCounted {
      signers.countSale(to: Address(lastBytesOf: digest(number)))
    }
    // Forgotten with the others: it is a stranger again, and not refused.
    sell(signers, to: payer, 1)
    #expect(signers.count == 0)
  }

  @Test func manyAtOnceKeepOneEach() async {
    let signers = VoucherSigners()
    await withTaskGroup(of: Void.self) { group in
      for part in 0..<8 {
        group.addTask { sell(signers, to: key(part % 4), VoucherSigners.enough * 2) }
      }
    }
    #expect(signers.count == 4)
  }
}
