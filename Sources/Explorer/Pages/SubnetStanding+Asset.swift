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
      "value": .unsigned(UInt64(truncatingIfNeeded: pool.value >> 32)),
      "average": .unsigned(pool.averageDollars.units), "fed": .unsigned(pool.fed.units),
      "ends": pool.ends == .never ? .null : .unsigned(pool.ends.milliseconds),
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
    if let pool = standing.pool {
      rows += [
        ("Pool", Parts.money(pool.dollars.units) + " beside " + units(pool.own)),
        (
          "Value of what it was seeded with",
          Parts.money(UInt64(truncatingIfNeeded: pool.value >> 32))
        ),
        ("Moving average of that", Parts.money(pool.averageDollars.units)),
        ("From the root so far", Parts.money(pool.fed.units)),
        ("A trade leaves in it", "\(Formats.percent(ppm: pool.fee))"),
      ]
      if pool.ends != .never {
        rows.append(("Ends", Deadline(pool.ends, clock, in: house)?.markup ?? Parts.none))
      }
    }
    return "<h2>Own asset</h2>\(Parts.live("live-asset", Parts.fields(rows)))"
  }
}

extension SubnetsPage {
  /// What the root holds and shares.
  static func root(_ root: RootFund) -> Markup {
    """
    <h2>Root fund</h2>
    <p>It holds \(Parts.money(root.held.units)), gave \(Parts.money(root.given.units)) so far, and
    shares a thousandth an hour among \(Formats.plural(UInt64(root.subnets.count), "subnet"))
    with a pool, by the moving averages of their prices.</p>
    """
  }
}
