// What a call of a contract carries: a selector and words, read strictly and written back alike.

/// The types of arguments that our contracts take and give.
public enum ABIType: Hashable, Sendable {
  case address
  /// An unsigned integer of that many bits, 8 to 256.
  case uint(Int)
  /// Exactly that many bytes, 1 to 32, at the left of a word.
  case fixedBytes(Int)
  case bool
  case bytes
  case string

  public static let uint256 = ABIType.uint(256)
  public static let bytes32 = ABIType.fixedBytes(32)

  /// The name in a signature.
  public var name: String {
    switch self {
    case .address: "address"
    case .uint(let bits): "uint\(bits)"
    case .fixedBytes(let count): "bytes\(count)"
    case .bool: "bool"
    case .bytes: "bytes"
    case .string: "string"
    }
  }

  /// Whether the word is an offset to what stands behind all words.
  public var isDynamic: Bool { self == .bytes || self == .string }
}

/// An argument.
public enum ABIValue: Hashable, Sendable {
  case address(Address)
  case number(UInt256)
  /// A word of fixed bytes, filled up with zeros at the right.
  case word(Bytes32)
  case bool(Bool)
  case bytes([UInt8])
  case string(String)

  public static func number(_ value: UInt64) -> ABIValue { .number(UInt256(value)) }
}

/// The coding of arguments (Solidity, "Contract ABI Specification").
public enum ABI {
  public static let wordBytes = 32
  public static let selectorBytes = 4

  /// The first four bytes of the hash of `transfer(address,uint256)`.
  public static func selector(of signature: String) -> [UInt8] {
    Array(Keccak256.hash(signature).bytes.prefix(selectorBytes))
  }

  public static func encode(_ values: [ABIValue]) -> [UInt8] {
    var head: [UInt8] = []
    var tail: [UInt8] = []
    let headBytes = values.count * wordBytes
    for value in values {
      switch value {
      case .address(let address): head += address.padded.bytes
      case .number(let number): head += number.bytes32.bytes
      case .word(let word): head += word.bytes
      case .bool(let flag): head += UInt256(flag ? 1 : 0).bytes32.bytes
      case .bytes(let bytes): append(bytes, headBytes, &head, &tail)
      case .string(let text): append(Array(text.utf8), headBytes, &head, &tail)
      }
    }
    return head + tail
  }

  private static func append(
    _ bytes: [UInt8], _ headBytes: Int, _ head: inout [UInt8], _ tail: inout [UInt8]
  ) {
    head += UInt256(UInt64(headBytes + tail.count)).bytes32.bytes
    tail += UInt256(UInt64(bytes.count)).bytes32.bytes
    tail += bytes
    tail += [UInt8](repeating: 0, count: padding(after: bytes.count))
  }

  private static func padding(after count: Int) -> Int {
    (wordBytes - count % wordBytes) % wordBytes
  }

  /// Reads arguments, and refuses what `encode` would not have written: dirty padding, offsets
  /// that overlap or leave gaps, numbers too wide for their type, bytes behind the end.
  public static func decode(
    _ bytes: [UInt8], _ types: [ABIType]
  ) throws(Refusal) -> [ABIValue] {
    var values: [ABIValue] = []
    values.reserveCapacity(types.count)
    for (index, type) in types.enumerated() {
      values.append(try value(type, at: index * wordBytes, in: bytes))
    }
    let written = encode(values)
    guard written == bytes else {
      let agreeing = zip(written, bytes).prefix { $0 == $1 }.count
      throw .malformed(at: agreeing)
    }
    return values
  }

  private static func value(
    _ type: ABIType, at offset: Int, in bytes: [UInt8]
  ) throws(Refusal) -> ABIValue {
    let word = try self.word(at: offset, in: bytes)
    switch type {
    case .address:
      let address = Address(lastBytesOf: word)
      guard address.padded == word else { throw .malformed(at: offset) }
      return .address(address)
    case .uint(let bits):
      guard UInt256(word).bitWidth <= bits else { throw .malformed(at: offset) }
      return .number(UInt256(word))
    case .fixedBytes(let count):
      guard word.bytes.dropFirst(count).allSatisfy({ $0 == 0 }) else {
        throw .malformed(at: offset)
      }
      return .word(word)
    case .bool:
      guard let flag = UInt256(word).uint64, flag <= 1 else { throw .malformed(at: offset) }
      return .bool(flag == 1)
    case .bytes: return .bytes(try run(at: word, offset, in: bytes))
    case .string:
      let letters = try run(at: word, offset, in: bytes)
      guard let text = String(validating: letters, as: UTF8.self) else {
        throw .malformed(at: offset)
      }
      return .string(text)
    }
  }

  private static func word(at offset: Int, in bytes: [UInt8]) throws(Refusal) -> Bytes32 {
    guard offset <= bytes.count - wordBytes, let word = Bytes32(bytes[offset..<offset + wordBytes])
    else { throw .malformed(at: offset) }
    return word
  }

  /// The bytes at an offset, behind their length.
  private static func run(
    at place: Bytes32, _ offset: Int, in bytes: [UInt8]
  ) throws(Refusal) -> [UInt8] {
    guard let start = UInt256(place).uint64.flatMap({ Int(exactly: $0) }), start <= bytes.count
    else { throw .malformed(at: offset) }
    let length = UInt256(try word(at: start, in: bytes)).uint64.flatMap { Int(exactly: $0) }
    guard let length, length <= bytes.count - start - wordBytes else {
      throw .malformed(at: start)
    }
    return Array(bytes[start + wordBytes..<start + wordBytes + length])
  }
}
