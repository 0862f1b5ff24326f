// The pages of subnets over rows that are known: order, picture, consensus; and hostile ones.

import Archive
import Chain
import Kernel
import Primitives
import Subnets
import Testing

@testable import Explorer

@Suite struct SubnetPagesTests {
  /// A subnet of four members, two of which judge, and two more subnets that are empty.
  static func specimen(name: String = "digits") -> Specimen {
    var specimen = Specimen.empty
    for number in UInt64(1)...3 {
      var subnet = Subnet()
      subnet.owner = Specimen.address("ada")
      subnet.name = number == 1 ? name : "other-\(number)"
      subnet.epochEnds = Time(specimen.now.milliseconds + 60_000)
      subnet.priced = specimen.now
      subnet.price = Amount(1_000_000 * number)
      subnet.rate = Amount(number == 2 ? 9_000_000 : 2_000_000)
      subnet.epoch = 5
      subnet.members = number == 1 ? 4 : 0
      specimen.records.put("subnets", number, subnet)
    }
    let people = ["mill", "forge", "loom", "quarry"]
    for (uid, person) in people.enumerated() {
      var member = SubnetMember()
      member.account = Specimen.address(person)
      member.permit = uid < 2
      member.updated = uid < 2 ? Time(1) : .zero
      member.consensus = [0, 0, 32_768, 16_384][uid]
      member.incentive = [0, 0, 65_535, 0][uid]
      member.emission = Amount([1, 4, 3, 2][uid] * 1_000)
      let key = SeatKey(1, UInt64(uid))
      specimen.records.put("subnetMembers", key, member)
      guard uid < 2 else { continue }
      var pool = StakePool()
      pool.staked.amount = Amount(uid == 0 ? 100_000_000 : 300_000_000)
      pool.staked.shares = 1
      specimen.records.put("subnetPools", PartyKey(1, member.account), pool)
      var row = ShareRow()
      row.uids = uid == 0 ? [2, 3] : [2]
      row.shares = uid == 0 ? [49_151, 16_384] : [65_535]
      specimen.records.put("subnetWeights", key, row)
    }
    var seal = WeightSeal()
    seal.seal = Specimen.hash("sealed")
    specimen.records.put("subnetSeals", SealKey(1, epoch: 4, 1), seal)
    return specimen
  }

  private static func twin(
    _ path: String, _ query: [(name: String, value: String)] = []
  ) async throws -> JSONValue {
    let site = Explorer(specimen().house)
    let answer = try #require(await site.answer(Visit(path: path + ".json", query: query)))
    #expect(answer.status == 200)
    return try JSONValue(parsing: answer.body)
  }

  private static func page(
    _ address: String, of specimen: Specimen = specimen()
  ) async throws -> (status: Int, text: String) {
    try #require(await SiteTests.page(Explorer(specimen.house), address))
  }

  @Test func subnetsAreListedInTheOrderThatIsAskedFor() async throws {
    func order(_ query: [(name: String, value: String)]) async throws -> [UInt64] {
      (try await Self.twin("/subnets", query)["subnets"]?.array ?? []).compactMap {
        $0["number"]?.uint64
      }
    }
    #expect(try await order([]) == [1, 2, 3])
    #expect(try await order([("sort", "rate")]) == [2, 1, 3])
    #expect(try await order([("sort", "price")]) == [3, 2, 1])
    #expect(try await order([("sort", "price"), ("order", "up")]) == [1, 2, 3])
    #expect(try await order([("after", "2")]) == [3])
    let page = try await Self.page("/subnets?sort=rate")
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    let head = "aria-sort=\"descending\"><a href=\"/subnets?sort=rate&amp;order=up\""
    #expect(page.text.contains(head))
    #expect(page.text.contains("<a href=\"/subnets/2\">other-2</a>"))
    // Every page leads there.
    #expect(try await Self.page("/").text.contains("<a href=\"/subnets\">Subnets</a>"))
  }

