// Pages of own assets, their pools and the root, over rows and events that are known; hostile ones
// among them.

import Archive
import Chain
import Kernel
import Primitives
import Subnets
import Testing

@testable import Explorer

@Suite struct AssetPagesTests {
  private static let hour: UInt64 = 3_600_000

  /// Two subnets with pools of $1,000 and $3,000, and a root that was shared so often.
  private static func specimen(
    sharings: UInt64 = 5, name: String = "digit", blocksBetween: UInt64 = 10
  ) -> Specimen {
    var specimen = SubnetPagesTests.specimen()
    let height = max(sharings * blocksBetween, 1)
    specimen.listings.sums.height = height
    specimen.records.height = height
    for number in UInt64(1)...2 {
      var asset = SubnetAsset()
      asset.name = name
      (asset.cap, asset.perEpoch, asset.halving) = (Amount(10_000_000_000), Amount(1_000), 9)
      asset.left = Amount(4_000_000_000)
      specimen.records.put("subnetAssets", number, asset)
      var pool = AssetPool()
      pool.seeder = Specimen.address("ada")
      pool.dollars = Amount(number == 1 ? 1_000_000_000 : 3_000_000_000)
      pool.own = Amount(5_000_000_000)
      (pool.seedDollars, pool.seedOwn) = (pool.dollars, pool.own)
      pool.average = Wide(UInt128(number * 100_000_000) << 32)
      specimen.records.put("subnetMarkets", number, pool)
    }
    var root = RootFund()
    root.held = Amount(50_000_000)
    root.epoch = sharings
    root.given = Amount(7_000_000)
    root.ends = Time(specimen.now.milliseconds + hour)
    root.subnets = [1, 2]
    specimen.records.put("rootFund", UInt64(0), root)
    for epoch in 0..<sharings {
      share(epoch, at: (epoch + 1) * blocksBetween, into: &specimen)
    }
    return specimen
  }

  private static func share(_ epoch: UInt64, at height: UInt64, into specimen: inout Specimen) {
    var header = Header()
    header.height = height
    header.time = Time(specimen.now.milliseconds - 200 * hour + epoch * hour)
    specimen.records.blocks.append(
      RecordedBlock(
        height: height, id: Specimen.hash("block\(height)"), header: header.encoded,
        signature: [], messages: [], outcomes: [], settled: [], events: []))
    var events: [Event] = []
    for number in UInt64(1)...2 {
      events.append(
        Event(
          "poolRead", subject: Subnet.escrow(number), objects: [RootFund.escrow],
          numbers: [
            Number("subnet", number), Number("epoch", epoch),
            Number("value", number * 1_000_000_000 + epoch * 1_000_000),
            Number("average", number * 100_000_000 + epoch * 100_000), Number("share", number),
          ]))
    }
    events.append(
      Event(
        "rootShared", subject: RootFund.escrow,
        numbers: [Number("epoch", epoch), Number("paid", 3), Number("left", 50_000_000)]))
    if epoch == 2 {
      events.append(
        Event(
          "rootFunded", subject: RootFund.escrow, parties: [Specimen.address("ben")],
          numbers: [Number("amount", 9_000_000)]))
    }
    for (place, event) in events.enumerated() {
      specimen.records.recordedEvents.append(
        RecordedEvent(height: height, index: UInt64(place), bytes: event.encoded))
    }
  }

  private static func page(
    _ address: String, of specimen: Specimen
  ) async throws -> (status: Int, text: String) {
    try #require(await SiteTests.page(Explorer(specimen.house), address))
  }

  private static func twin(_ path: String, of specimen: Specimen) async throws -> JSONValue {
    try JSONValue(parsing: Array(try await page(path + ".json", of: specimen).text.utf8))
  }

