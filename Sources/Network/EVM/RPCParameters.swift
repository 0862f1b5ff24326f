// Reads the parameters of a method: positions, hex, and the names of blocks.

import Primitives

/// The list behind `params`.
struct RPCParameters: Sendable {
  /// Which block a request means.
  enum Block: Hashable {
    case latest
    case height(UInt64)
    case hash(Bytes32)
  }

  private let values: [JSONValue]

  init(_ json: JSONValue?) throws(RPCError) {
    switch json {
    case .none, .null: values = []
    case .array(let list): values = list
    default: throw RPCError(.invalidParameters, "params is a list")
    }
  }

  subscript(_ index: Int) -> JSONValue? {
    guard values.indices.contains(index), values[index] != .null else { return nil }
    return values[index]
  }

  private static func bad(_ what: String) -> RPCError {
    RPCError(.invalidParameters, "\(what) cannot be read")
  }

  func address(_ index: Int) throws(RPCError) -> Address {
    try RPCParameters.address(self[index])
  }

  func hash(_ index: Int) throws(RPCError) -> Bytes32 { try RPCParameters.hash(self[index]) }

  func bytes(_ index: Int) throws(RPCError) -> [UInt8] { try RPCParameters.bytes(self[index]) }

  func block(_ index: Int) throws(RPCError) -> Block { try RPCParameters.block(self[index]) }

  /// Checksums are not asked for: libraries send what their users typed.
  static func address(_ json: JSONValue?) throws(RPCError) -> Address {
    guard let text = json?.string, let bytes = Hex.decode(text), let address = Address(bytes)
    else { throw bad("the address") }
    return address
  }

  static func hash(_ json: JSONValue?) throws(RPCError) -> Bytes32 {
    guard let hash = json?.string.flatMap(Bytes32.init(hex:)) else { throw bad("the hash") }
    return hash
  }

  static func bytes(_ json: JSONValue?) throws(RPCError) -> [UInt8] {
    guard let bytes = json?.string.flatMap(Hex.decode) else { throw bad("the data") }
    return bytes
  }

  /// `0x` and digits, or a JSON number.
  static func quantity(_ json: JSONValue?) throws(RPCError) -> UInt256 {
    if let small = json?.uint64 { return UInt256(small) }
    guard let text = json?.string, text.hasPrefix("0x"), (3...66).contains(text.utf8.count) else {
      throw bad("the number")
    }
    let digits = String(repeating: "0", count: 66 - text.utf8.count) + text.dropFirst(2)
    guard let word = Bytes32(hex: "0x" + digits) else { throw bad("the number") }
    return UInt256(word)
  }

  static func small(_ json: JSONValue?) throws(RPCError) -> UInt64 {
    guard let value = try quantity(json).uint64 else { throw bad("the number") }
    return value
  }

  /// A tag, a height, or an object that names one of height and hash (EIP-1898).
  static func block(_ json: JSONValue?) throws(RPCError) -> Block {
    guard let json else { return .latest }
    switch json.string {
    case "latest", "pending", "safe", "finalized": return .latest
    case "earliest": return .height(0)
    default: break
    }
    if json.members != nil {
      if let hash = json["blockHash"] { return .hash(try self.hash(hash)) }
      return .height(try small(json["blockNumber"]))
    }
    return .height(try small(json))
  }
}

extension JSONValue {
  /// A number as Ethereum writes it: hex without leading zeros.
  static func quantity(_ value: UInt64) -> JSONValue {
    .string("0x" + String(value, radix: 16))
  }

  static func quantity(_ value: UInt256) -> JSONValue {
    let digits = Hex.digits(value.bytes32.bytes).drop { $0 == "0" }
    return .string("0x" + (digits.isEmpty ? "0" : digits))
  }

  static func hex(_ bytes: [UInt8]) -> JSONValue { .string(Hex.encode(bytes)) }
  static func hex(_ word: Bytes32) -> JSONValue { .string("\(word)") }
  static func hex(_ address: Address) -> JSONValue { .string(address.checksummed) }
}