  @Test func aSubnetShowsItsMembersAndWhatTheyAgreeOn() async throws {
    let page = try await Self.page("/subnets/1")
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    let columns = [
      "UID", "Account", "Stake", "VTrust", "Consensus", "Incentive", "Dividends", "Emission",
      "Updated", "Permit",
    ]
    for column in columns { #expect(page.text.contains("data-label=\"\(column)\""), "\(column)") }
    // Who does not judge has no trust, where a judge may have none left.
    #expect(page.text.contains("data-label=\"VTrust\">–</td>"))
    // The picture says what it shows, those with the most stake first.
    #expect(page.text.contains("<title>Weights and consensus</title>"))
    let first = "uid 1 gives 100\u{A0}% to uid 2."
    #expect(page.text.contains(first + " uid 0 gives 75\u{A0}% to uid 2, 25\u{A0}% to uid 3."))
    // What lies above the consensus is marked, what does not is not.
    #expect(page.text.contains("<span class=\"bad\">75\u{A0}% ↑</span>"))
    #expect(!page.text.contains("25\u{A0}% ↑"))
    let json = try await Self.twin("/subnets/1")
    #expect(json["name"] == "digits" && json["staked"]?.uint64 == 400_000_000)
    #expect(json["seats"]?[1]?["owed"]?.string == "\(Specimen.hash("sealed"))")
    #expect(json["seats"]?[0]?["owed"] == .null && json["seats"]?[0]?["sealed"] == .null)
  }

  @Test func membersAreSortedByLinksAlone() async throws {
    func uids(_ query: [(name: String, value: String)]) async throws -> [UInt64] {
      (try await Self.twin("/subnets/1", query)["seats"]?.array ?? []).compactMap {
        $0["uid"]?.uint64
      }
    }
    #expect(try await uids([]) == [0, 1, 2, 3])
    #expect(try await uids([("sort", "emission")]) == [1, 2, 3, 0])
    #expect(try await uids([("sort", "emission"), ("order", "up")]) == [0, 3, 2, 1])
    // Equal ones keep their order.
    #expect(try await uids([("sort", "incentive")]) == [2, 0, 1, 3])
    for (name, value) in [("sort", "nosuch"), ("sort", "account"), ("order", "<b>")] {
      let answer = try #require(
        await Explorer(Self.specimen().house).answer(
          Visit(path: "/subnets/1", query: [(name, value)])))
      #expect(answer.status == 400)
    }
    // The picture and the table of opinions stay as they are.
    let plain = try await Self.page("/subnets/1").text
    let sorted = try await Self.page("/subnets/1?sort=emission").text
    let picture = { (text: String) in text.split(separator: "<svg class=\"chart\"").last }
    #expect(picture(plain)?.prefix(2_000) == picture(sorted)?.prefix(2_000))
  }

