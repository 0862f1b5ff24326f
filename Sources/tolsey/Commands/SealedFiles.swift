// What an account sealed, kept in its home until it is shown: what nobody can show costs stake.

import Glibc
import Kernel
import NetworkRoom
import Primitives

/// Files of one account about one thing that has a number: a subnet, a tournament, a topic.
///
/// Salts follow from the key and what else a file has: one without the key opens nothing.
struct SealedFiles {
  private let folder: String
  private let stem: String

  init(in folder: String, _ network: Bytes32, _ number: UInt64, _ account: Address) {
    self.folder = folder
    stem = "\(network.description.dropFirst(2).prefix(16))-\(number)-\(account)-"
  }

  /// Several may be tried of which one comes into a block last, so each has its own file.
  private func path(_ seal: Bytes32, _ epoch: UInt64?) -> String {
    let own = "\(seal.description.dropFirst(2).prefix(16)).json"
    return "\(folder)/\(stem)\(epoch.map { "\($0)-" } ?? "")\(own)"
  }

  /// Before anything is sent, and on the disk before it returns.
  func keep(_ json: JSONValue, _ seal: Bytes32, epoch: UInt64? = nil) throws {
    try LocalFile.write(Array(json.text.utf8), to: path(seal, epoch), mode: 0o600)
    try LocalFile.sync(folder: folder)
  }

  /// What was sealed so; nil where it is not kept here.
  func kept(_ seal: Bytes32, epoch: UInt64? = nil) throws -> JSONValue? {
    let path = path(seal, epoch)
    return LocalFile.exists(path) ? try LocalFile.json(path) : nil
  }

  /// Forgets what can no longer be shown: epochs before this one.
  func forget(before epoch: UInt64) throws {
    for name in try LocalFile.names(in: folder) where name.hasPrefix(stem) {
      let number = name.dropFirst(stem.count).prefix { $0 != "-" }
      if let old = UInt64(number), old < epoch { unlink("\(folder)/\(name)") }
    }
  }
}

extension NodeLink {
  /// The last moment before a market time, by the clock of blocks. Market time may stand still and
  /// then it is later; it is never earlier.
  func lastMoment(before end: Time) async throws -> Time {
    let status = try await ask { client throws(ClientError) in try await client.status() }
    let paused =
      status.time.milliseconds - min(status.time.milliseconds, status.marketTime.milliseconds)
    let (moment, overflow) = end.milliseconds.addingReportingOverflow(paused)
    return overflow || moment == 0 ? .never : Time(moment - 1)
  }
}

extension Head {
  /// Not to be taken after a moment: in a later epoch a seal would be one that nobody can open.
  func valid(until moment: Time) -> Head {
    var head = self
    head.validUntil = min(validUntil, moment)
    return head
  }
}
