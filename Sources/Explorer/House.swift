// What the pages read: the log, the lists, and what the node says about itself.

public import Archive
public import Chain
import Kernel
public import Primitives

/// Everything behind the pages. Node gives these to it.
public struct House: Sendable {
  public var records: any Records
  public var listings: any Listings
  public var genesis: Genesis { didSet { network = genesis.network } }
  /// The name of the network, which is a hash over all of its genesis: made once.
  private(set) var network: Bytes32
  public var version: String
  /// Whether time moves by steps, as in the demo.
  public var isStepped: Bool
  public var hasFaucet: Bool
  /// Where visitors buy; nil where nobody sells to them.
  public var counter: (any Counter)?
  /// Names under which the site is reached, beside numbers and `localhost`: forms from elsewhere
  /// are refused.
  public var names: [String]
  /// The wall clock: ages are counted from here.
  public var now: @Sendable () -> Time
  /// Samples of the node's last hour, oldest first.
  public var vitals: @Sendable () -> [Vital] = { [] }
  /// The OpenAPI document of the node.
  public var api: @Sendable () -> JSONValue? = { nil }

  public init(
    records: any Records, listings: any Listings, genesis: Genesis, version: String,
    isStepped: Bool = false, hasFaucet: Bool = false,
    counter: (any Counter)? = nil, names: [String] = [], now: @escaping @Sendable () -> Time
  ) {
    self.records = records
    self.listings = listings
    self.genesis = genesis
    network = genesis.network
    self.version = version
    self.isStepped = isStepped
    self.hasFaucet = hasFaucet
    self.counter = counter
    self.names = names
    self.now = now
  }
}

extension House {
  /// What a holder has in dollars, in their millionths.
  func balance(_ holder: Holder) throws -> UInt64 {
    let key = BalanceKey(holder, .dollar).keyBytes
    return try row(Balance.self, "balances", key)?.amount.units ?? 0
  }

  /// A row in its type; a row that does not decode is the node's fault.
  func row<Row: Fielded>(
    _ type: Row.Type, _ table: String, _ key: [UInt8]
  ) throws -> Row? {
    try records.row(table, key: key).value.map { try CBOR.decode(type, from: $0) }
  }
}
