// What `tolsey subnet` reads and keeps; and a validator at a node, whose clock the test sets
// forward: what it seals it can open, and what nobody could open it does not seal.

import ArgumentParser
import Chain
import Explorer
import Foundation
import Kernel
import Logging
import NetworkRoom
import Node
import Primitives
import Subnets
import Synchronization
import Testing

@testable import tolsey

@Suite struct SubnetCommandTests {
  // MARK: - Words

  @Test func weightsAreReadAndScaled() throws {
    #expect(
      try SealedRow(words: ["3=45", "0=10"]) == SealedRow(uids: [0, 3], shares: [10, 45]))
    #expect(
      try SealedRow(words: ["1=4000000000", "2=2000000000", "7=0"])
        == SealedRow(uids: [1, 2, 7], shares: [65_535, 32_767, 0]))
  }

  @Test(arguments: [
    ["x"], ["1"], ["1="], ["=1"], ["1=1=1"], ["-1=1"], ["1=-1"], ["1=1.5"], ["1=1", "1=2"],
    ["1=0"], ["1=5000000000"], ["18446744073709551616=1"], ["1=1\u{202E}"], [" 1=1"],
  ])
  func whatIsNoRowIsAUsageError(words: [String]) {
    #expect {
      try SealedRow(words: words)
    } throws: { error in
      (error as? Failure)?.status == .usage && (error as? Failure)?.code == "badWeight"
    }
  }

  @Test func percentagesAreExact() throws {
    #expect(try Percent.ppm("18", "x") == 180_000)
    #expect(try Percent.ppm("2.5 %", "x") == 25_000)
    #expect(try Percent.ppm("0.0001", "x") == 1)
    #expect(try Percent.ppm("100", "x") == 1_000_000)
    #expect(Percent.text(20_000) == "2 %" && Percent.text(25_100) == "2.51 %")
    for text in ["", "x", "-1", "$2", "100.1", "0.00001", "1e1"] {
      #expect(throws: Failure.self, "\(text)") { try Percent.ppm(text, "x") }
    }
  }

  @Test func rulesOfANewSubnetKeepTheirRanges() throws {
    let usual = try SubnetRules.parse([]).parameters()
    #expect(usual == SubnetParameters())
    // Waits follow a long epoch, and never grow out of their type.
    let long = try SubnetRules.parse(["--tempo", "86400"]).parameters()
    #expect(long.immunity == 259_200 && long.unbonding == 604_800)
    let odd = try SubnetRules.parse(["--tempo", "18446744073709551615"]).parameters()
    #expect(odd.immunity == .max)
    for rule in usual.ranges { #expect(rule.range.contains(rule.value), "\(rule.name)") }
    let small = try SubnetRules.parse(
      ["--members", "8", "--least-price", "0.01", "--slash", "10", "--yuma3"]
    ).parameters()
    #expect(small.validators == 8 && small.leastPrice == Amount(10_000))
    #expect(small.slash == 100_000 && small.isYuma3)
  }

  @Test func whatWasSealedIsKeptByItsSeal() throws {
    let folder = NSTemporaryDirectory() + "weights-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (one, other) = (SHA256.hash([1]), SHA256.hash([2]))
    let account = PrivateKey(seed: [1]).address
    let book = WeightBook(in: folder, one, 4, account)
    let row = SealedRow(uids: [0, 9], shares: [1, 2])
    try book.keep(row, 3, one)
    #expect(try book.row(3, one) == row)
    // Neither another seal, nor epoch, nor subnet, nor account, nor network.
    #expect(try book.row(3, other) == nil && book.row(4, one) == nil)
    #expect(try WeightBook(in: folder, one, 5, account).row(3, one) == nil)
    #expect(try WeightBook(in: folder, other, 4, account).row(3, one) == nil)
    #expect(try WeightBook(in: folder, one, 4, PrivateKey(seed: [2]).address).row(3, one) == nil)
    try book.forget(before: 3)
    #expect(try book.row(3, one) == row)
    try book.forget(before: 4)
    #expect(try book.row(3, one) == nil)
  }

  // MARK: - At a node

  @Test func aValidatorOpensWhatItSealed() async throws {
    try await SubnetWorld.run { world in
      let judge = world.judge(world.validator)
      #expect(try await judge.open(try await judge.facts(), world.console) == nil)
      let row = SealedRow(uids: [1], shares: [5])
      // Before its first epoch's end nobody may judge.
      await world.expect("noPermit") { _ = try await judge.seal(row, try await judge.facts()) }
      try await world.endEpoch()
      #expect(try await judge.seal(row, try await judge.facts()) == 1)
      await world.expect("sealedAlready") {
        _ = try await judge.seal(
          SealedRow(uids: [0], shares: [1]), try await judge.facts())
      }
      // Not yet: the others shall not see it.
      #expect(try await judge.open(try await judge.facts(), world.console) == nil)
      try await world.endEpoch()
      // Two rows were kept for that epoch; the one on the ledger is opened.
      #expect(try await judge.open(try await judge.facts(), world.console) == 1)
      let seat = try await judge.facts().seat(of: world.validator.address)
      #expect(seat?["weights"]?[0]?[0]?.uint64 == 1)
      #expect(seat?["owed"] == .null)
      #expect(try await judge.open(try await judge.facts(), world.console) == nil)
    }
  }

  @Test func aSealThatCannotBeOpenedIsSaid() async throws {
    try await SubnetWorld.run { world in
      try await world.endEpoch()
      let judge = world.judge(world.validator)
      _ = try await judge.seal(SealedRow(uids: [1], shares: [5]), try await judge.facts())
      try await world.endEpoch()
      // On another machine: the salt would follow from the key, the row is not there.
      let elsewhere = world.judge(world.validator, folder: "elsewhere")
      #expect(try await elsewhere.open(try await elsewhere.facts(), world.console) == nil)
      #expect(world.recorder.err.contains("are not kept here"))
      #expect(try await judge.open(try await judge.facts(), world.console) == 1)
    }
  }

  @Test func aLateSealIsNotSealed() async throws {
    try await SubnetWorld.run { world in
      try await world.endEpoch()
      let judge = world.judge(world.validator)
      let facts = try await judge.facts()
      // It was read, and then the epoch ended: in the next one nobody could open this seal.
      try await world.endEpoch()
      await world.expect("expired") {
        _ = try await judge.seal(SealedRow(uids: [1], shares: [5]), facts)
      }
      #expect(try await judge.facts().seat(of: world.validator.address)?["sealed"] == .null)
    }
  }

  @Test func strangersAndUnknownSubnetsAreRefused() async throws {
    try await SubnetWorld.run { world in
      let stranger = world.judge(world.owner)
      let row = SealedRow(uids: [0], shares: [1])
      await world.expect("notMember") {
        _ = try await stranger.seal(row, try await stranger.facts())
      }
      await world.expect("badWeights") {
        let judge = world.judge(world.validator)
        _ = try await judge.seal(
          SealedRow(uids: [2], shares: [1]), try await judge.facts())
      }
      await world.expect("noSuchSubnet") {
        _ = try await SubnetFacts.read(world.link, 77)
      }
      let data = SubnetText.data(try await world.link.get("/subnets/1.json"))
      #expect(DataSchemas.all["subnet.show/1"]?.fault(in: data) == nil)
      let list = SubnetText.data(try await world.link.get("/subnets.json"))
      #expect(DataSchemas.all["subnet.list/1"]?.fault(in: list) == nil)
      let text = SubnetText.seats(data, .zero).text(Paint(isOn: false), empty: "")
      #expect(text.hasPrefix("UID  ACCOUNT") && text.split(separator: "\n").count == 3)
    }
  }
}

