// Typed ids: the hash of the content, with a short printable form that carries a checksum.

/// What an id names. The prefix is the first part of its printable form.
public protocol IDKind: Sendable {
  static var prefix: String { get }
}

/// The hash of an object's content, which cannot be taken for the id of another kind.
public struct ID<Kind: IDKind>: FieldConvertible, Hashable, Comparable, Sendable,
  CustomStringConvertible
{
  public var digest: Bytes32

  @inlinable public init() { digest = .zero }
  @inlinable public init(_ digest: Bytes32) { self.digest = digest }
  @inlinable public init(wire: Bytes32) throws(Refusal) { digest = wire }
  @inlinable public var wire: Bytes32 { digest }

  @inlinable
  public static func == (l: Self, r: Self) -> Bool { l.digest == r.digest }

  @inlinable
  public static func < (l: Self, r: Self) -> Bool { l.digest < r.digest }

  /// A digest is hashed already: its first word parts ids as well as all four do, and nobody can
  /// make many ids that begin alike.
  @inlinable
  public func hash(into hasher: inout Hasher) { hasher.combine(digest.leadingWord) }

  /// The full form, `order_` and 56 letters: 32 bytes and a checksum of three.
  public var description: String { PrintedID.full(Kind.prefix, digest) }

  /// The form for people: the first letters of the full one; any unique prefix is accepted.
  public var short: String { PrintedID.short(Kind.prefix, digest) }
}

/// The printable form of ids: Crockford base 32, lower case, with a typed prefix.
public enum PrintedID {
  /// The letters that the short form keeps after the prefix.
  public static let shortLetters = 10

  public static func full(_ prefix: String, _ digest: Bytes32) -> String {
    let check = checksum(prefix, digest)
    return prefix + "_" + Base32.encode(digest.bytes + check)
  }

  public static func short(_ prefix: String, _ digest: Bytes32) -> String {
    let text = full(prefix, digest)
    return String(text.prefix(prefix.count + 1 + shortLetters))
  }

  /// Reads the full form; a mistyped letter fails the checksum.
  public static func parse(_ prefix: String, _ text: String) throws(Refusal) -> Bytes32 {
    guard text.hasPrefix(prefix + "_") else { throw .badText() }
    let letters = String(text.dropFirst(prefix.count + 1))
    guard let raw = Base32.decode(letters), raw.count == 35,
      let digest = Bytes32(raw.prefix(32))
    else { throw .badText(at: prefix.count + 1) }
    guard Array(raw.suffix(3)) == checksum(prefix, digest) else {
      throw Refusal("badChecksum")
    }
    return digest
  }

  /// Three bytes that bind the letters to the digest and to its kind.
  static func checksum(_ prefix: String, _ digest: Bytes32) -> [UInt8] {
    let whole = SHA256.hash(Array("tolsey/id/1".utf8) + Array(prefix.utf8) + digest.bytes)
    return Array(whole.bytes.prefix(3))
  }
}
