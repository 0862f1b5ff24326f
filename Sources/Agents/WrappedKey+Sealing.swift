// Content keys between the parties of a lease: sealed by one, opened by the other.

public import Chain
import Ciphers
import Kernel
public import Market
public import Primitives

extension WrappedKey {
  /// The content key in it, for the holder of an account's key; nil where it holds none for him, or
  /// another than was promised.
  ///
  /// - Parameter account: the account, where the key is that of a session of it, to which the
  ///   account published that others may seal.
  public func contentKey(
    of content: Content, for reader: PrivateKey, as account: Address? = nil, network: Bytes32
  ) -> Bytes32? {
    switch scheme {
    case WrappedKey.clear:
      guard let key = Bytes32(bytes), ContentSalt.keyHash(of: key) == content.keyHash else {
        return nil
      }
      return key
    case WrappedKey.sealed:
      guard to == account ?? reader.address else { return nil }
      return KeyWrap.unwrap(
        bytes, promised: content.keyHash, for: to, with: SealingKey(of: reader),
        network: network)
    default: return nil
    }
  }
}

extension WrappedKey {
  /// A content key sealed to an account under the key that it published. To a key that hides
  /// nothing, or none at all, no secret is sealed: such a reader has to demand the key.
  public init(
    _ key: Bytes32, to reader: Address, publishing published: Bytes32, by sender: PrivateKey,
    network: Bytes32
  ) {
    let bytes =
      (try? KeyWrap.wrap(
        key, to: reader, sealingKey: published, network: network, by: sender))
      ?? [UInt8](repeating: 0, count: KeyWrap.byteCount)
    self.init(to: reader, scheme: WrappedKey.sealed, bytes: bytes)
  }
}

extension WrappedKey {
  /// Whether there is anything in it: what could not be sealed is all zeros.
  var holdsKey: Bool { bytes.contains { $0 != 0 } }
}

extension MarketClient {
  /// Seals a content key to an account under the key that it has published.
  public func wrap(
    _ key: Bytes32, to reader: Address, by sender: PrivateKey, network: Bytes32
  ) async throws -> WrappedKey {
    WrappedKey(
      key, to: reader, publishing: try await sealingKey(of: reader), by: sender,
      network: network)
  }
}

/// Sees to it that an account has published its sealing key before it deals with others.
public struct KeyNotice: Sendable {
  public private(set) var isPublished = false
  private var sentAt: UInt64?
  /// Blocks until it is sent again.
  private static let pause: UInt64 = 3

  public init() {}

  /// The message that publishes the key; nil while one is under way and once it stands.
  public mutating func due(
    of account: PrivateKey, _ client: any MarketClient, _ outbox: inout Outbox, _ news: BlockNews
  ) async throws -> SignedMessage? {
    if isPublished { return nil }
    let own = SealingKey(of: account).published
    if try await client.sealingKey(of: outbox.address) == own {
      isPublished = true
      return nil
    }
    // What is sealed to an account is its owner's to say: no session publishes a key.
    guard outbox.address == account.address else { return nil }
    if let sentAt, news.height < sentAt + KeyNotice.pause { return nil }
    sentAt = news.height
    return outbox.sign(
      .publishKey(PublishKey(try outbox.head(at: news.time), sealingKey: own)))
  }
}
