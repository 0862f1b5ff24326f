// The table of contracts, and what a transaction to any address means to the ledger.

import Kernel
import Payments
public import Primitives

/// Every contract of a network. To add one, write it in a file of its own and name it here.
public enum Contracts {
  public static func all(domain: EIP712.Domain) -> [Contract] {
    [DollarContract.contract, EscrowContract.contract, DoorContract.contract(domain: domain)]
  }

  public static func find(_ address: Address, domain: EIP712.Domain) -> Contract? {
    if address == DollarToken.address { return DollarContract.contract }
    return all(domain: domain).first { $0.address == address }
  }

  /// The events of a message that was done.
  public static func logs(of message: Message, domain: EIP712.Domain) -> [ContractLog] {
    all(domain: domain).flatMap { $0.logs(message) }
  }
}

extension Message {
  /// What a transaction asks of the ledger. Everything that it could not say in an Ethereum
  /// wallet's terms and mean here is refused by name.
  public init(
    _ transaction: EthereumTransaction, from sender: Address, domain: EIP712.Domain
  ) throws(Refusal) {
    guard transaction.chainId == domain.chainId else {
      throw .wrongChain(transaction.chainId, wanted: domain.chainId)
    }
    guard let target = transaction.to else { throw .contractCreation }
    guard let contract = Contracts.find(target, domain: domain) else {
      guard transaction.data.isEmpty else { throw .noContract }
      let head = Head(from: sender, sequence: transaction.nonce, validUntil: .never)
      let amount = try Gas.amount(ofWei: transaction.value)
      self = .transfer(Transfer(head, to: target, amount))
      return
    }
    guard transaction.value == .zero else { throw .valueWithCall }
    let (function, arguments) = try contract.call(transaction.data)
    guard case .message(let translation, _) = function.body else { throw .onlyAView }
    self = try translation(
      ContractCall(
        sender: sender, nonce: transaction.nonce, chainId: domain.chainId, arguments: arguments))
  }
}

extension Refusal {
  /// The transaction names another chain than the network's.
  static func wrongChain(_ got: UInt256, wanted: UInt256) -> Refusal {
    Refusal("wrongChain", ["got": got.uint64 ?? .max, "wanted": wanted.uint64 ?? .max])
  }

  /// There is no machine here that could run a contract.
  public static var contractCreation: Refusal { Refusal("contractCreation") }

  /// The transaction calls an address behind which nothing answers.
  public static var noContract: Refusal { Refusal("noContract") }

  /// The contract has no such function; the number bears the selector's digits.
  static func unknownFunction(_ selector: [UInt8]) -> Refusal {
    Refusal("unknownFunction", [Number(Hex.encode(selector), 0)])
  }

  /// A transaction with a call that only reads would cost and do nothing.
  static var onlyAView: Refusal { Refusal("onlyAView") }

  /// No function takes money along.
  public static var valueWithCall: Refusal { Refusal("valueWithCall") }
}
