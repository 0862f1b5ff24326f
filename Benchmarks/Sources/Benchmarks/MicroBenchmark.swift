// The small operations that everything above is made of.

import Chain
import Kernel
import Primitives

struct MicroBenchmark {
  func run(_ report: Report) throws {
    report.section("Small operations, one core")
    let network = BenchNetwork(funding: [BenchNetwork.address(1)])
    let key = PrivateKey(seed: Array("micro".utf8))
    let head = Head(from: key.address, lane: 0, sequence: 7, validUntil: .never)
    let message = Message.transfer(
      Transfer(head, to: BenchNetwork.address(2), Amount(1_000_000)))
    let signed = SignedMessage.signing(message, with: key, domain: network.domain)
    let bytes = signed.encoded
    let digest = message.digest(domain: network.domain)
    let signature = try Signature(signed.authorisation.signature)
    var sink: UInt64 = 0
    let pair = (Bytes32(words: 1, 2, 3, 4), Bytes32(words: 5, 6, 7, 8))
    let node = Repetition.best { sink &+= SHA256.hash(tag: 1, pair.0, pair.1).leadingWord }
    report.add("SHA-256 of a node (65 bytes)", 1 / node, "million/s")
    let mebibyte = [UInt8](repeating: 7, count: 1 << 20)
    let long = Repetition.best(rounds: 20) { sink &+= SHA256.hash(mebibyte).leadingWord }
    report.add("SHA-256 of 1 MiB", Double(1 << 20) / long / 1_000, "GB/s")
    let leaves = (0..<65_536).map { Bytes32(words: UInt64($0), 2, 3, 4) }
    let tree = Repetition.best(rounds: 10) { sink &+= MerkleTree.root(of: leaves).leadingWord }
    report.add("Merkle root of 65,536 leaves", tree / 1_000, "ms")
    let decode = try Repetition.best {
      sink &+= try CBOR.decode(SignedMessage.self, from: bytes).id.leadingWord
    }
    report.add("CBOR: a signed transfer decoded (\(bytes.count) bytes)", decode, "µs")
    let encode = Repetition.best { sink &+= UInt64(signed.encoded.count) }
    report.add("CBOR: the same encoded", encode, "µs")
    let hash = Repetition.best { sink &+= message.digest(domain: network.domain).leadingWord }
    report.add("EIP-712: digest of a transfer", hash, "µs")
    let sign = Repetition.best { sink &+= key.sign(digest: digest).r.leadingWord }
    report.add("secp256k1: sign", sign, "µs")
    let recover = try Repetition.best {
      sink &+= UInt64(try signature.recover(digest: digest).bytes[0])
    }
    report.add("secp256k1: recover an address", recover, "µs")
    if sink == 0 { report.note("nothing was computed") }
  }
}
