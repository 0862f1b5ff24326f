// What a network begins with; the hash of it is the network's name.

public import Kernel
import Market
public import Primitives

/// An asset that the ledger counts.
public struct GenesisAsset: Fielded, Hashable {
  public static let typeName = "GenesisAsset"
  public var asset = Asset.dollar
  public var name = ""
  /// Decimal places of its unit: 6 for millionths.
  public var decimals: UInt8 = 6

  public init() {}

  public init(_ asset: Asset, name: String, decimals: UInt8 = 6) {
    self.asset = asset
    self.name = name
    self.decimals = decimals
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("asset", &asset)
    try v("name", &name)
    try v("decimals", &decimals)
  }
}

/// Money that an account has from the start.
public struct GenesisFund: Fielded, Hashable {
  public static let typeName = "GenesisFund"
  public var account = Address.zero
  public var asset = Asset.dollar
  public var amount = Amount()

  public init() {}

  public init(_ account: Address, _ amount: Amount, _ asset: Asset = .dollar) {
    self.account = account
    self.asset = asset
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("asset", &asset)
    try v("amount", &amount)
  }
}

/// The constitution of a network. Its canonical bytes are hashed; its file is JSON.
public struct Genesis: Fielded, Hashable {
  public static let typeName = "Genesis"
  /// The format that this code writes, and the newest that it reads.
  public static let currentFormat: UInt64 = 1

  public private(set) var format = Genesis.currentFormat
  public var chainId: UInt64 = 0
  /// The moment from which block time counts up.
  public var time = Time()
  public var `operator` = Address.zero
  /// Whose word counts that a blob is stored.
  public var custodians: [Address] = []
  public var terms = Terms.standard
  public var assets: [GenesisAsset] = []
  public var funds: [GenesisFund] = []
  /// E before the first block.
  public var beacon = Bytes32()
  /// What the first link of the operator's hash chain hashes to.
  public var anchor = Bytes32()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try Format.check(format, known: Genesis.currentFormat)
    try v("chainId", &chainId)
    try v("time", &time)
    try v("operator", &`operator`)
    try v("custodians", &custodians)
    try v("terms", &terms)
    try v("assets", &assets)
    try v("funds", &funds)
    try v("beacon", &beacon)
    try v("anchor", &anchor)
  }

  /// The network's id.
  public var network: Bytes32 { contentHash }

  /// Where signatures of this network count, and nowhere else.
  public var domain: EIP712.Domain {
    EIP712.Domain(
      name: "Tolsey", version: "1", chainId: chainId,
      verifyingContract: Address(lastBytesOf: network))
  }

  var charter: Charter {
    Charter(network: network, operator: `operator`, custodians: custodians)
  }
}

extension Genesis {
  /// Refuses a genesis on which no honest network could run.
  public func check() throws(Refusal) {
    guard chainId > 0 else { throw .genesisLacks("chainId") }
    guard `operator` != .zero else { throw .genesisLacks("operator") }
    guard !custodians.isEmpty, !custodians.contains(.zero) else {
      throw .genesisLacks("custodians")
    }
    guard beacon != .zero else { throw .genesisLacks("beacon") }
    guard anchor != .zero else { throw .genesisLacks("anchor") }
    guard assets.first?.asset == .dollar, assets.first?.decimals == 6 else {
      throw .genesisLacks("dollar")
    }
    guard Set(custodians).count == custodians.count else { throw .genesisRepeats("custodians") }
    guard Set(assets.map(\.asset)).count == assets.count else { throw .genesisRepeats("assets") }
    let names = Set(assets.map { Array($0.name.utf8) })
    guard names.count == assets.count, !names.contains([]) else { throw .genesisRepeats("names") }
    try checkFunds()
    try TermsCheck.refusal(of: terms)
  }

  private func checkFunds() throws(Refusal) {
    let known = Set(assets.map(\.asset))
    var seen: Set<GenesisFund> = []
    for fund in funds {
      guard fund.account != .zero, fund.amount > .zero else { throw .genesisLacks("funds") }
      guard known.contains(fund.asset) else {
        throw .unknownAsset(UInt64(fund.asset.number))
      }
      let place = GenesisFund(fund.account, .zero, fund.asset)
      guard seen.insert(place).inserted else { throw .genesisRepeats("funds") }
    }
  }

  /// The file, as people read and edit it.
  public var file: String { json.prettyText }

  /// Reads the file; formatting does not matter, since the hash is of the canonical bytes.
  public init(file bytes: [UInt8]) throws(Refusal) {
    // A newer file has fields that this code does not know; its number is read first.
    try self.init(json: try JSONValue(parsing: bytes))
    try check()
  }
}

/// The numbers that say how files and headers are to be read.
public enum Format {
  /// A format that came after this code is refused by its number.
  static func check(_ format: UInt64, known: UInt64) throws(Refusal) {
    guard format > 0 else { throw Refusal("noFormat") }
    guard format <= known else {
      throw Refusal("newerFormat", ["format": format, "known": known])
    }
  }
}

extension Refusal {
  /// A genesis without something that it must have; the number bears its name.
  static func genesisLacks(_ name: String) -> Refusal {
    Refusal("genesisLacks", [Number(name, 0)])
  }

  /// A genesis that has something twice; the number bears its name.
  static func genesisRepeats(_ name: String) -> Refusal {
    Refusal("genesisRepeats", [Number(name, 0)])
  }

  /// No asset of the network has that number.
  static func unknownAsset(_ number: UInt64) -> Refusal {
    Refusal("unknownAsset", ["asset": number])
  }
}
