// The doors by which strangers' bytes come in, one line each.

import Chain
import Graphs
import Kernel
import Models
import Primitives

/// A decoder under attack: it may refuse anything, but what it accepts must hold.
struct Door: Sendable {
  var name: String
  var open: @Sendable (_ bytes: [UInt8]) throws -> Void

  static let all: [Door] = [
    Door(name: "message", open: readsMessage),
    Door(name: "signedMessage") { try readsCanonically(SignedMessage.self, $0) },
    Door(name: "block") { try readsCanonically(Block.self, $0) },
    Door(name: "treeProof") { try readsCanonically(TreeProof.self, $0) },
    Door(name: "genesis") { try readsCanonically(Genesis.self, $0) },
    Door(name: "manifest", open: readsManifest),
    Door(name: "onnx") { _ = try FloatModel(onnx: $0) },
    Door(name: "terms") { try readsCanonically(Terms.self, $0) },
    Door(name: "event") { try readsCanonically(Event.self, $0) },
    Door(name: "json", open: readsJSON),
    Door(name: "jsonEvent", open: readsJSONEvent),
    Door(name: "text", open: readsText),
    Door(name: "signature", open: readsSignature),
    Door(name: "dispute", open: DisputeDoors.readsMove),
    Door(name: "opening", open: DisputeDoors.readsOpening),
    Door(name: "proof", open: ProofDoors.readsProof),
    Door(name: "proofParts", open: ProofDoors.readsParts),
    Door(name: "recommitment", open: ProofDoors.readsRecommitment),
    Door(name: "recommitmentParts", open: ProofDoors.changesRecommitment),
    Door(name: "registration", open: ProofDoors.readsRegistration),
    Door(name: "registrationParts", open: ProofDoors.changesRegistration),
  ]

  /// Canonical means: no two texts for one value, so what was read is written the same.
  private static func readsCanonically<T: Fielded & Equatable>(
    _ type: T.Type, _ bytes: [UInt8]
  ) throws {
    let value = try CBOR.decode(type, from: bytes)
    hold("\(type) has two encodings") { CBOR.encode(value) == bytes }
    hold("\(type) changes on its way through JSON") { try T(json: value.json) == value }
  }

  /// Every kind of message, by the number that its first byte gives.
  private static func readsMessage(_ bytes: [UInt8]) throws {
    let message = try Message(decoding: bytes)
    hold("a message has two encodings") { message.encoded == bytes }
  }

  /// A manifest may be read and its graph still be refused.
  private static func readsManifest(_ bytes: [UInt8]) throws {
    let manifest = try Manifest(decoding: bytes)
    hold("a manifest has two encodings") { manifest.encoded == bytes }
    _ = try manifest.graph()
  }

  private static func readsJSON(_ bytes: [UInt8]) throws {
    let value = try JSONValue(parsing: bytes)
    hold("JSON changes when written") { try JSONValue(parsing: value.bytes) == value }
    hold("indented JSON differs") { try JSONValue(parsing: value.prettyText) == value }
  }

  private static func readsJSONEvent(_ bytes: [UInt8]) throws {
    let event = try Event(json: JSONValue(parsing: bytes))
    hold("an event differs in CBOR") {
      try CBOR.decode(Event.self, from: CBOR.encode(event)) == event
    }
  }

  private static func readsText(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    if let raw = Hex.decode(text) {
      hold("hex differs") { Hex.encode(raw).lowercased() == text.lowercased() }
    }
    if let raw = Base32.decode(text) {
      hold("base 32 has two texts") { Base32.encode(raw) == text }
    }
    if let address = Address(hex: text) {
      hold("an address differs in text") { Address(hex: address.checksummed) == address }
    }
    let digest = try PrintedID.parse("order", text)
    hold("an id has two texts") { PrintedID.full("order", digest) == text }
  }

  /// 65 bytes of signature and 32 of digest: recovery may fail, but must not trap.
  private static func readsSignature(_ bytes: [UInt8]) throws {
    guard bytes.count >= 97, let digest = Bytes32(bytes[65..<97]) else { return }
    let signature = try Signature(Array(bytes[..<65]))
    let key = try signature.recoverKey(digest: digest)
    hold("two signers") { try key.address == signature.recover(digest: digest) }
  }
}

/// What must be true of anything that was accepted. To throw here is as wrong as to be false: the
/// bytes were accepted a moment before.
func hold(_ claim: String, _ isTrue: () throws -> Bool) {
  let holds = (try? isTrue()) ?? false
  precondition(holds, claim)
}
