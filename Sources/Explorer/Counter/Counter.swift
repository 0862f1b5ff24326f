// The counter: where a visitor of the pages buys a run. Node stands behind it.

public import Market
public import Primitives

/// What the pages need of whoever sells to visitors.
///
/// A ticket is found by its name alone, which nobody can guess: who knows it sees the drawing and
/// the answer, so it stands in no list and in nobody else's page.
public protocol Counter: Sendable {
  /// What can be bought now, and by whom.
  func stock() async throws(Missing) -> CounterStock
  /// Buys with a test account; gives the name of the ticket.
  func buy(_ order: CounterOrder) async throws(Missing) -> String
  /// Makes everything ready that a wallet has to sign.
  func prepare(_ order: CounterOrder, for wallet: Address) async throws(Missing) -> CounterPaper
  /// Takes the wallet's signatures, one for each document, in their order.
  func complete(_ ticket: String, _ signatures: [String]) async throws(Missing)
  /// Nil where there is no such ticket any more.
  func ticket(_ name: String) async -> CounterTicket?
}

/// One way to buy a run.
public struct CounterWare: Hashable, Sendable {
  /// What the form sends: `open`, `replicated`, `disputable`.
  public var name: String
  public var check: CheckTerms
  public var model: Bytes32
  /// Of one provider.
  public var price: Amount
  /// What it can cost at most: every seat, and an audit where there may be one.
  public var most: Amount
  /// Whether providers bid for it; otherwise an offer stands.
  public var isAuction: Bool
  /// Providers that sell it now.
  public var providers: UInt64
  /// Seconds until it is over, were everybody honest.
  public var seconds: UInt64

  public init(
    name: String, check: CheckTerms, model: Bytes32, price: Amount, most: Amount,
    isAuction: Bool, providers: UInt64, seconds: UInt64
  ) {
    self.name = name
    self.check = check
    self.model = model
    self.price = price
    self.most = most
    self.isAuction = isAuction
    self.providers = providers
    self.seconds = seconds
  }
}

/// An account that pays for visitors of a test node.
public struct CounterPurse: Hashable, Sendable {
  public var account: Address
  public var balance: Amount
  /// It pays for something at this moment, and does one thing at a time.
  public var isBusy: Bool

  public init(account: Address, balance: Amount, isBusy: Bool) {
    self.account = account
    self.balance = balance
    self.isBusy = isBusy
  }
}

/// All that the counter shows.
public struct CounterStock: Sendable {
  public var wares: [CounterWare]
  public var purses: [CounterPurse]
  /// Digits for who cannot draw, 64 numbers from 0 to 16 each.
  public var samples: [[UInt8]]
  /// What a wallet must be set to.
  public var chainID: UInt64

  public init(
    wares: [CounterWare], purses: [CounterPurse], samples: [[UInt8]], chainID: UInt64
  ) {
    self.wares = wares
    self.purses = purses
    self.samples = samples
    self.chainID = chainID
  }
}

/// The digit that a visitor brings.
public enum CounterInput: Hashable, Sendable {
  /// 64 numbers from 0 to 16, row by row.
  case pixels([UInt8])
  case sample(Int)
  /// `{"input_data": [[...]]}` or `.npy`.
  case file([UInt8])
}

/// What a visitor asks for.
public struct CounterOrder: Hashable, Sendable {
  public var ware: String
  public var input: CounterInput
  /// The price that the visitor was shown; nothing dearer is bought. Nil takes what it costs.
  public var most: Amount?
  /// The test account that shall pay; nil for any that is free.
  public var purse: Address?

  public init(ware: String, input: CounterInput, most: Amount? = nil, purse: Address? = nil) {
    self.ware = ware
    self.input = input
    self.most = most
    self.purse = purse
  }
}

/// What a wallet has to sign.
public struct CounterPaper: Sendable {
  public var ticket: String
  /// Typed data as `eth_signTypedData_v4` takes it.
  public var documents: [JSONValue]
  public var chainID: UInt64

  public init(ticket: String, documents: [JSONValue], chainID: UInt64) {
    self.ticket = ticket
    self.documents = documents
    self.chainID = chainID
  }
}

/// How far a purchase is.
public enum CounterStage: String, Sendable {
  /// The wallet has not signed yet.
  case signing
  /// Handed to the node, in no block yet.
  case starting
  case underway
  /// Settled, with a receipt.
  case done
  case failed

  public var isOver: Bool { self == .done || self == .failed }
}

/// What the model said.
public struct CounterAnswer: Hashable, Sendable {
  public var digit: Int
  /// How much of the model's belief each digit has, in parts per million.
  public var shares: [UInt64]

  public init(digit: Int, shares: [UInt64]) {
    self.digit = digit
    self.shares = shares
  }
}

/// A purchase from the first click to the receipt.
public struct CounterTicket: Sendable {
  public var name: String
  public var stage: CounterStage
  public var pixels: [UInt8]
  public var check: CheckTerms
  public var payer: Address
  public var isWallet: Bool
  /// The order, or the message that took the offer; nil until a block holds it.
  public var road: Bytes32?
  /// Nil until it is known.
  public var run: Bytes32?
  /// It may come before the end: then the money still waits.
  public var answer: CounterAnswer?
  /// The most that it can cost.
  public var most: Amount
  /// What it cost, tolls left out; nil until the end.
  public var cost: Amount?
  /// Why there is no answer; nil while there may be one.
  public var trouble: Missing?

  public init(
    name: String, stage: CounterStage, pixels: [UInt8], check: CheckTerms, payer: Address,
    isWallet: Bool, most: Amount
  ) {
    self.name = name
    self.stage = stage
    self.pixels = pixels
    self.check = check
    self.payer = payer
    self.isWallet = isWallet
    self.most = most
  }
}