  @Test func theRootShowsWhoSharesAndWhatItShared() async throws {
    let own = Self.specimen()
    let page = try await Self.page("/root", of: own)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    for column in ["Average", "Part", "Would draw now", "Drawn so far", "Given", "Left"] {
      #expect(page.text.contains("data-label=\"\(column)\""), "\(column)")
    }
    #expect(page.text.contains("<title>Moving averages in dollars, by sharing</title>"))
    #expect(
      page.text.contains(
        "Epochs 0 to 4: subnet 2 from 200 to 200.4, between 200 and 200.4; subnet 1 from 100"))
    let json = try await Self.twin("/root", of: own)
    #expect(json["held"]?.uint64 == 50_000_000 && json["toShare"]?.uint64 == 50_000)
    // By averages of one to two, the greater first; a third of a thousandth of $50.
    #expect(json["shares"]?.array?.compactMap { $0["subnet"]?.uint64 } == [2, 1])
    #expect(json["shares"]?[0]?["part"]?.uint64 == 666_666)
    #expect(json["shares"]?[1]?["draw"]?.uint64 == 16_666)
    #expect(json["sharings"]?.array?.compactMap { $0["epoch"]?.uint64 } == [4, 3, 2, 1, 0])
    #expect(json["sharings"]?[0]?["readings"]?.array?.count == 2)
    #expect(json["gifts"]?[0]?["from"]?.string == Specimen.address("ben").checksummed)
    // The page of all subnets leads there, and keeps saying what the fund holds.
    let list = try await Self.page("/subnets", of: own)
    #expect(list.text.contains("<a href=\"/root\">The root</a> holds"))
    #expect(try await Self.twin("/subnets", of: own)["root"]?["held"]?.uint64 == 50_000_000)
  }

  /// No more than a pool's thousandth is said to be drawn, and a pool of nothing breaks nothing.
  @Test func whatWouldBeDrawnIsBounded() async throws {
    var rich = Self.specimen()
    var root = try #require(try rich.house.row(RootFund.self, "rootFund", UInt64(0).keyBytes))
    root.held = Amount(.max)
    rich.records.put("rootFund", UInt64(0), root)
    let json = try await Self.twin("/root", of: rich)
    #expect(json["shares"]?.array?.compactMap { $0["draw"]?.uint64 } == [3_000_000, 1_000_000])
    for number in UInt64(1)...2 { rich.records.put("subnetMarkets", number, AssetPool()) }
    let page = try await Self.page("/root", of: rich)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
  }

  @Test func aSubnetShowsWhatItsAssetWasWorth() async throws {
    let own = Self.specimen()
    let page = try await Self.page("/subnets/1", of: own)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    let title = "<title>Value of what the pool was seeded with, over time</title>"
    #expect(page.text.contains(title))
    #expect(page.text.contains("5 readings from "))
    #expect(page.text.contains("last $1004.00. The average is $100.40 now."))
    // Five dots, and a line through all of them.
    let after = try #require(page.text.split(separator: title).last)
    let picture = after.split(separator: "</svg>")[0]
    #expect(picture.split(separator: "<circle class=\"seen\"").count == 6)
    #expect(picture.contains("<path class=\"ink\" d=\"M"))
    let json = try await Self.twin("/subnets/1", of: own)
    #expect(json["readings"]?.array?.count == 5)
    #expect(json["readings"]?[0]?["readings"]?.array?.count == 1)
    #expect(json["pool"]?["isOver"]?.bool == false)
    // Without a pool there is neither.
    #expect(try await Self.twin("/subnets/3", of: own)["readings"] == nil)
    let none = Self.specimen(sharings: 0)
    #expect(try await Self.page("/subnets/1", of: none).text.contains("No reading of the pool yet"))
  }

  @Test func aPoolWithoutItsSeederSaysSo() async throws {
    var own = Self.specimen()
    var pool = try #require(try own.house.row(AssetPool.self, "subnetMarkets", UInt64(1).keyBytes))
    pool.ends = Time(own.now.milliseconds + Self.hour)
    own.records.put("subnetMarkets", UInt64(1), pool)
    #expect(try await Self.page("/subnets/1", of: own).text.contains("Its seeder leaves"))
    pool.isOver = true
    pool.taken = Amount(999_000_000)
    own.records.put("subnetMarkets", UInt64(1), pool)
    let page = try await Self.page("/subnets/1", of: own)
    #expect(page.text.contains("it only buys back") && page.text.contains("$999.00"))
    #expect(HTMLCheck(page.text).faults == [])
    let json = try await Self.twin("/subnets/1", of: own)
    #expect(json["pool"]?["taken"]?.uint64 == 999_000_000)
  }

  /// However long a log is, a page looks at a week of it, the newest.
  @Test func onlyTheLatestWeekIsDrawn() async throws {
    let long = Self.specimen(sharings: 400, blocksBetween: 3)
    let first = try await Self.twin("/root", of: long)
    #expect(first["sharings"]?.array?.compactMap { $0["epoch"]?.uint64 }.count == 24)
    let page = try await Self.page("/root", of: long)
    #expect(page.text.contains("And 144 before them") && HTMLCheck(page.text).faults == [])
    // All of them are read page by page, each once, and no page weighs more than the first.
    #expect(try await Self.sharings(of: long) == (0..<400).reversed().map { $0 })
    let older = try await Self.page("/root?before=\(first["next"]?.uint64 ?? 0)", of: long)
    #expect(older.status == 200 && HTMLCheck(older.text).faults == [])
    // A stretch of blocks ends between two sharings; none is lost or counted twice.
    let spread = Self.specimen(sharings: 40, blocksBetween: 5_000)
    #expect(try await Self.sharings(of: spread) == (0..<40).reversed().map { $0 })
  }

  /// The epochs of all sharings, read along `next`.
  private static func sharings(of specimen: Specimen) async throws -> [UInt64] {
    var epochs: [UInt64] = []
    var address = "/root.json"
    for _ in 0..<64 {
      let json = try JSONValue(parsing: Array(try await page(address, of: specimen).text.utf8))
      let found = json["sharings"]?.array?.compactMap { $0["epoch"]?.uint64 } ?? []
      #expect(found.count <= 24)
      epochs += found
      guard let next = json["next"]?.uint64 else { return epochs }
      address = "/root.json?before=\(next)"
    }
    return epochs
  }

  @Test func anAccountShowsWhatItHoldsOfAssets() async throws {
    var own = Self.specimen()
    let ben = Specimen.address("ben")
    func put(_ number: UInt64, _ units: UInt64, of holder: Holder) {
      var balance = Balance()
      balance.amount = Amount(units)
      own.records.put("balances", BalanceKey(holder, SubnetAsset.asset(of: number)), balance)
    }
    var dollars = Balance()
    dollars.amount = Amount(5)
    own.records.put("balances", BalanceKey(.account(ben), .dollar), dollars)
    put(1, 1_000_000_000, of: .account(ben))
    put(7, 3_000_000, of: .account(ben))
    put(2, 0, of: .account(ben))
    for other in ["ada", "cleo", "mill"] { put(2, 1, of: .account(Specimen.address(other))) }
    let page = try await Self.page("/accounts/\(ben)", of: own)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.contains("<h2>Assets of subnets</h2>"))
    let json = try await Self.twin("/accounts/\(ben)", of: own)
    #expect(json["assets"]?.array?.compactMap { $0["subnet"]?.uint64 } == [1, 7])
    #expect(json["assets"]?[0]?["units"]?.uint64 == 1_000_000_000)
    // A fifth of what the pool has, less a fee, for a sixth of its dollars.
    let worth = try #require(json["assets"]?[0]?["worth"]?.uint64)
    #expect((166_000_000...166_600_000).contains(worth))
    #expect(json["assets"]?[1]?["worth"] == .null && json["balance"]?.uint64 == 5)
    let plain = try await Self.page("/accounts/\(ben)", of: SubnetPagesTests.specimen())
    #expect(!plain.text.contains("Assets of subnets"))
  }

  /// Whoever holds of many assets sees the first of them, and that there are more.
  @Test func manyAssetsAreCut() async throws {
    var own = Self.specimen()
    let ben = Specimen.address("ben")
    for number in UInt64(1)...90 {
      var balance = Balance()
      balance.amount = Amount(number)
      let key = BalanceKey(.account(ben), SubnetAsset.asset(of: number))
      own.records.put("balances", key, balance)
    }
    var dollars = Balance()
    dollars.amount = Amount(5)
    own.records.put("balances", BalanceKey(.account(ben), .dollar), dollars)
    let page = try await Self.page("/accounts/\(ben)", of: own)
    #expect(page.text.contains("The first 64, by number of subnet."))
    #expect(try await Self.twin("/accounts/\(ben)", of: own)["assets"]?.array?.count == 64)
  }

  /// No ledger takes such names; the pages would show them as text all the same.
  @Test func hostileNamesStayText() async throws {
    var own = Self.specimen(name: Specimen.hostile)
    var subnet = Subnet()
    subnet.name = Specimen.hostile
    own.records.put("subnets", UInt64(2), subnet)
    let ben = Specimen.address("ben")
    for asset in [Kernel.Asset.dollar, SubnetAsset.asset(of: 1)] {
      var balance = Balance()
      balance.amount = Amount(5)
      own.records.put("balances", BalanceKey(.account(ben), asset), balance)
    }
    for path in ["/root", "/subnets/1", "/accounts/\(ben)"] {
      let page = try await Self.page(path, of: own)
      #expect(page.status == 200 && HTMLCheck(page.text).faults == [], "\(path)")
      #expect(!page.text.contains("<script>alert"), "\(path)")
    }
  }

  @Test func withoutARootThePageSaysWhatItIs() async throws {
    let page = try await Self.page("/root", of: .empty)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.contains("No subnet shares") && page.text.contains("tolsey root fund"))
    #expect(await SiteTests.page(Explorer(Specimen.empty.house), "/root/1") == nil)
  }
}
