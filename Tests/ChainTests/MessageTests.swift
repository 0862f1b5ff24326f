// Messages: their bytes both ways, their ids, and whose signature counts where.

import Kernel
import Market
import Primitives
import Testing

@testable import Chain

@Suite struct MessageTests {
  static func blank(_ kind: MessageKind) throws -> Message {
    func make<M: MessageContent>(_ type: M.Type) throws -> Message {
      try Message(decoding: CBOR.encode(kind: M.kind, M()))
    }
    return try make(kind.contentType)
  }

  @Test(arguments: MessageKind.allCases)
  func everyKindIsListedOnce(kind: MessageKind) throws {
    let message = try Self.blank(kind)
    #expect(message.kind == kind)
    #expect(MessageKind(name: kind.name) == kind)
    #expect(
      kind.fields.prefix(4).map(\.name) == ["from", "lane", "sequence", "validUntil"])
    #expect(message.encoded == CBOR.encode(kind: kind.rawValue, message.content))
    #expect(try Message(decoding: message.encoded) == message)
    #expect(try Message(json: message.json) == message)
    #expect(try Message(json: JSONValue(parsing: message.json.text)) == message)
    #expect(message.id == SHA256.hash(message.encoded))
  }

  /// Readers group messages by these: what is about a run and does not say so is not in its log.
  @Test(arguments: MessageKind.allCases)
  func saysWhichRunItIsAbout(kind: MessageKind) throws {
    let message = try Self.blank(kind)
    let types = Set(kind.fields.map(\.type))
    if types.contains(GameKey.typeName) { #expect(message.game == GameKey()) }
    // A tournament's truth is a run of somebody else's.
    let isOwn = kind != .nameTruth && kind != .openTruth
    if types.contains(RunKey.typeName), isOwn { #expect(message.run == RunKey()) }
  }

  @Test func kindsHaveDifferentNamesAndBytes() throws {
    let kinds = Message.kinds
    #expect(Set(kinds.map(\.name)).count == kinds.count)
    #expect(Set(try kinds.map { try Self.blank($0).id }).count == kinds.count)
    #expect(kinds.map(\.rawValue) == kinds.map(\.rawValue).sorted())
  }

  @Test(arguments: [0, 9, 15, 79, 200, 255] as [UInt8])
  func refusesUnknownKindsByNumber(kind: UInt8) {
    let bytes = CBOR.encode(kind: kind, Transfer())
    #expect(throws: Refusal("unknownMessage", ["kind": UInt64(kind)])) {
      try Message(decoding: bytes)
    }
    #expect(throws: Refusal("unknownMessageName", [Number("Stub", 0)])) {
      try Message(json: ["kind": "Stub", "content": [:]])
    }
  }

  @Test func refusesOtherBytesThanItWrites() throws {
    let bytes = Message.transfer(Transfer()).encoded
    #expect(throws: Refusal.self) { try Message(decoding: bytes + [0]) }
    #expect(throws: Refusal.self) { try Message(decoding: Array(bytes.dropLast())) }
    #expect(throws: Refusal.self) { try Message(decoding: []) }
    // The kind in a longer form than it needs.
    #expect(throws: Refusal.self) { try Message(decoding: [0x82, 0x18, 1] + bytes.dropFirst(2)) }
    #expect(throws: Refusal.tooLong(bytes.count, limit: 10)) {
      try Message(decoding: bytes, limit: 10)
    }
  }

  @Test func idLeavesTheSignatureOutAndTheLeafCoversIt() throws {
    let network = try SampleNetwork()
    let verified = try network.transfer(5, from: "alice", to: "bob")
    let one = verified.signed
    #expect(verified.leaf == one.leaf)
    #expect(verified.leaf == MerkleTree.leaf(tag: "message", one.encoded))
    #expect(verified.head == one.head)
    #expect(one.kind == .transfer)
    var other = one
    other.authorisation.signature[3] ^= 1
    #expect(one.id == other.id)
    #expect(one.leaf != other.leaf)
    #expect(try CBOR.decode(SignedMessage.self, from: one.encoded) == one)
    #expect(try SignedMessage(json: one.json) == one)
  }

  @Test func recoversTheSigner() throws {
    let network = try SampleNetwork()
    let one = try network.transfer(5, from: "alice", to: "bob").signed
    #expect(try one.signer(domain: network.domain) == Sample.address("alice"))
  }

  /// A thief changes what alice signed, or signs in her name, or shows it to another network.
  @Test func nobodySignsForAnother() throws {
    let network = try SampleNetwork()
    let head = network.head("alice")
    let message = Message.transfer(Transfer(head, to: Sample.address("bob"), Amount(5)))
    let signed = SignedMessage.signing(message, with: Sample.key("bob"), domain: network.domain)
    #expect(throws: Refusal.notTheSigner) {
      try VerifiedMessage(signed, domain: network.domain)
    }

    let own = SignedMessage.signing(message, with: Sample.key("alice"), domain: network.domain)
    let more = Message.transfer(Transfer(head, to: Sample.address("bob"), Amount(6)))
    #expect(throws: Refusal.self) {
      try VerifiedMessage(SignedMessage(more, own.authorisation), domain: network.domain)
    }
    var foreign = network.genesis
    foreign.beacon = SHA256.hash([9])
    #expect(throws: Refusal.self) { try VerifiedMessage(own, domain: foreign.domain) }
    foreign = network.genesis
    foreign.chainId += 1
    #expect(throws: Refusal.self) { try VerifiedMessage(own, domain: foreign.domain) }
  }

  /// What was verified for one network is not admitted on another.
  @Test func verificationBelongsToItsNetwork() throws {
    let one = try SampleNetwork()
    var genesis = Sample.genesis()
    genesis.chainId = 5
    var other = try SampleNetwork(genesis)
    let message = try one.transfer(5, from: "alice", to: "bob")
    let made = try other.block([message])
    #expect(made.refused.map(\.refusal) == [.notTheSigner])
    #expect(made.block.body.isEmpty)
    #expect(throws: Refusal.notTheSigner) {
      try other.state.check(message, now: Sample.start, WaitingMessages())
    }
  }

  @Test(
    arguments: [
      (2, "authorisationNotTaken", "transferAuthorisation"),
      (4, "unknownAuthorisation", "kind"),
    ] as [(UInt8, String, String)])
  func otherAuthorisationsAreRefusedByName(kind: UInt8, code: String, name: String) throws {
    let network = try SampleNetwork()
    var signed = try network.transfer(5, from: "alice", to: "bob").signed
    signed.authorisation.kind = kind
    #expect(throws: Refusal(code, [Number(name, UInt64(kind))])) {
      try signed.signer(domain: network.domain)
    }
  }

  @Test func typedDataNamesTheKind() throws {
    let network = try SampleNetwork()
    let message = try network.transfer(5, from: "alice", to: "bob").signed.message
    let document = message.typedData(domain: network.domain)
    #expect(document["primaryType"]?.string == "Transfer")
    #expect(document["domain"]?["name"]?.string == "Tolsey")
    let contract = Address(lastBytesOf: network.genesis.network)
    #expect(document["domain"]?["verifyingContract"]?.string == contract.description)
  }
}
