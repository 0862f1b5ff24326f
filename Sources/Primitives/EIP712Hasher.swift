// Hashes a field list word by word, as `hashStruct` of EIP-712 says.

/// The visitor that hashes. Each field becomes one word of 32 bytes.
struct EIP712Hasher: FieldVisitor {
  var sponge = Keccak256()
  /// The last word, which an integer of a foreign width is read back from.
  var last = Bytes32.zero

  /// The hash of a struct whose type hash is known.
  static func hash<T: Fielded>(_ value: inout T, _ typeHash: Bytes32) -> Bytes32 {
    var hasher = EIP712Hasher()
    hasher.sponge.update(typeHash)
    hasher.walk(&value)
    return hasher.sponge.finalize()
  }

  private mutating func walk<T: Fielded>(_ value: inout T) {
    do throws(Refusal) {
      try value.fields(&self)
    } catch {
      preconditionFailure("\(T.typeName): its field list refused its own value: \(error.code)")
    }
  }

  mutating func add(_ word: Bytes32) {
    sponge.update(word)
    last = word
  }

  mutating func add(_ number: UInt64) { add(Bytes32(words: 0, 0, 0, number)) }

  /// A struct within a struct is its hash; a foreign integer is its number.
  static func word<T: Fielded>(_ value: inout T, _ typeHash: Bytes32?) -> Bytes32 {
    if let typeHash { return hash(&value, typeHash) }
    var hasher = EIP712Hasher()
    hasher.walk(&value)
    return hasher.last
  }

  static func typeHash<T: Fielded>(of type: T.Type) -> Bytes32? {
    EIP712.isInteger(T.typeName) ? nil : EIP712.typeHash(type)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Bool) throws(Refusal) {
    add(x ? 1 : 0)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt8) throws(Refusal) {
    add(UInt64(x))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt32) throws(Refusal) {
    add(UInt64(x))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt64) throws(Refusal) { add(x) }

  mutating func callAsFunction(_ name: StaticString, _ x: inout UInt256) throws(Refusal) {
    add(x.bytes32)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Bytes32) throws(Refusal) { add(x) }

  mutating func callAsFunction(_ name: StaticString, _ x: inout Address) throws(Refusal) {
    add(x.padded)
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt8]) throws(Refusal) {
    add(Keccak256.hash(x))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout String) throws(Refusal) {
    add(Keccak256.hash(x))
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [UInt64]) throws(Refusal) {
    var list = Keccak256()
    for value in x { list.update(Bytes32(words: 0, 0, 0, value)) }
    add(list.finalize())
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [Bytes32]) throws(Refusal) {
    var list = Keccak256()
    for value in x { list.update(value) }
    add(list.finalize())
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [Address]) throws(Refusal) {
    var list = Keccak256()
    for value in x { list.update(value.padded) }
    add(list.finalize())
  }

  mutating func callAsFunction(_ name: StaticString, _ x: inout [String]) throws(Refusal) {
    var list = Keccak256()
    for value in x { list.update(Keccak256.hash(value)) }
    add(list.finalize())
  }

  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout T) throws(Refusal) {
    add(EIP712Hasher.word(&x, EIP712Hasher.typeHash(of: T.self)))
  }

  mutating func callAsFunction<T: Fielded>(_ name: StaticString, _ x: inout [T]) throws(Refusal) {
    let typeHash = EIP712Hasher.typeHash(of: T.self)
    var list = Keccak256()
    for value in x {
      var value = value
      list.update(EIP712Hasher.word(&value, typeHash))
    }
    add(list.finalize())
  }
}
