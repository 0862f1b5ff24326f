// A receiver's word that the key which gives its payers their money back is its own.

import Payments
import Primitives

/// "Who signs refunds of my channels at this door signs for me."
///
/// Anybody can name a receiver and a key of his own as its authorizer, and what it costs to carry
/// his deposits is his. A door's authorizer is a key that follows from its seller's, which nobody
/// else can see: so the seller says it, to the facilitator, beside each deposit that it brings.
enum AuthorizerWord {
  /// Its name in `extra` of what a facilitator is told that the seller asks for.
  static let name = "receiverAuthorizerSignature"

  static func digest(_ authorizer: Address, network: Bytes32) -> Bytes32 {
    MerkleTree.leaf(tag: "tolsey/authorizer/1", network.bytes + authorizer.bytes)
  }

  /// Said by the receiver's key.
  static func said(
    of authorizer: Address, network: Bytes32, by key: PrivateKey
  ) -> PaymentRequirements.Word {
    let signature = key.sign(digest: digest(authorizer, network: network))
    return PaymentRequirements.Word(name, Hex.encode(signature.bytes))
  }

  /// Whether the receiver of a channel said it of the channel's authorizer.
  static func holds(_ word: [UInt8], of config: ChannelConfig, network: Bytes32) -> Bool {
    guard !word.isEmpty, config.receiver != .zero else { return false }
    let digest = digest(config.receiverAuthorizer, network: network)
    return (try? Signature(word).recover(digest: digest)) == config.receiver
  }
}
