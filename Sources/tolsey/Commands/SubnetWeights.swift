// `tolsey subnet weights`: opens what was sealed in the epoch before, and seals for this one.

import Agents
import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Subnets

struct SubnetWeights: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Judge the members of a subnet, under seal.",
    discussion: """
      One command an epoch: it opens what you sealed in the epoch before, and seals what you say \
      now, such as 0=10 3=45. Without weights it only opens. What is sealed must be opened in the \
      next epoch, or a part of the stake behind you is lost: run the command again then, or let it \
      stay with --wait until it has done so. What you sealed lies in your home, under weights/.
      """)
  static let schema = "subnet.weights/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "Members and their weights: 0=10 3=45. Only their ratios count.")
  var weights: [String] = []
  @Flag(help: "Stay until the next epoch has begun, and open it there.") var wait = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let row = try weights.isEmpty ? nil : SealedRow(words: weights)
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    let judge = SubnetJudge(
      link: link, key: key, subnet: which.subnet, network: genesis.network,
      folder: try HomeFolder.folder("weights"))
    var opened = [try await judge.open(try await judge.facts(), console)]
    var sealed: UInt64?
    if let row { sealed = try await judge.seal(row, try await judge.facts()) }
    if let epoch = sealed, wait {
      console.note("sealed for epoch \(epoch); waiting until it can be opened")
      try await judge.wait(beyond: epoch)
      opened.append(try await judge.open(try await judge.facts(), console))
    }
    let (facts, now) = (try await judge.facts(), try await link.marketNow())
    let epochs = opened.compactMap(\.self)
    let data: JSONValue = [
      "opened": .array(epochs.map { .unsigned($0) }),
      "sealed": sealed.map { .unsigned($0) } ?? .null,
      "epoch": .unsigned(try facts.epoch),
      "epochEnds": .unsigned(try facts.epochEnds.milliseconds),
    ]
    console.result(Self.schema, data) { paint in
      var lines = epochs.map { "opened the weights of epoch \($0)" }
      if let sealed, !epochs.contains(sealed) {
        lines.append(sealedText(sealed, facts, now, paint))
      }
      return lines.isEmpty ? "nothing waits to be opened" : lines.joined(separator: "\n")
    }
  }

  private func sealedText(
    _ epoch: UInt64, _ facts: SubnetFacts, _ now: Time, _ paint: Paint
  ) -> String {
    "sealed weights for epoch \(epoch), which ends in \(SubnetText.ends(facts.json, now)); "
      + "open them in the next one, or "
      + "\(Percent.text(facts.slash)) of the stake behind you is lost: "
      + paint(.handle, "tolsey subnet weights \(which.subnet)")
  }
}

/// A row of weights as it is sealed.
struct SealedRow: Equatable {
  var uids: [UInt64]
  var shares: [UInt64]

  /// Reads `3=45` and the like; only the ratios count, so that large numbers are scaled down.
  init(words: [String]) throws {
    var row: [UInt64: UInt64] = [:]
    for word in words {
      let parts = word.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let uid = UInt64(parts[0]), let weight = UInt32(parts[1]) else {
        throw Failure(
          .usage, code: "badWeight", "\(word) is no weight",
          hint: "write a member's uid and a whole number: 3=45")
      }
      guard row.updateValue(UInt64(weight), forKey: uid) == nil else {
        throw Failure(
          .usage, code: "badWeight", "uid \(uid) is named twice", hint: "name each member once")
      }
    }
    let most = row.values.max() ?? 0
    guard most > 0 else {
      throw Failure(
        .usage, code: "badWeight", "all of the weights are 0",
        hint: "give somebody a weight, or leave them away to open only")
    }
    uids = row.keys.sorted()
    shares = uids.map { uid in
      let weight = row[uid] ?? 0
      return most <= 65_535 ? weight : weight * 65_535 / most
    }
  }

  init(uids: [UInt64], shares: [UInt64]) {
    self.uids = uids
    self.shares = shares
  }
}

/// What a validator sealed, kept until it is opened.
struct WeightBook {
  private let files: SealedFiles

