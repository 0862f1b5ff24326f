// What whoever hides a model's weights keeps: a manifest, a secret, and a counter an epoch.

import Glibc
import Graphs
import Models
import Primitives
import Proofs

/// A folder for its owner alone; by default `$TOLSEY_HOME/hidden/` and the model's id.
struct ProofVault {
  let path: String
  /// Of the hidden model: its only commitment hides the weights.
  let manifest: Manifest
  let secret: Bytes32
  let epoch: UInt64

  static func path(_ model: Model, _ named: String?) throws -> String {
    try named ?? HomeFolder.path() + "/hidden/\(model.id)"
  }

  var counter: OpeningsFile {
    OpeningsFile(
      path: ProofVault.counter(path, epoch), next: ProofVault.counter(path, epoch &+ 1))
  }

  private static func counter(_ path: String, _ epoch: UInt64) -> String {
    "\(path)/openings-\(epoch)"
  }

  /// The vault of a model, which must be there.
  init(of model: Model, _ named: String?) throws {
    let path = try ProofVault.path(model, named)
    guard LocalFile.exists(path + "/manifest") else {
      throw Failure(
        .refused, code: "weightsNotHidden", "the weights of \(model.id.short) are not hidden",
        hint: "hide them with 'tolsey proof hide \(model.id.short) --budget 8'")
    }
    let bytes = try LocalFile.read(path + "/manifest", limit: Manifest.mostBytes)
    let manifest = try LocalFile.naming(path) { () throws(Refusal) in
      try Manifest(decoding: bytes)
    }
    let text = String(decoding: try LocalFile.read(path + "/secret", limit: 1 << 10), as: UTF8.self)
    // A counter's folder of marks has no number for a name: "openings-0.d".
    let epochs = try LocalFile.names(in: path).compactMap {
      $0.hasPrefix("openings-") ? UInt64($0.dropFirst("openings-".count)) : nil
    }
    guard let secret = Bytes32(hex: text), let epoch = epochs.max(),
      try manifest.graph() == model.graph
    else {
      throw Failure(.refused, code: "openingsUnreadable", "\(path) is no vault of this model")
    }
    (self.path, self.manifest, self.secret, self.epoch) = (path, manifest, secret, epoch)
    // It may have died between making this counter and saying so beside the one before.
    let before = OpeningsFile(path: ProofVault.counter(path, epoch &- 1))
    if epoch > 0, LocalFile.exists(before.marks) { try before.markNext() }
  }

  /// Makes one; there must be none yet.
  static func make(
    _ model: Model, _ named: String?, _ grant: ProofGrant, isReplica: Bool
  ) throws -> ProofVault {
    let path = try path(model, named)
    guard !LocalFile.exists(path + "/manifest") else {
      throw Failure(
        .refused, code: "alreadyHidden", "the weights of \(model.id.short) are hidden already",
        hint: "see \(path)")
    }
    if named == nil { _ = try HomeFolder.folder("hidden") }
    let weights = try CommittedWeights.hidden(
      grant.manifest, model.weights, secret: grant.secret, epoch: grant.epoch)
    guard weights.root == grant.root else { throw Refusal("otherWeights") }
    try LocalFile.makeFolder(path, mode: 0o700)
    try LocalFile.write(Array("\(grant.secret)".utf8), to: path + "/secret", mode: 0o600)
    if isReplica { try LocalFile.write([], to: path + "/replica", mode: 0o600) }
    _ = try OpeningsFile.make(counter(path, grant.epoch), root: grant.root, grant.range)
    try LocalFile.write(grant.manifest.encoded, to: path + "/manifest", mode: 0o600)
    return try ProofVault(of: model, path)
  }

