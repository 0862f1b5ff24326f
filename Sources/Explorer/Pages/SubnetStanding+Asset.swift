// A subnet's own asset, its pool and the root, as pages show them.

import Archive
import Kernel
import Primitives
import Subnets

extension SubnetStanding {
  /// The asset as its twin has it; null where there is none.
  var assetJSON: JSONValue {
    guard let asset else { return .null }
    return [
      "name": .string(asset.name),
      "number": .unsigned(UInt64(SubnetAsset.asset(of: number).number)),
      "cap": .unsigned(asset.cap.units), "circulating": .unsigned(asset.circulating.units),
      "emission": .unsigned(asset.emission(at: subnet.epoch).units),
      "halves": asset.nextHalving(after: subnet.epoch).map { .unsigned($0) } ?? .null,
      "carried": .unsigned(asset.carried.units),
    ]
  }

  /// The pool as its twin has it; null where there is none.
  var poolJSON: JSONValue {
    guard let pool else { return .null }
    return [
      "seeder": .string(pool.seeder.checksummed), "dollars": .unsigned(pool.dollars.units),
      "own": .unsigned(pool.own.units), "fee": .unsigned(pool.fee),
      "value": .unsigned(pool.valueDollars.units),
      "average": .unsigned(pool.averageDollars.units), "fed": .unsigned(pool.fed.units),
      "ends": pool.ends == .never ? .null : .unsigned(pool.ends.milliseconds),
      "isOver": .bool(pool.isOver), "taken": .unsigned(pool.taken.units),
    ]
  }
}

extension RootFund {
  var json: JSONValue {
    [
      "held": .unsigned(held.units), "given": .unsigned(given.units), "epoch": .unsigned(epoch),
      "toShare": .unsigned(toShare.units),
      "ends": ends == .never ? .null : .unsigned(ends.milliseconds),
      "subnets": .array(subnets.map { .unsigned($0) }),
    ]
  }
}

// MARK: - On the page

extension SubnetPage {
  /// The asset and its pool; nothing where the subnet pays in dollars only.
  static func asset(_ standing: SubnetStanding, _ clock: Clock, _ house: House) -> Markup {
    guard let asset = standing.asset else { return Markup() }
    // Its units have six decimals, as dollars have.
    func units(_ amount: Amount) -> Markup {
      "\(Formats.dollars(amount.units).dropFirst().description)"
    }
    let epoch = standing.subnet.epoch
    let halves: Markup =
      asset.nextHalving(after: epoch).map { ", halves at epoch \($0)" } ?? ", and nothing more"
    var rows: [(name: String, value: Markup)] = [
      ("Name", "\(asset.name)"), ("In people’s hands or the pool", units(asset.circulating)),
      ("There will ever be", units(asset.cap)),
      ("This epoch pays", units(asset.emission(at: epoch)) + halves),
    ]
    if let pool = standing.pool { rows += poolFields(pool, clock, house) }
    return "<h2>Own asset</h2>\(Parts.live("live-asset", Parts.fields(rows)))"
  }

  private static func poolFields(
    _ pool: AssetPool, _ clock: Clock, _ house: House
  ) -> [(name: String, value: Markup)] {
    let own = Formats.dollars(pool.own.units).dropFirst().description
    var rows: [(name: String, value: Markup)] = [
      ("Pool", Parts.money(pool.dollars.units) + " beside \(own)"),
      ("Value of what it was seeded with", Parts.money(pool.valueDollars.units)),
      ("Moving average of that", Parts.money(pool.averageDollars.units)),
      ("From the root so far", Parts.money(pool.fed.units)),
      ("A trade leaves in it", "\(Formats.percent(ppm: pool.fee))"),
    ]
    guard pool.ends != .never else { return rows }
    if pool.isOver {
      rows.append(
        ("Its seeder has left", "with \(Parts.money(pool.taken.units)): it only buys back"))
    }
    rows.append(
      (
        pool.isOver ? "What is left is burnt" : "Its seeder leaves",
        Deadline(pool.ends, clock, in: house)?.markup ?? Parts.none
      ))
    return rows
  }

  /// What the asset was worth at each of the latest readings; nothing where it has no pool.
  static func prices(_ standing: SubnetStanding, _ history: RootHistory?) -> Markup {
    guard standing.pool != nil, let history else { return Markup() }
    let line = history.line(of: standing.number)
    let chart: Markup = line.points.isEmpty ? "" : line.markup
    return Parts.live(
      "live-prices",
      """
      <figure><figcaption>A dot is an hourly reading, the line the moving average by which
      <a href="/root">the root</a> shares</figcaption>\(chart)
      <p class="said">\(line.words)</p></figure>
      """)
  }
}

extension SubnetsPage {
  /// What the root holds and shares.
  static func root(_ root: RootFund) -> Markup {
    """
    <h2>Root fund</h2>
    <p><a href="/root">The root</a> holds \(Parts.money(root.held.units)), gave
    \(Parts.money(root.given.units)) so far, and
    shares a thousandth an hour among \(Formats.plural(UInt64(root.subnets.count), "subnet"))
    with a pool, by the moving averages of their prices.</p>
    """
  }
}
