// A subnet as it stands, read from its rows: for its pages, and for whoever sums it up.

public import Archive
public import Kernel
public import Primitives
public import Subnets

/// A subnet with everybody in it.
public struct SubnetStanding: Sendable {
  /// One seat, with what stands behind it and what it says of others.
  public struct Seat: Sendable {
    public var uid: UInt64
    public var member: SubnetMember
    /// What is staked on it, and what was asked back and is not paid out yet.
    public var staked = Amount()
    public var leaving = Amount()
    /// The row of weights that counts; nil where there is none.
    public var weights: ShareRow?
    /// What it has sealed in the running epoch.
    public var sealed: Bytes32?
    /// What it sealed in the epoch before, and still has to open.
    public var owed: Bytes32?
  }

  public var number: UInt64
  public var subnet: Subnet
  public var seats: [Seat]
  /// What was routed to it; nil where nothing was and it asks no share.
  public var routing: Routing?
  /// What a seat costs now.
  public var price: Amount
  /// Its own asset and that one's pool, where it has them.
  public var asset: SubnetAsset?
  public var pool: AssetPool?
  /// Market time, which epochs count.
  public var now: Time

  /// Reads a subnet; nil where there is none of that number.
  public init?(_ number: UInt64, in records: any Records, at now: Time) throws {
    guard let subnet = try Self.row(Subnet.self, records, "subnets", number) else { return nil }
    self.number = number
    self.subnet = subnet
    self.now = now
    routing = try Self.row(Routing.self, records, "subnetRoutings", number)
    price = try subnet.price(at: now)
    asset = try Self.row(SubnetAsset.self, records, "subnetAssets", number)
    pool = try Self.row(AssetPool.self, records, "subnetMarkets", number)
    seats = []
    for uid in 0..<subnet.members {
      let key = SeatKey(number, uid)
      guard let member = try Self.row(SubnetMember.self, records, "subnetMembers", key) else {
        continue
      }
      var seat = Seat(uid: uid, member: member)
      let party = PartyKey(number, member.account)
      if let pool = try Self.row(StakePool.self, records, "subnetPools", party) {
        seat.staked = pool.staked.amount
        seat.leaving = pool.leaving.amount
      }
      seat.weights = try Self.row(ShareRow.self, records, "subnetWeights", key)
      // Only who judges seals.
      if member.permit || member.updated > .zero || seat.staked > .zero {
        func seal(_ epoch: UInt64) throws -> Bytes32? {
          let key = SealKey(number, epoch: epoch, uid)
          return try Self.row(WeightSeal.self, records, "subnetSeals", key)?.seal
        }
        seat.sealed = try seal(subnet.epoch)
        if subnet.epoch > 0 { seat.owed = try seal(subnet.epoch - 1) }
      }
      seats.append(seat)
    }
  }

  private static func row<Row: Fielded, Key: TableKey>(
    _ type: Row.Type, _ records: any Records, _ table: String, _ key: Key
  ) throws -> Row? {
    try records.row(table, key: key.keyBytes).value.map { try CBOR.decode(type, from: $0) }
  }
}

extension SubnetStanding {
  /// Everything that is staked in it and counts.
  public var staked: UInt64 { seats.reduce(0) { $0 &+ $1.staked.units } }

  /// Seats whose weights count, those with the most stake behind them first.
  var judges: [Seat] {
    seats.filter { $0.weights?.shares.contains { $0 > 0 } ?? false }
      .sorted { ($1.staked, $0.uid) < ($0.staked, $1.uid) }
  }

  public var json: JSONValue {
    var members = Self.head(number, subnet, price)
    members += [
      .init(name: "marketTime", value: .unsigned(now.milliseconds)),
      .init(name: "staked", value: .unsigned(staked)),
      .init(name: "parameters", value: subnet.parameters.json),
      .init(name: "routing", value: routing?.json ?? .null),
      .init(name: "seats", value: .array(seats.map(\.json))),
      .init(name: "asset", value: assetJSON),
      .init(name: "pool", value: poolJSON),
    ]
    return .object(members)
  }

  /// What lists and the subnet's own page say of it.
  static func head(
    _ number: UInt64, _ subnet: Subnet, _ price: Amount
  ) -> [JSONValue.Member] {
    [
      .init(name: "number", value: .unsigned(number)),
      .init(name: "name", value: .string(subnet.name)),
      .init(name: "owner", value: .string(subnet.owner.checksummed)),
      .init(name: "state", value: .string("\(subnet.state)")),
      .init(name: "members", value: .unsigned(subnet.members)),
      .init(name: "room", value: .unsigned(subnet.parameters.members)),
      .init(name: "epoch", value: .unsigned(subnet.epoch)),
      .init(name: "epochEnds", value: .unsigned(subnet.epochEnds.milliseconds)),
      .init(name: "lastEpoch", value: .unsigned(subnet.lastEpoch.milliseconds)),
      .init(name: "tempo", value: .unsigned(subnet.parameters.tempo)),
      .init(name: "rate", value: .unsigned(subnet.rate.units)),
      .init(name: "carried", value: .unsigned(subnet.carried.units)),
      .init(name: "price", value: .unsigned(price.units)),
      .init(name: "deposit", value: .unsigned(subnet.deposit.units)),
      .init(name: "closes", value: .unsigned(subnet.closes.milliseconds)),
    ]
  }
}

extension SubnetStanding.Seat {
  /// The row in parts per million of its sum.
  var portions: [(uid: UInt64, ppm: UInt64)] {
    guard let weights else { return [] }
    let sum = weights.shares.reduce(0, +)
    guard sum > 0 else { return [] }
    return zip(weights.uids, weights.shares).map { ($0, $1 * 1_000_000 / sum) }
  }

  public var json: JSONValue {
    let m = member
    return [
      "uid": .unsigned(uid), "account": .string(m.account.checksummed),
      "staked": .unsigned(staked.units), "leaving": .unsigned(leaving.units),
      "stake": .unsigned(m.stake), "trust": .unsigned(m.trust),
      "consensus": .unsigned(m.consensus), "incentive": .unsigned(m.incentive),
      "dividends": .unsigned(m.dividends), "emission": .unsigned(m.emission.units),
      "updated": .unsigned(m.updated.milliseconds),
      "registered": .unsigned(m.registered.milliseconds), "permit": .bool(m.permit),
      "take": .unsigned(m.take), "nextTake": .unsigned(m.nextTake),
      "takeFrom": .unsigned(m.takeFrom), "sealed": sealed.map { .string("\($0)") } ?? .null,
      "owed": owed.map { .string("\($0)") } ?? .null,
      "weights": .array(
        zip(weights?.uids ?? [], weights?.shares ?? []).map {
          .array([.unsigned($0), .unsigned($1)])
        }),
    ]
  }
}
