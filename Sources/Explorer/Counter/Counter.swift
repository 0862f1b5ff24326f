// The counter: where a visitor of the pages buys a run. Node stands behind it.

public import Market
public import Primitives

/// What the pages need of whoever sells to visitors.
///
/// A ticket is found by its name alone, which nobody can guess: who knows it sees the drawing and
/// the answer, so it stands in no list and in nobody else's page.
public protocol Counter: Sendable {
  /// What can be bought now of a model, and by whom; nil for the one that is shown first.
  func stock(of model: Bytes32?) async throws(Missing) -> CounterStock
  /// Buys with a test account; gives the name of the ticket.
  func buy(_ order: CounterOrder) async throws(Missing) -> String
  /// Makes everything ready that a wallet has to sign.
  func prepare(_ order: CounterOrder, for wallet: Address) async throws(Missing) -> CounterPaper
  /// Takes the wallet's signatures, one for each document, in their order.
  func complete(_ ticket: String, _ signatures: [String]) async throws(Missing)
  /// Nil where there is no such ticket any more.
  func ticket(_ name: String) async -> CounterTicket?
}

/// A model that somebody sells.
public struct CounterModel: Hashable, Sendable {
  public var id: Bytes32
  /// What one input and one output have, in numbers.
  public var shape: [UInt64]
  public var inputs: Int
  public var outputs: Int
  /// The side of the square picture that its input is; nil for any other input.
  public var side: Int?
  /// Whether it is the model of this program, whose answers are digits.
  public var isDigits: Bool
  public var providers: UInt64

  public init(
    id: Bytes32, shape: [UInt64], inputs: Int, outputs: Int, side: Int?, isDigits: Bool,
    providers: UInt64
  ) {
    self.id = id
    self.shape = shape
    self.inputs = inputs
    self.outputs = outputs
    self.side = side
    self.isDigits = isDigits
    self.providers = providers
  }
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
  /// What is for sale, the one that is shown first among them.
  public var models: [CounterModel]
  /// The one whose wares these are.
  public var model: CounterModel?
  /// Models that are for sale and whose manifests nobody has published: nothing can be brought to
  /// their numbers here.
  public var hidden: [Bytes32]
  public var wares: [CounterWare]
  /// It is sold under `disputable` as well, and nobody stands ready to audit it: that is no ware.
  public var lacksAuditor = false
  public var purses: [CounterPurse]
  /// Digits for who cannot draw, 64 numbers from 0 to 16 each.
  public var samples: [[UInt8]]
  /// What a wallet must be set to.
  public var chainID: UInt64

  public init(
    models: [CounterModel], model: CounterModel?, hidden: [Bytes32] = [], wares: [CounterWare],
    purses: [CounterPurse], samples: [[UInt8]], chainID: UInt64
  ) {
    self.models = models
    self.model = model
    self.hidden = hidden
    self.wares = wares
    self.purses = purses
    self.samples = samples
    self.chainID = chainID
  }
}

/// What a visitor brings.
public enum CounterInput: Hashable, Sendable {
  /// A picture: numbers from 0 to 16, row by row.
  case pixels([UInt8])
  case sample(Int)
  /// `{"input_data": [[...]]}` or `.npy`.
  case file([UInt8])
}

/// What a visitor asks for.
public struct CounterOrder: Hashable, Sendable {
  /// Nil for the model that is shown first.
  public var model: Bytes32?
  public var ware: String
  public var input: CounterInput
  /// The price that the visitor was shown; nothing dearer is bought. Nil takes what it costs.
  public var most: Amount?
  /// The test account that shall pay; nil for any that is free.
  public var purse: Address?

  public init(
    model: Bytes32? = nil, ware: String, input: CounterInput, most: Amount? = nil,
    purse: Address? = nil
  ) {
    self.model = model
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
  /// How many more there will be, once the providers are known.
  public var later: Int
  public var chainID: UInt64

  public init(ticket: String, documents: [JSONValue], later: Int = 0, chainID: UInt64) {
    self.ticket = ticket
    self.documents = documents
    self.later = later
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
  /// The providers are drawn, and the wallet must sign the input for them.
  case handing
  /// Settled, with a receipt.
  case done
  case failed

  public var isOver: Bool { self == .done || self == .failed }
}

/// What the model said.
public struct CounterAnswer: Hashable, Sendable {
  /// The place of the greatest output.
  public var digit: Int
  /// How much of the model's belief each output has, in parts per million; empty where an answer
  /// is no choice between them.
  public var shares: [UInt64]
  /// The outputs as numbers, for who reads them.
  public var values: [String]

  public init(digit: Int, shares: [UInt64], values: [String] = []) {
    self.digit = digit
    self.shares = shares
    self.values = values
  }
}

/// A purchase from the first click to the receipt.
public struct CounterTicket: Sendable {
  public var name: String
  public var stage: CounterStage
  /// The picture that was brought, row by row; empty where it was none.
  public var pixels: [UInt8]
  public var model: Bytes32
  /// Whether its answers are digits.
  public var isDigits: Bool
  public var check: CheckTerms
  public var payer: Address
  public var isWallet: Bool
  /// The order, or the message that took the offer; nil until a block holds it.
  public var road: Bytes32?
  /// Nil until it is known.
  public var run: Bytes32?
  /// What the wallet has to sign now.
  public var documents: [JSONValue] = []
  /// It may come before the end: then the money still waits.
  public var answer: CounterAnswer?
  /// The most that it can cost.
  public var most: Amount
  /// What it cost, tolls left out; nil until the end.
  public var cost: Amount?
  /// Why there is no answer; nil while there may be one.
  public var trouble: Missing?

  public init(
    name: String, stage: CounterStage, pixels: [UInt8], model: Bytes32, isDigits: Bool,
    check: CheckTerms, payer: Address, isWallet: Bool, most: Amount
  ) {
    self.model = model
    self.isDigits = isDigits
    self.name = name
    self.stage = stage
    self.pixels = pixels
    self.check = check
    self.payer = payer
    self.isWallet = isWallet
    self.most = most
  }
}