/// A node with one subnet, an owner, a validator with stake and a miner.
private struct SubnetWorld {
  final class Clock: NodeClock {
    private let ahead = Mutex<UInt64>(0)
    var now: Time { Time(WallClock().now.milliseconds + ahead.withLock { $0 }) }
    func leap(milliseconds: UInt64) { ahead.withLock { $0 += milliseconds } }
  }

  let owner = PrivateKey(seed: Array("owner".utf8))
  let validator = PrivateKey(seed: Array("validator".utf8))
  let miner = PrivateKey(seed: Array("miner".utf8))
  let recorder = Recorder()
  let folder: String
  let clock: Clock
  let link: NodeLink
  let network: Bytes32

  var console: Console { recorder.console() }

  static func run(_ body: (SubnetWorld) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "subnet-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let clock = Clock()
    let seeds = ["owner", "validator", "miner"]
    var founding = Founding(time: clock.now)
    founding.links = 512
    founding.funds = seeds.map {
      GenesisFund(PrivateKey(seed: Array($0.utf8)).address, Amount(100_000_000))
    }
    let network = try NodeFolder.found(founding, at: folder + "/node").genesis.network
    var log = Logger(label: "test")
    log.logLevel = .critical
    var settings = NodeConfiguration(folder: folder + "/node", log: log)
    settings.port = 0
    settings.pace = .clock(clock)
    settings.pages = { ExplorerPages($0) }
    let node = try await Node.start(settings)
    let client = NodeClient(node.address, timeout: .seconds(600))
    do {
      let world = SubnetWorld(
        folder: folder, clock: clock, link: NodeLink(client: client), network: network)
      try await world.found()
      try await body(world)
      client.close()
      await node.stop()
    } catch {
      client.close()
      await node.stop()
      throw error
    }
  }

  private func found() async throws {
    var rules = SubnetParameters()
    rules.tempo = 3_600
    _ = try await Wallet(link, owner).send {
      .createSubnet(CreateSubnet($0, name: "digits", rules, most: Amount(10_000_000)))
    }
    for key in [validator, miner] {
      _ = try await Wallet(link, key).send {
        .registerMember(RegisterMember($0, subnet: 1, most: Amount(5_000_000)))
      }
    }
    _ = try await Wallet(link, validator).send {
      .stakeOn(StakeOn($0, subnet: 1, on: validator.address, Amount(50_000_000)))
    }
  }

  func judge(_ key: PrivateKey, folder: String = "weights") -> SubnetJudge {
    let path = self.folder + "/" + folder
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return SubnetJudge(link: link, key: key, subnet: 1, network: network, folder: path)
  }

  /// Sets the clock behind the end of the running epoch, and has a block made there.
  func endEpoch() async throws {
    let facts = try await SubnetFacts.read(link, 1)
    let ends = try facts.epochEnds.milliseconds
    let status = try await link.client.status()
    clock.leap(milliseconds: ends - min(ends, status.marketTime.milliseconds) + 1_000)
    _ = try await Wallet(link, miner).send {
      var head = $0
      head.validUntil = .never
      return .transfer(Transfer(head, to: owner.address, Amount(1)))
    }
    #expect(try await SubnetFacts.read(link, 1).epoch == facts.epoch + 1)
  }

  func expect(_ code: String, _ body: () async throws -> Void) async {
    do {
      try await body()
      Issue.record("it was not refused with \(code)")
    } catch {
      #expect((error as? Failure)?.code == code)
    }
  }
}
