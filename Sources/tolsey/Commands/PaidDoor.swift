// What a door that is paid by x402 needs: the node's facilitator, and a file of what was sold.

import ArgumentParser
import Foundation
import Glibc
import NetworkRoom
import Payments
import Primitives

/// When a door claims what its buyers' channels owe.
struct ChannelOptions: ParsableArguments {
  @Option(help: "Seconds after which what channels owe is claimed.") var claimEvery: UInt64 = 3_600
  @Option(
    help: "Seconds between a buyer's request to have its channel's money back and the withdrawal.")
  var withdrawDelay: UInt64 = 86_400
  @Option(
    help: """
      Dollars that stand behind what vouchers pay here: one run of each claim is audited by them.
      """)
  var bond: String?
  @Option(
    help: """
      Which key signs receipts: that of the account, or an Ed25519 key that the account names in \
      each of them.
      """)
  var receiptKey = ReceiptKeyKind.account

  var terms: ChannelTerms {
    get throws {
      guard BatchEscrow.delays.contains(withdrawDelay) else {
        throw Failure(
          .usage, code: "withdrawDelay", "a channel's delay is 900 to 2592000 seconds",
          hint: "leave --withdraw-delay away for a day")
      }
      var terms = ChannelTerms()
      terms.delay = withdrawDelay
      terms.interval = max(1, claimEvery)
      return terms
    }
  }
}

/// Whose key signs receipts, as a word of the command line.
enum ReceiptKeyKind: String, CaseIterable, ExpressibleByArgument {
  case account, ed25519
}

/// Claims in the background.
struct DoorClaims {
  let channels: ChannelGate
  let task: Task<Void, Never>

  /// What is owed at the end is claimed at the end. Where a bond stands behind the door nothing is
  /// claimed any more, and what was claimed keeps the program until it was drawn and opened; a
  /// second ctrl-c leaves.
  func stop(_ console: Console) async {
    task.cancel()
    let stops = StopSignals.stream()
    let ending = Task {
      await channels.finish { count in
        console.note(
          "stopping: claims wait for their audit (\(count)); ctrl-c again leaves, and a claim that "
            + "nobody opens within the hour costs its slice of the bond")
      }
    }
    let hearing = Task {
      for await _ in stops {
        console.warn("left before the audit: start again within the hour, or lose the claim")
        ending.cancel()
        break
      }
    }
    await ending.value
    hearing.cancel()
    guard channels.left > .zero else { return }
    console.note(
      "\(Dollars.text(channels.left)) is owed and not claimed: start again, before it is withdrawn")
  }
}

/// A gate before what is sold, settled by a node.
struct PaidDoor {
  let gate: PaymentGate
  /// Signs receipts; nil where the payee's key is not here.
  let desk: ReceiptDesk?
  /// Takes vouchers; nil where the payee's key is not here.
  let channels: ChannelGate?
  let network: Bytes32
  let chainID: UInt64

