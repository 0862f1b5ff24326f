// The runs behind each claim, in a file by its root: what a run is called up from.

import Chain
import Foundation
import Glibc
import Payments
import Primitives

/// Signed runs in the order of their leaves.
struct ClaimedRuns: Fielded, Hashable {
  static let typeName = "ClaimedRuns"
  var format: UInt64 = 1
  var runs: [SignedRun] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try v("runs", &runs)
  }
}

/// A folder with a file for each claim, written before the claim is sent.
public struct RunArchive: Sendable {
  private let folder: String

  public init(folder: String) { self.folder = folder }

  /// The runs behind a root; nil where the file is not there or not whole.
  func runs(root: Bytes32) -> [SignedRun]? {
    let file = Glibc.open("\(folder)/\(root).runs", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = part.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes += part[..<count]
    }
    return try? CBOR.decode(ClaimedRuns.self, from: bytes, limit: bytes.count).runs
  }

  func keep(_ runs: [[UInt8]], root: Bytes32) throws {
    guard !runs.isEmpty else { return }
    var claimed = ClaimedRuns()
    claimed.runs = try runs.map { try CBOR.decode(SignedRun.self, from: $0) }
    let bytes = CBOR.encode(claimed)
    let path = "\(folder)/\(root).runs"
    // What was kept under this root before stays whole until all of it is on the disk.
    do { close(try WholeFile.replace(path, by: bytes)) } catch let problem as WholeFile.Problem {
      throw ChannelJournal.Problem(problem)
    }
  }

  /// How long runs are kept that no claim waits with, in seconds.
  static let lasts: UInt64 = 30 * 86_400

  /// Removes the runs of claims that were settled long ago.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - roots: of claims that are held.
  func tidy(now: UInt64, keeping roots: Set<Bytes32>) {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for file in files where file.hasSuffix(".runs") {
      guard let root = Bytes32(hex: String(file.dropLast(".runs".count))), !roots.contains(root)
      else { continue }
      let path = "\(folder)/\(file)"
      var facts = stat()
      guard lstat(path, &facts) == 0, let written = UInt64(exactly: facts.st_mtim.tv_sec),
        now > written, now - written > RunArchive.lasts
      else { continue }
      unlink(path)
    }
  }
}
