// Messages as bytes and as JSON, both ways, and the id that follows from the bytes.

import Kernel
public import Primitives

extension Message {
  /// The array of kind and content.
  public var encoded: [UInt8] { Message.encode(content) }

  /// Hash of the canonical bytes, without any signature: two signatures make no two messages.
  public var id: Bytes32 { SHA256.hash(encoded) }

  private static func encode(_ content: some MessageContent) -> [UInt8] {
    CBOR.encode(kind: type(of: content).kind, content)
  }

  /// Reads canonical bytes; a number that stands for no kind is refused by it.
  public init(decoding bytes: [UInt8], limit: Int = .max) throws(Refusal) {
    guard bytes.count <= limit else { throw .tooLong(bytes.count, limit: limit) }
    let number = try CBOR.kind(of: bytes)
    guard let kind = MessageKind(rawValue: number) else { throw .unknownMessage(kind: number) }
    self = try kind.read(CanonicalReader(bytes: bytes))
  }

  /// What a wallet signs (EIP-712): each kind is its own primary type.
  public func digest(domain: EIP712.Domain) -> Bytes32 { Message.digest(content, domain) }

  /// The document for a wallet's `eth_signTypedData_v4`.
  public func typedData(domain: EIP712.Domain) -> JSONValue {
    Message.typedData(content, domain)
  }

  private static func digest(
    _ content: some MessageContent, _ domain: EIP712.Domain
  ) -> Bytes32 { content.digest(domain: domain) }

  private static func typedData(
    _ content: some MessageContent, _ domain: EIP712.Domain
  ) -> JSONValue { content.typedData(domain: domain) }
}

extension Message {
  /// `{"kind": "PlaceOrder", "content": {…}}`
  public var json: JSONValue {
    ["kind": .string(type(of: content).typeName), "content": Message.json(content)]
  }

  private static func json(_ content: some MessageContent) -> JSONValue { content.json }

  public init(json: JSONValue) throws(Refusal) {
    guard let name = json["kind"]?.string else { throw .missingField("kind") }
    guard let kind = MessageKind(name: name) else { throw .unknownMessage(name: name) }
    guard let content = json["content"] else { throw .missingField("content") }
    self = try kind.read(JSONContentReader(json: content))
  }
}

/// Reads the content behind its kind from canonical bytes.
private struct CanonicalReader: MessageReader {
  let bytes: [UInt8]

  func read<M: MessageContent>(_ type: M.Type) throws(Refusal) -> M {
    try CBOR.decode(M.self, kind: M.kind, from: bytes)
  }
}

private struct JSONContentReader: MessageReader {
  let json: JSONValue

  func read<M: MessageContent>(_ type: M.Type) throws(Refusal) -> M { try M(json: json) }
}

extension Refusal {
  /// A number that stands for no kind of message here; a newer node may know it.
  static func unknownMessage(kind: UInt8) -> Refusal {
    Refusal("unknownMessage", ["kind": UInt64(kind)])
  }

  /// A name that stands for no kind of message; the name travels as that of the number.
  static func unknownMessage(name: String) -> Refusal {
    Refusal("unknownMessageName", [Number(String(name.prefix(64)), 0)])
  }
}