  /// Looks first whether a payment could come through at all.
  ///
  /// - Parameters:
  ///   - key: the payee's, where it is here: it signs receipts, claims and refunds. Without it
  ///     only single payments are taken.
  ///   - ware: names what is sold in the names of the files.
  ///   - folder: where they lie; else `sales` of the person's own.
  static func open(
    _ link: NodeLink, payTo: Address, key: PrivateKey?, ware: String, work: String,
    _ options: ChannelOptions, in folder: String? = nil
  ) async throws -> PaidDoor {
    let folder = try folder ?? HomeFolder.folder("sales")
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    let facilitator = RemoteFacilitator(link.client)
    let carries = try await link.ask { _ throws(ClientError) in
      try await facilitator.carries(chainID: genesis.chainId)
    }
    guard carries else {
      throw Failure(
        .refused, code: "noFacilitator", "\(link.client.node) carries no payments of x402",
        hint: "its operator gives it a key: facilitator.key in the node's folder")
    }
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(payTo)
    }
    guard account.isOpen else {
      throw Failure(
        .refused, code: "accountNotOpen", "\(payTo.checksummed) has no account to be paid on",
        hint: "send it some dollars; on a test node: tolsey account fund \(payTo.checksummed)")
    }
    let file = try sales(payTo, genesis.network, ware, folder)
    let now: @Sendable () -> UInt64 = { UInt64(max(0, Date().timeIntervalSince1970)) }
    guard let key else {
      guard options.bond == nil else {
        throw Failure(
          .usage, code: "noKeyForBond", "the key of \(payTo.checksummed) is not here",
          hint: "only who can sign for the payee can open the runs that a bond answers for")
      }
      return PaidDoor(
        gate: PaymentGate(settler: facilitator, file: file, now: now), desk: nil, channels: nil,
        network: genesis.network, chainID: genesis.chainId)
    }
    let desk = ReceiptDesk(
      key: key, network: genesis.network, chainID: genesis.chainId,
      namesKey: options.receiptKey == .ed25519)
    let door = try journal(payTo, genesis.network, ware, folder)
    let authorizer = authorizer(key, door.place.name)
    if let bond = options.bond {
      try await stand(
        behind: authorizer, work: work, try Dollars.required(bond), Wallet(link, key))
    }
    let channels = ChannelGate(
      desk: desk, authorizer: authorizer,
      node: RemoteChannels(link.client, key: key, door: ware), terms: try options.terms,
      journal: door.file,
      archive: RunArchive(folder: folder), now: now)
    return PaidDoor(
      gate: PaymentGate(settler: facilitator, file: file, channels: channels, now: now),
      desk: desk, channels: channels, network: genesis.network, chainID: genesis.chainId)
  }

  /// Sees to it that so much stands behind the door: what is missing is added.
  private static func stand(
    behind door: Address, work: String, _ wanted: Amount, _ wallet: Wallet
  ) async throws {
    let seller = wallet.key.address
    let bonds = try await wallet.link.ask { client throws(ClientError) in
      try await client.standingBonds(of: seller)
    }
    let row = bonds.first { $0.door == door }
    guard row?.leaves ?? .never == .never else {
      throw Failure(
        .refused, code: "bondLeaves", "the bond behind this door was asked back",
        hint: "sell without --bond until it is home; vouchers from before are audited by none then")
    }
    let known = row?.bond ?? .zero
    guard let missing = try? wanted.subtracting(known), missing > .zero else { return }
    _ = try await wallet.send {
      .postStandingBond(PostStandingBond($0, door: door, work: work, missing))
    }
  }

  /// Claims in the background, where vouchers are taken.
  func startClaims() -> DoorClaims? {
    channels.map { channels in DoorClaims(channels: channels, task: Task { await channels.run() }) }
  }

  /// A door has channels of its own, so that two doors of one seller count apart.
  private static func authorizer(_ key: PrivateKey, _ name: String) -> Address {
    let seed = HMAC.sha256(key: key.secret, message: Array("tolsey/door/1 \(name)".utf8))
    return PrivateKey(seed: seed.bytes).address
  }

  private static func journal(
    _ payTo: Address, _ network: Bytes32, _ ware: String, _ folder: String
  ) throws -> (file: ChannelJournal, place: DoorJournal) {
    let start = "\(network)".dropFirst(2).prefix(16)
    let place = try DoorJournal.find(
      in: folder, stem: "\(start)-\(payTo)-\(ware)", ware: ware,
      fresh: String(UInt64.random(in: .min ... .max), radix: 16))
    let path = place.path
    do { return (try ChannelJournal(path), place) } catch let problem as ChannelJournal.Problem {
      switch problem {
      case .inUse:
        throw Failure(
          .tryAgain, code: "salesInUse",
          "another program sells this for \(payTo.checksummed)",
          hint: "stop it, or be paid on another account")
      case .unreadable(let line):
        throw Failure(
          .refused, code: "salesUnreadable", "line \(line) of \(path) cannot be read",
          hint: "mend the line, or put the file away: a new one is a new door, with a bond of its "
            + "own. Never restore an old copy: it signs other runs for places that are sold")
      case .failed(let code): throw Failure.file(path, "write", code)
      }
    }
  }

  /// One file a network, receiver and ware: two programs that sell the same would each sell once
  /// for the same payment.
  private static func sales(
    _ payTo: Address, _ network: Bytes32, _ ware: String, _ folder: String
  ) throws -> SaleFile {
    let start = "\(network)".dropFirst(2).prefix(16)
    let path = "\(folder)/\(start)-\(payTo)-\(ware).sales"
    do {
      return try SaleFile(path, now: UInt64(max(0, Date().timeIntervalSince1970)))
    } catch let problem as SaleFile.Problem {
      switch problem {
      case .inUse:
        throw Failure(
          .tryAgain, code: "salesInUse", "another program sells this for \(payTo.checksummed)",
          hint: "stop it, or be paid on another account")
      case .unreadable(let line):
        throw Failure(
          .refused, code: "salesUnreadable", "line \(line) of \(path) cannot be read",
          hint: "put it away when no payment of the last day matters any more")
      case .failed(let code): throw Failure.file(path, "write", code)
      }
    }
  }
}