  @Test func whoPaysAndWhoStakesIsShown() async throws {
    var own = Self.specimen()
    let (ben, mill) = (Specimen.address("ben"), Specimen.address("mill"))
    for number in UInt64(1)...2 {
      var grant = Grant()
      grant.payee = number
      grant.sponsor = ben
      grant.perEpoch = Amount(3_000_000)
      grant.end = 7
      let id = Specimen.hash("grant\(number)")
      own.records.put("subnetGrants", id, grant)
      own.records.put("subnetGrantsOf", GrantOf(id, grant), RateFall())
    }
    var subnet = Subnet()
    subnet.name = "digits"
    subnet.members = 1
    subnet.epoch = 5
    subnet.grants = 1
    own.records.put("subnets", UInt64(1), subnet)
    var pool = StakePool()
    pool.staked.amount = Amount(300_000_000)
    pool.staked.shares = 100
    own.records.put("subnetPools", PartyKey(1, mill), pool)
    var stake = Stake(1, on: mill, of: ben)
    stake.shares = 50
    own.records.put("subnetStakes", stake.key, stake)
    let page = try await Self.page("/subnets/1?account=\(ben)", of: own)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.contains("Stake of <a"))
    let json = try JSONValue(
      parsing: Array(try await Self.page("/subnets/1.json?account=\(ben)", of: own).text.utf8))
    // Two epochs are to come, the running one and the last; another subnet's grant is not there.
    #expect(json["grants"]?.array?.count == 1)
    #expect(json["grants"]?[0]?["left"]?.uint64 == 6_000_000)
    #expect(json["stakes"]?[0]?["worth"]?.uint64 == 150_000_000)
    let other = try JSONValue(
      parsing: Array(try await Self.page("/subnets/1.json?account=\(mill)", of: own).text.utf8))
    #expect(other["stakes"]?.array?.isEmpty == true)
    #expect(try await Self.page("/subnets/1?account=%3Cb%3E", of: own).status == 400)
  }

  @Test(arguments: [
    "99", "0", "01", "+1", "-1", "1.0", "18446744073709551616", "%3Cscript%3E", "1%00",
  ])
  func whatIsNoSubnetIsNotFound(name: String) async throws {
    let page = try await Self.page("/subnets/\(name)")
    #expect(page.status == 404)
    #expect(!page.text.contains("<script>"))
  }

  /// No ledger takes such names; the page would show them as text all the same.
  @Test func hostileNamesStayText() async throws {
    let hostile = Self.specimen(name: Specimen.hostile)
    for path in ["/subnets", "/subnets/1", "/subnets/1.json"] {
      let page = try await Self.page(path, of: hostile)
      #expect(page.status == 200)
      if path.hasSuffix(".json") { continue }
      #expect(!page.text.contains("<script>alert"), "\(path)")
      #expect(HTMLCheck(page.text).faults == [], "\(path)")
    }
  }

  /// Rows that fit nothing: weights on seats that are not there, sums of nothing, closed for ever.
  @Test func oddRowsAreDrawn() async throws {
    var odd = Self.specimen()
    var row = ShareRow()
    row.uids = [2, 60_000]
    row.shares = [0, 65_535]
    odd.records.put("subnetWeights", SeatKey(1, 0), row)
    row.shares = [0, 0]
    odd.records.put("subnetWeights", SeatKey(1, 1), row)
    var closed = Subnet()
    closed.name = "closed"
    closed.state = .closed
    closed.members = 3
    odd.records.put("subnets", UInt64(4), closed)
    for path in ["/subnets/1", "/subnets/4", "/subnets"] {
      let page = try await Self.page(path, of: odd)
      #expect(page.status == 200 && HTMLCheck(page.text).faults == [], "\(path)")
    }
    #expect(try await Self.page("/subnets/4", of: odd).text.contains("It is closed"))
  }

  /// All seats taken, all judges judging everybody: the picture stays small.
  @Test func aFullSubnetIsAPageThatLoads() async throws {
    var full = Self.specimen()
    var subnet = Subnet()
    subnet.name = "full"
    subnet.members = 256
    full.records.put("subnets", UInt64(5), subnet)
    var row = ShareRow()
    row.uids = (0..<256).map { UInt64($0) }
    row.shares = (0..<256).map { UInt64($0 * 100) }
    for uid in UInt64(0)..<256 {
      var member = SubnetMember()
      member.account = PrivateKey(seed: [UInt8(uid)]).address
      member.permit = uid < 64
      full.records.put("subnetMembers", SeatKey(5, uid), member)
      if uid < 64 { full.records.put("subnetWeights", SeatKey(5, uid), row) }
    }
    let page = try await Self.page("/subnets/5", of: full)
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.utf8.count < 1_500_000)
    #expect(page.text.contains("And 56 more validators."))
  }

  @Test func withoutSubnetsThePageSaysHowToMakeOne() async throws {
    let page = try await Self.page("/subnets", of: .empty)
    #expect(page.status == 200 && page.text.contains("No subnet has been made yet"))
  }
}