  /// Refuses to show weights that were hidden here: proofs on the ledger are of weights in clear.
  /// The same weights are sold under the id of their provable form, too.
  ///
  /// - Parameter folder: where vaults are kept; the home folder's, if not said.
  static func requireNone(of model: Model, in folder: String? = nil) throws {
    var plain = model.manifest
    plain.commitments.removeAll { $0.scheme == CommittedWeights.scheme }
    let folder = try folder ?? HomeFolder.path() + "/hidden"
    guard [model.id, plain.id].contains(where: { LocalFile.exists("\(folder)/\($0)/manifest") })
    else { return }
    throw Failure(
      .refused, code: "weightsWouldBeShown",
      "the weights of \(model.id.short) are hidden, and a few dozen proofs sold would show them",
      hint: "sell it under another check, or prove to whoever asks with 'tolsey proof make'")
  }

  /// The model that somebody hid under an id, by its own.
  static func owner(of hidden: ModelID) throws -> String? {
    let folder = try HomeFolder.path() + "/hidden"
    return try LocalFile.names(in: folder).first {
      let bytes = try? LocalFile.read("\(folder)/\($0)/manifest", limit: Manifest.mostBytes)
      // What is no manifest is nobody's, and hides no other.
      return bytes.flatMap { try? Manifest(decoding: $0).id } == hidden
    }
  }

  func weights(
    of model: Model, epoch: UInt64? = nil, progress: ProofProgress? = nil
  ) throws(Refusal) -> CommittedWeights {
    try CommittedWeights.hidden(
      manifest, model.weights, secret: secret, epoch: epoch ?? self.epoch, progress: progress)
  }

  /// The next root and what leads to it. The old counter is closed on the disk before the file is
  /// made, so that no proof follows it. Two who did so would both have all of the next budget.
  func recommit(_ model: Model, to out: String) throws -> (file: Recommitment, size: Int) {
    guard !LocalFile.exists(path + "/replica") else {
      throw Failure(
        .refused, code: "replica", "only where the weights were hidden are they committed to again",
        hint: "run it there, and share openings of the new root from there")
    }
    let old = try weights(of: model)
    guard try old.root == counter.state.root else { throw Refusal("otherWeights") }
    try counter.shut()
    let new = try weights(of: model, epoch: epoch + 1)
    let file = try Recommitment(manifest, from: old, to: new)
    let bytes = file.bytes
    try LocalFile.write(bytes, to: out)
    _ = try OpeningsFile.make(
      ProofVault.counter(path, epoch + 1), root: new.root,
      OpeningRange(0..<UInt64(new.shape.budget)))
    try counter.markNext()
    return (file, bytes.count)
  }
}

/// What makes a vault: here, or at a replica that gets indices of its own.
struct ProofGrant: Fielded {
  static let typeName = "ProofGrant"
  var bytes: [UInt8] = []
  var secret = Bytes32()
  var epoch: UInt64 = 0
  var root = Bytes32()
  var first: UInt64 = 0
  var count: UInt64 = 0

  init() {}

  init(
    _ manifest: Manifest, _ secret: Bytes32, _ epoch: UInt64, _ root: Bytes32,
    _ range: OpeningRange
  ) {
    (bytes, self.secret, self.epoch, self.root) = (manifest.encoded, secret, epoch, root)
    (first, count) = (range.first, range.left)
  }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("bytes", &bytes)
    try v("secret", &secret)
    try v("epoch", &epoch)
    try v("root", &root)
    try v("first", &first)
    try v("count", &count)
  }

  var manifest: Manifest {
    get throws(Refusal) { try Manifest(decoding: bytes) }
  }

  var range: OpeningRange { OpeningRange(first..<(first + count)) }

  init(file: String) throws {
    let bytes = try LocalFile.read(file, limit: 2 * Manifest.mostBytes)
    self = try LocalFile.naming(file) { () throws(Refusal) in
      let own = try CBOR.decode(ProofGrant.self, from: bytes, limit: 2 * Manifest.mostBytes)
      guard !own.first.addingReportingOverflow(own.count).overflow else {
        throw Refusal("openingsUnreadable")
      }
      return own
    }
  }
}
