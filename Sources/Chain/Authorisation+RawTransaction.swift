// Messages that came as a signed Ethereum transaction: what it says is what the message must be.

import Kernel
public import Primitives

extension SignedMessage {
  /// The message that the bytes of a transaction stand for. Its sender is who signed them.
  public init(transaction bytes: [UInt8], domain: EIP712.Domain) throws(Refusal) {
    let transaction = try EthereumTransaction(decoding: bytes)
    var authorisation = Authorisation()
    authorisation.kind = AuthorisationKind.rawTransaction.rawValue
    authorisation.signature = bytes
    let sender = try transaction.sender()
    self.init(try Message(transaction, from: sender, domain: domain), authorisation)
  }

  /// The transaction by which the message came; nil where it came otherwise.
  public var transaction: EthereumTransaction? {
    guard authorisation.kind == AuthorisationKind.rawTransaction.rawValue else { return nil }
    return try? EthereumTransaction(decoding: authorisation.signature)
  }

  /// The name under which Ethereum's software asks for the message: the hash of the transaction's
  /// bytes, or the message's own id where it came without one.
  public var transactionHash: Bytes32 {
    authorisation.kind == AuthorisationKind.rawTransaction.rawValue
      ? Keccak256.hash(authorisation.signature) : id
  }

  /// Who signed the transaction, once it is found to say what the message says.
  func sender(byTransactionIn domain: EIP712.Domain) throws(Refusal) -> Address {
    let transaction = try EthereumTransaction(decoding: authorisation.signature)
    let sender = try transaction.sender()
    guard try Message(transaction, from: sender, domain: domain).encoded == bytes else {
      throw .notTheTransaction
    }
    return sender
  }
}

extension Refusal {
  /// The transaction says something else than the message that came with it.
  static var notTheTransaction: Refusal { Refusal("notTheTransaction") }

  /// Gas limit times price is less than what the message costs.
  public static func feeTooLow(offered: Amount, needs: Amount) -> Refusal {
    Refusal("feeTooLow", ["offered": offered.units, "needs": needs.units])
  }
}
