// What answers at an address of Ethereum's: our own code, found by address and selector.

public import Kernel
public import Primitives

/// Native code behind an address. Another registry is one value of this type in a file of its own,
/// and a line in `Contracts`.
public struct Contract: Sendable {
  public let name: String
  public let address: Address
  public let functions: [ContractFunction]
  /// What a message that was done shows in the log of events.
  public let logs: @Sendable (Message) -> [ContractLog]
  /// Refuses what the ledger would refuse now, as far as it can be seen from the rows.
  public let foresee: Foresight

  /// The amount is what the message costs beside what it moves.
  public typealias Foresight = @Sendable (Message, Amount, any ContractState) throws -> Void

  public init(
    _ name: String, at address: Address, _ functions: [ContractFunction],
    logs: @escaping @Sendable (Message) -> [ContractLog] = { _ in [] },
    foresee: @escaping Foresight = { _, _, _ in }
  ) {
    self.name = name
    self.address = address
    self.functions = functions
    self.logs = logs
    self.foresee = foresee
  }

  /// The function that the first four bytes name, with its arguments read.
  public func call(
    _ data: [UInt8]
  ) throws(Refusal) -> (function: ContractFunction, arguments: [ABIValue]) {
    let selector = Array(data.prefix(ABI.selectorBytes))
    guard let function = functions.first(where: { $0.selector == selector }) else {
      throw .unknownFunction(selector)
    }
    let rest = Array(data.dropFirst(ABI.selectorBytes))
    return (function, try ABI.decode(rest, function.arguments))
  }
}

/// One function of a contract.
public struct ContractFunction: Sendable {
  public typealias View = @Sendable ([ABIValue], any ContractState) throws -> [ABIValue]
  public typealias Translation = @Sendable (ContractCall) throws(Refusal) -> Message

  public enum Body: Sendable {
    /// Reads and changes nothing.
    case view(View)
    /// Becomes a message of the ledger; what it returns where somebody only tries it.
    case message(Translation, returns: [ABIValue])
  }

  /// As in Solidity: `transfer(address,uint256)`.
  public let signature: String
  public let selector: [UInt8]
  public let arguments: [ABIType]
  public let body: Body

  /// - Parameter tuple: the members of a struct that stands before the arguments. None of them is
  ///   dynamic, so they are read as arguments are.
  private init(_ name: String, tuple: [ABIType] = [], _ arguments: [ABIType], _ body: Body) {
    let members = tuple.isEmpty ? [] : ["(" + tuple.map(\.name).joined(separator: ",") + ")"]
    signature = name + "(" + (members + arguments.map(\.name)).joined(separator: ",") + ")"
    selector = ABI.selector(of: signature)
    self.arguments = tuple + arguments
    self.body = body
  }

  public static func view(
    _ name: String, tuple: [ABIType] = [], _ arguments: ABIType..., body: @escaping View
  ) -> ContractFunction {
    ContractFunction(name, tuple: tuple, arguments, .view(body))
  }

  public static func message(
    _ name: String, tuple: [ABIType] = [], _ arguments: ABIType..., returns: [ABIValue] = [],
    body: @escaping Translation
  ) -> ContractFunction {
    ContractFunction(name, tuple: tuple, arguments, .message(body, returns: returns))
  }
}

/// A call that shall become a message.
public struct ContractCall: Sendable {
  public let sender: Address
  public let nonce: UInt64
  public let chainId: UInt256
  public let arguments: [ABIValue]

  public init(sender: Address, nonce: UInt64, chainId: UInt256, arguments: [ABIValue]) {
    self.sender = sender
    self.nonce = nonce
    self.chainId = chainId
    self.arguments = arguments
  }

  /// The head of a message that is void once the nonce is used: foreign calls name no moment.
  public var head: Head { Head(from: sender, sequence: nonce, validUntil: .never) }
}

/// What views read: rows of the state as they were after a block.
public protocol ContractState {
  var chainId: UInt64 { get }
  func row(_ table: String, key: [UInt8]) throws -> [UInt8]?
}

extension ContractState {
  public func row<Row: Fielded>(
    _ type: Row.Type, _ table: String, _ key: [UInt8]
  ) throws -> Row? {
    try row(table, key: key).map { try CBOR.decode(type, from: $0) }
  }
}

/// An event of a contract, as wallets and indexers look for it.
public struct ContractLog: Hashable, Sendable {
  public let address: Address
  /// The hash of the event's signature, then what it is found by.
  public let topics: [Bytes32]
  public let data: [UInt8]

  public init(_ signature: String, of address: Address, _ indexed: [Bytes32], data: [ABIValue]) {
    self.address = address
    topics = [Keccak256.hash(signature)] + indexed
    self.data = ABI.encode(data)
  }
}

// MARK: - Arguments

/// The type of each argument was checked when the call was read, so a value of another kind is
/// the fault of the table; it is refused like a call that cannot be read.
extension ABIValue {
  public var address: Address {
    get throws(Refusal) {
      guard case .address(let address) = self else { throw .malformed(at: 0) }
      return address
    }
  }

  public var number: UInt256 {
    get throws(Refusal) {
      guard case .number(let number) = self else { throw .malformed(at: 0) }
      return number
    }
  }

  public var word: Bytes32 {
    get throws(Refusal) {
      guard case .word(let word) = self else { throw .malformed(at: 0) }
      return word
    }
  }

  public var bytes: [UInt8] {
    get throws(Refusal) {
      guard case .bytes(let bytes) = self else { throw .malformed(at: 0) }
      return bytes
    }
  }

  /// An amount of dollars; what no balance can hold is refused.
  public var amount: Amount {
    get throws(Refusal) {
      guard let units = try number.uint64 else { throw .overflow }
      return Amount(units)
    }
  }
}