  init(in folder: String, _ network: Bytes32, _ subnet: UInt64, _ account: Address) {
    files = SealedFiles(in: folder, network, subnet, account)
  }

  func keep(_ row: SealedRow, _ epoch: UInt64, _ seal: Bytes32) throws {
    let json: JSONValue = [
      "uids": .array(row.uids.map { .unsigned($0) }),
      "shares": .array(row.shares.map { .unsigned($0) }),
    ]
    try files.keep(json, seal, epoch: epoch)
  }

  /// The row that was sealed so; nil where it is not kept here.
  func row(_ epoch: UInt64, _ seal: Bytes32) throws -> SealedRow? {
    guard let json = try files.kept(seal, epoch: epoch),
      let uids = json["uids"]?.array?.compactMap(\.uint64),
      let shares = json["shares"]?.array?.compactMap(\.uint64), uids.count == shares.count
    else { return nil }
    return SealedRow(uids: uids, shares: shares)
  }

  func forget(before epoch: UInt64) throws { try files.forget(before: epoch) }
}

/// A validator of one subnet, at a node.
struct SubnetJudge {
  private let link: NodeLink
  private let key: PrivateKey
  private let subnet: UInt64
  private let network: Bytes32
  private let book: WeightBook

  init(link: NodeLink, key: PrivateKey, subnet: UInt64, network: Bytes32, folder: String) {
    self.link = link
    self.key = key
    self.subnet = subnet
    self.network = network
    book = WeightBook(in: folder, network, subnet, key.address)
  }

  func facts() async throws -> SubnetFacts { try await SubnetFacts.read(link, subnet) }

  private func salt(_ epoch: UInt64) -> Bytes32 {
    Salts(key).of(
      network: network, lane: Wallet.lane, sequence: epoch, "weights of subnet \(subnet)")
  }

  /// Opens what this account still owes; the epoch of it, nil where it owes nothing.
  func open(_ facts: SubnetFacts, _ console: Console) async throws -> UInt64? {
    let running = try facts.epoch
    guard running > 0,
      let owed = facts.seat(of: key.address)?["owed"]?.string.flatMap(Bytes32.init(hex:))
    else {
      try book.forget(before: running)
      return nil
    }
    let epoch = running - 1
    guard let row = try book.row(epoch, owed) else {
      // It may have been sealed on another machine, so what else was asked goes on.
      console.warn(
        "weights for epoch \(epoch) wait to be opened, and are not kept here: run this where they "
          + "were sealed, or \(Percent.text(facts.slash)) of the stake behind you is lost")
      return nil
    }
    let (until, salt) = (try await link.lastMoment(before: facts.epochEnds), salt(epoch))
    _ = try await Wallet(link, key).send { head in
      .revealWeights(
        RevealWeights(
          head.valid(until: until), subnet: subnet, uids: row.uids, shares: row.shares, salt: salt))
    }
    try book.forget(before: running)
    return epoch
  }

  /// Seals a row for the running epoch, after it was kept.
  func seal(_ row: SealedRow, _ facts: SubnetFacts) async throws -> UInt64 {
    let members = try facts.members
    if let stranger = row.uids.first(where: { $0 >= members }) {
      throw Failure(
        .refused, code: "badWeights", "there is no uid \(stranger) in subnet \(subnet)",
        hint: "it has \(members) members; see 'tolsey subnet show \(subnet)'")
    }
    let epoch = try facts.epoch
    let seal = WeightSeal.of(
      subnet: subnet, epoch: epoch, by: key.address, uids: row.uids, shares: row.shares,
      salt: salt(epoch))
    try book.keep(row, epoch, seal)
    // In a later epoch the seal would be one that nobody can open.
    let until = try await link.lastMoment(before: facts.epochEnds)
    _ = try await Wallet(link, key).send { head in
      .sealWeights(SealWeights(head.valid(until: until), subnet: subnet, seal: seal))
    }
    return epoch
  }

  func wait(beyond epoch: UInt64) async throws {
    while try await facts().epoch <= epoch { try await Task.sleep(for: .seconds(1)) }
  }
}
