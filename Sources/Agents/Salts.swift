// Secrets that their owner derives anew at any time, so that no file is needed to open a seal.

import Market
public import Primitives

/// Salts and content keys of one account.
public struct Salts: Sendable {
  private let secret: Bytes32

  public init(_ key: PrivateKey) { secret = key.secret }

  /// For what already has an id: a bid, a run.
  public func of(_ object: Bytes32, _ use: String) -> Bytes32 {
    HMAC.sha256(key: secret, message: object.bytes + Array(use.utf8))
  }

  /// For what a message commits to before it has an id: by its place in a lane.
  public func of(
    network: Bytes32, lane: UInt8, sequence: UInt64, _ use: String, _ more: [UInt8] = []
  ) -> Bytes32 {
    HMAC.sha256(
      key: secret,
      message: network.bytes + [lane] + bigEndianBytes(sequence) + Array(use.utf8)
        + more)
  }
}
