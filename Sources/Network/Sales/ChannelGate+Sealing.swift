// Receipts of runs that were claimed: the signed run, its place under the claim's root, and the
// claim in its block.

import Chain
import Payments
import Primitives

/// What the link to a sealed receipt names.
struct SealLink: Hashable, Sendable {
  /// That of the signed receipt, which only its buyer was told.
  var name: String
  var channel: Bytes32
  var run: UInt64
  /// What the channel had paid before the run.
  var before: UInt64

  static let ending = "/sealed"

  /// Below where receipts are fetched.
  var path: String {
    "\(name)\(SealLink.ending)?channel=\(channel)&run=\(run)&before=\(before)"
  }

  init(name: String, channel: Bytes32, run: UInt64, before: UInt64) {
    self.name = name
    self.channel = channel
    self.run = run
    self.before = before
  }

  /// Reads what follows the place of receipts; nil where it is no such link.
  init?(path: some StringProtocol, query: (String) -> String?) {
    guard path.hasSuffix(SealLink.ending),
      let channel = query("channel").flatMap({ Bytes32(hex: $0) }),
      let run = query("run").flatMap({ UInt64($0) }),
      let before = query("before").flatMap({ UInt64($0) })
    else { return nil }
    self.init(
      name: String(path.dropLast(SealLink.ending.count)), channel: channel, run: run,
      before: before)
  }
}

/// What becomes of a link to a sealed receipt.
enum Sealing: Hashable, Sendable {
  /// The file.
  case sealed([UInt8])
  /// No link of this door.
  case unknown
  /// No claim has paid for the run.
  case unclaimed
  /// No block that the node knows holds the payment.
  case waiting
  /// The claim names other runs than are kept here.
  case lost
  /// As many as are made at once are under way.
  case busy
}

/// Sealed receipts that were made lately. Each is the same for ever, and whoever asks for one again
/// and again must not keep the seller reading its archive, or asking its node.
struct SealedFiles {
  /// By what follows the place of receipts in the link.
  private var files: [String: [UInt8]] = [:]
  private var order: [String] = []
  private var bytes = 0

  static let most = 256
  static let mostBytes = 16 << 20

  func find(_ link: String) -> [UInt8]? { files[link] }

  mutating func keep(_ file: [UInt8], for link: String) {
    guard files.updateValue(file, forKey: link) == nil else { return }
    order.append(link)
    bytes += file.count
    while order.count > SealedFiles.most || bytes > SealedFiles.mostBytes {
      bytes -= files.removeValue(forKey: order.removeFirst())?.count ?? 0
    }
  }

  var count: Int { order.count }
}

extension ChannelGate {
  func sealLink(_ channel: Bytes32, run: UInt64, before: Amount) -> SealLink {
    SealLink(
      name: desk.name(channel, run), channel: channel, run: run, before: before.units)
  }

  /// Makes the sealed receipt of a run. Nothing of it is remembered here: the link says which run
  /// it is, the node which claim paid for it, and the archive which runs that claim named.
  func seal(_ link: SealLink) async throws -> Sealing {
    guard link.name == desk.name(link.channel, link.run) else { return .unknown }
    if let bytes = sealed.withLock({ $0.find(link.path) }) { return .sealed(bytes) }
    // A claim's runs are read as a whole, some megabytes.
    guard let turn = sealing.take() else { return .busy }
    defer { turn.end() }
    guard let claim = try await node.sealedClaim(of: link.channel, at: link.before),
      case .claimVouchers(let message) = claim.claim.message
    else { return .unclaimed }
    guard let runs = archive?.runs(root: message.root),
      let place = runs.firstIndex(where: { link.means($0.run) }),
      let path = try RunTree(runs.map { RunTree.leaf($0.run) }).path(to: place)
    else { return .lost }
    let file = SealedRun(
      runs[place], index: UInt64(place), of: UInt64(runs.count), path: path, in: claim)
    // A node that tells stories seals nothing here.
    guard (try? file.verify()) != nil else { return .lost }
    let bytes = file.encoded
    sealed.withLock { $0.keep(bytes, for: link.path) }
    return .sealed(bytes)
  }
}

extension SealLink {
  fileprivate func means(_ sold: SoldRun) -> Bool {
    sold.payment == channel && sold.index == run && sold.before.units == before
  }
}
