// A run that its provider signed: judged offline, and refused when any bit of it was changed.

import Primitives
import Testing

@testable import Payments

@Suite struct SoldRunTests {
  private let provider = PrivateKey(seed: Array("provider".utf8))
  private let key = SHA256.hash([7])

  private func file() throws -> SignedRun {
    var run = SoldRun()
    run.network = SHA256.hash([3])
    run.provider = provider.address
    run.buyer = PrivateKey(seed: Array("buyer".utf8)).address
    run.payment = SHA256.hash([1])
    run.transaction = SHA256.hash([2])
    run.price = Amount(10_000)
    run.work = "inference"
    run.spec = [0x81, 0x58, 0x20]
    run.units = 1
    run.commit(input: [1, 2, 3], output: [4, 5], key: key)
    return SignedRun(
      run, opening: key, chainId: 71, signedBy: provider)
  }

  @Test func whatWasSignedHolds() throws {
    let file = try file()
    let read = try SignedRun.verify(file.encoded)
    #expect(read == file)
    #expect(read.isInput([1, 2, 3]))
    #expect(read.isOutput([4, 5]))
    #expect(read.isInput([1, 2, 4]) == false)
    #expect(read.isOutput([]) == false)
  }

  @Test func noBitMayChange() throws {
    let bytes = try file().encoded
    for place in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << UInt8(bit)
        #expect(throws: Refusal.self, "bit \(bit) of byte \(place)") {
          _ = try SignedRun.verify(changed)
        }
      }
    }
    #expect(throws: Refusal.self) { _ = try SignedRun.verify(bytes + [0]) }
    #expect(throws: Refusal.self) { _ = try SignedRun.verify(Array(bytes.dropLast())) }
  }

  @Test func anotherSignerIsNotTheProvider() throws {
    let run = try file().run
    let other = SignedRun(
      run, opening: key, chainId: 71,
      signedBy: PrivateKey(seed: Array("thief".utf8)))
    #expect(throws: Refusal("notTheProvider")) { try other.verify() }
    var wrong = try file()
    wrong.key = SHA256.hash([8])
    #expect(throws: Refusal("otherSalt")) { try wrong.verify() }
  }

  /// Signed for one network, it counts on no other.
  @Test func anotherNetworkIsAnotherSignature() throws {
    var elsewhere = try file()
    elsewhere.run.network = SHA256.hash([4])
    #expect(throws: Refusal.self) { try elsewhere.verify() }
    elsewhere = try file()
    elsewhere.chainId += 1
    #expect(throws: Refusal.self) { try elsewhere.verify() }
  }

  /// What the run alone shows of a short input says nothing without the key.
  @Test func theSameInputLooksDifferentUnderAnotherKey() throws {
    var (one, two) = (SoldRun(), SoldRun())
    one.commit(input: [1], output: [2], key: key)
    two.commit(input: [1], output: [2], key: SHA256.hash([9]))
    #expect(one.input != two.input && one.output != two.output)
  }

  @Test func theTypeIsAWallets() {
    #expect(
      EIP712.encodeType(SoldRun.self)
        == "SoldRun(bytes32 network,address provider,address buyer,bytes32 payment,"
        + "bytes32 transaction,uint64 index,uint64 before,uint64 price,string work,"
        + "bytes spec,uint64 units,bytes32 input,bytes32 output,bytes32 keyHash)")
  }
}
