// Receipts signed by a key that the account names: the strict rule, its vectors, and who cheats.

import Crypto
import Foundation
import Kernel
import Market
import Primitives
import Testing

@testable import Payments

@Suite struct Ed25519Tests {
  private struct Case: Decodable {
    var secret: String?
    var pub_key: String
    var message: String
    var signature: String
  }

  private func cases(_ name: String) throws -> [Case] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Vectors/ed25519/cases.json")
    return try JSONDecoder().decode([String: [Case]].self, from: Data(contentsOf: file))[name] ?? []
  }

  private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode("0x" + hex)) }

  private func verifies(_ each: Case) throws -> Bool {
    let key = try #require(Bytes32(try bytes(each.pub_key)))
    return Ed25519.verifies(try bytes(each.signature), of: try bytes(each.message), by: key)
  }

  // MARK: - Vectors

  @Test func theCasesOfTheRFC() throws {
    let cases = try cases("rfc8032")
    #expect(cases.count == 3)
    for each in cases {
      #expect(try verifies(each))
      let seed = try bytes(try #require(each.secret))
      let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
      let published = try bytes(each.pub_key)
      #expect(Array(key.publicKey.rawRepresentation) == published)
      let (made, signature) = (
        try key.signature(for: try bytes(each.message)), try bytes(each.signature)
      )
      #expect(Array(made) == signature)
    }
  }

  /// Where libraries differ there is one answer: strict in encodings and orders, no cofactor.
  @Test func theCasesAtWhichLibrariesDiffer() throws {
    let cases = try cases("speccheck")
    #expect(cases.count == 12)
    let holds = try cases.map { try verifies($0) }
    #expect(holds.indices.filter { holds[$0] } == [3])
  }

  @Test func noBitOfASignatureIsFree() throws {
    let each = try cases("rfc8032")[2]
    let (signature, message) = (try bytes(each.signature), try bytes(each.message))
    let key = try #require(Bytes32(try bytes(each.pub_key)))
    for bit in 0..<512 {
      var bent = signature
      bent[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!Ed25519.verifies(bent, of: message, by: key), "bit \(bit)")
    }
    #expect(!Ed25519.verifies(signature + [0], of: message, by: key))
    #expect(!Ed25519.verifies([], of: message, by: key))
    #expect(!Ed25519.verifies(signature, of: [], by: key))
  }

  /// The same signature with the order of the base point added to its number.
  @Test func aNumberAboveTheOrderIsNone() throws {
    let each = try cases("rfc8032")[0]
    var signature = try bytes(each.signature)
    let order: [UInt8] =
      [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde]
      + [0x14] + [UInt8](repeating: 0, count: 15) + [0x10]
    var carry = 0
    for place in 0..<32 {
      let sum = Int(signature[32 + place]) + Int(order[place]) + carry
      signature[32 + place] = UInt8(sum & 255)
      carry = sum >> 8
    }
    let key = try #require(Bytes32(try bytes(each.pub_key)))
    #expect(carry == 0 && !Ed25519.verifies(signature, of: [], by: key))
  }

  // MARK: - Receipts

  private let provider = TestLedger.sellerKey
  private var domain: EIP712.Domain {
    SignedRun.domain(network: TestLedger.network, chainId: UInt256(TestLedger.chainId))
  }

  private func signer(_ account: PrivateKey = TestLedger.sellerKey) -> ReceiptSigner {
    ReceiptSigner(of: account, network: TestLedger.network, domain: domain)
  }

  private func file(
    _ run: SoldRun, by account: PrivateKey = TestLedger.sellerKey
  ) -> SignedRun {
    SignedRun(
      run, opening: TestLedger.runKey, chainId: TestLedger.chainId, signedBy: signer(account))
  }

  @Test func aNamedKeysReceiptVerifiesOffline() throws {
    let run = try TestLedger.run(SHA256.hash([1]), 0, before: 0)
    let signed = file(run)
    let read = try SignedRun.verify(signed.encoded)
    #expect(read == signed && read.namedKey != nil && read.format == 2)
    // The same run has the same receipt, whenever it is signed.
    #expect(file(run).encoded == signed.encoded)
    let own = SignedRun(
      run, opening: TestLedger.runKey, chainId: TestLedger.chainId, signedBy: provider)
    #expect(own.format == 1 && own.namedKey == nil)
  }

  @Test func noBitOfItIsFree() throws {
    let bytes = file(try TestLedger.run(SHA256.hash([1]), 0, before: 0)).encoded
    for place in bytes.indices {
      var bent = bytes
      bent[place] ^= 1 << UInt8(place % 8)
      #expect(throws: Refusal.self, "byte \(place)") { _ = try SignedRun.verify(bent) }
    }
  }

  @Test func whoNamesAKeyIsTheProvider() throws {
    let run = try TestLedger.run(SHA256.hash([1]), 0, before: 0)
    // A thief names a key of his own for somebody else's runs.
    #expect(throws: Refusal("notTheProvider")) { try file(run, by: TestLedger.payer).verify() }
    // The name that the provider signed, over another's key.
    var mixed = file(run)
    let stranger = file(run, by: TestLedger.payer)
    mixed.signature = Array(stranger.signature[..<64]) + Array(mixed.signature[64...])
    #expect(throws: Refusal("notTheProvider")) { try mixed.verify() }
    mixed.signature = Array(stranger.signature[..<96]) + Array(file(run).signature[96...])
    #expect(throws: Refusal.self) { try mixed.verify() }
    // Another run than was signed.
    var other = file(run)
    other.run.price = Amount(1)
    #expect(throws: Refusal("notTheProvider")) { try other.verify() }
  }

  // MARK: - On the ledger

  @Test func twoWordsOfANamedKeyEndTheBond() throws {
    for mixes in [false, true] {
      let box = try TestLedger.bonded()
      let config = try TestLedger.config()
      #expect(box.t.deposit(config, 50_000) == nil)
      let channel = config.id(TestLedger.escrow)
      let (one, other) = (
        try TestLedger.run(channel, 0, before: 0),
        try TestLedger.run(channel, 0, before: 0, output: [2])
      )
      // One of both may be by the account itself: it is the same provider's word.
      let second = mixes ? TestLedger.word(other) : RunWord(file(other))
      // Another's name for the run convicts nobody.
      let forged = RunWord(file(other, by: TestLedger.payer))
      #expect(box.t.show(RunWord(file(one)), forged) == Refusal("notTheProvider"))
      var bent = RunWord(file(other))
      bent.signature[3] ^= 1
      #expect(box.t.show(RunWord(file(one)), bent) == Refusal("notTheProvider"))
      #expect(box.standing?.isConvicted == false)
      #expect(box.t.show(RunWord(file(one)), second) == nil)
      #expect(box.standing?.isConvicted == true)
    }
  }

  /// The same run by both keys is one word.
  @Test func twoSignaturesOfOneRunAreNoContradiction() throws {
    let box = try TestLedger.bonded()
    let config = try TestLedger.config()
    #expect(box.t.deposit(config, 50_000) == nil)
    let run = try TestLedger.run(config.id(TestLedger.escrow), 0, before: 0)
    #expect(
      box.t.show(RunWord(file(run)), TestLedger.word(run)) == Refusal("noContradiction"))
  }

  @Test func aDrawnRunOfANamedKeyIsOpened() throws {
    let box = try TestLedger.bonded()
    let config = try TestLedger.config()
    #expect(box.t.deposit(config, 50_000) == nil)
    let channel = config.id(TestLedger.escrow)
    let runs = try TestLedger.runs(channel, 3)
    let root = try RunTree(runs.map { RunTree.leaf($0) }).root
    let (claim, refusal) = box.t.claimHeld([TestLedger.voucher(channel, 3_000)], root: root)
    #expect(refusal == nil)
    try box.t.passToDraw()
    var opening = try box.t.opening(claim, of: runs)
    opening.word = RunWord(file(opening.word.run, by: TestLedger.payer))
    #expect(box.t.send(opening) == Refusal("notTheProvider"))
    opening.word = RunWord(file(opening.word.run))
    #expect(box.t.send(opening) == nil)
    #expect(box.row(claim)?.stage == ClaimStage.shown.rawValue)
  }
}
