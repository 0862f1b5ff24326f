// The folder of a node: genesis, keys that nobody else may read, and the operator's links.

public import Chain
import Foundation
import Glibc
public import Kernel
public import Primitives

/// Files of a node, apart from its store and blobs.
public struct NodeFolder: Sendable {
  public let path: String
  public let genesis: Genesis
  let operatorKey: PrivateKey
  let custodianKey: PrivateKey
  /// Nil where the network gives no test money.
  let faucetKey: PrivateKey?
  /// Whose account pays the tolls of x402 payments; nil where the node carries none. An operator
  /// puts the key there, and money on its account.
  let facilitatorKey: PrivateKey?
  let links: OperatorLinks

  static let genesisFile = "genesis.json"

  var storePath: String { path + "/store" }
  var blobsPath: String { path + "/blobs" }

  /// Whether a node was founded in the folder.
  public static func exists(at path: String) -> Bool {
    isThere(path + "/" + genesisFile)
  }

  public init(at path: String) throws(NodeError) {
    self.path = path
    let bytes = try NodeFolder.read(path + "/" + NodeFolder.genesisFile)
    do throws(Refusal) { genesis = try Genesis(file: bytes) } catch {
      throw .badFolder("\(NodeFolder.genesisFile) is refused: \(error.code)")
    }
    operatorKey = try NodeFolder.key("operator", in: path)
    custodianKey = try NodeFolder.key("custodian", in: path)
    faucetKey =
      NodeFolder.isThere(path + "/faucet.key")
      ? try NodeFolder.key("faucet", in: path) : nil
    facilitatorKey =
      NodeFolder.isThere(path + "/facilitator.key")
      ? try NodeFolder.key("facilitator", in: path) : nil
    guard genesis.operator == operatorKey.address else {
      throw .badFolder("operator.key is not the key of the genesis' operator")
    }
    links = try OperatorLinks(folder: path)
  }
}

// MARK: - Founding

/// What a new network is made of.
public struct Founding: Sendable {
  /// Everything secret and random follows from it; nil draws it.
  public var seed: [UInt8]?
  /// Nil draws one: what binds by the chain id alone must not bind on two networks.
  public var chainID: UInt64?
  public var time: Time
  public var terms = Terms.standard
  public var funds: [GenesisFund] = []
  /// What the faucet has to give; zero founds a network without one.
  public var faucet = Amount(1_000_000_000_000)
  /// What the facilitator of x402 payments has for tolls; zero founds a network without one.
  public var facilitator = Amount.zero
  /// Blocks that the operator's first chain of links lasts for.
  public var links = Int(BeaconState.chainLength)

  public init(time: Time) { self.time = time }
}

extension NodeFolder {
  /// Founds a network whose operator, custodian, faucet and facilitator is this node.
  public static func found(_ founding: Founding, at path: String) throws(NodeError) -> NodeFolder {
    guard !exists(at: path) else { throw .badFolder("a network was founded in it before") }
    let seed = founding.seed ?? randomBytes(32)
    func secret(_ use: String) -> [UInt8] {
      HMAC.sha256(key: seed, message: Array("tolsey/node/\(use)".utf8)).bytes
    }
    let keys = ["operator", "custodian", "faucet", "facilitator"].map {
      PrivateKey(seed: secret($0))
    }
    guard let linkSecret = Bytes32(secret("links")), let beacon = Bytes32(secret("beacon")) else {
      throw .badFolder("it has no secrets")
    }
    var chain = LinkChain(secret: linkSecret, length: founding.links)
    guard let anchor = chain.anchor() else { throw .badFolder("it has no links") }
    var genesis = Genesis()
    let drawn = Bytes32(secret("chain"))?.leadingWord ?? 1
    // 31 bits: every wallet takes them, and no registered chain is met by chance.
    genesis.chainId = founding.chainID ?? (1 << 30 | drawn % (1 << 30))
    genesis.time = founding.time
    genesis.operator = keys[0].address
    genesis.custodians = [keys[1].address]
    genesis.terms = founding.terms
    genesis.assets = [GenesisAsset(.dollar, name: "dollar")]
    genesis.funds = founding.funds
    if founding.faucet > .zero {
      genesis.funds.append(GenesisFund(keys[2].address, founding.faucet))
    }
    if founding.facilitator > .zero {
      genesis.funds.append(GenesisFund(keys[3].address, founding.facilitator))
    }
    genesis.beacon = beacon
    genesis.anchor = anchor
    do throws(Refusal) { try genesis.check() } catch {
      throw .badFolder("its genesis would be refused: \(error.code)")
    }
    try makeFolder(path)
    try write(hex(keys[0]), to: path + "/operator.key")
    try write(hex(keys[1]), to: path + "/custodian.key")
    if founding.faucet > .zero { try write(hex(keys[2]), to: path + "/faucet.key") }
    if founding.facilitator > .zero { try write(hex(keys[3]), to: path + "/facilitator.key") }
    try write(chain.file, to: path + "/" + OperatorLinks.file)
    // Last, since its presence says that the folder is whole.
    try write(Array(genesis.file.utf8), to: path + "/" + genesisFile)
    return try NodeFolder(at: path)
  }

  private static func hex(_ key: PrivateKey) -> [UInt8] { Array("\(key.secret)\n".utf8) }

  static func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

// MARK: - Files

extension NodeFolder {
  private static func key(_ name: String, in path: String) throws(NodeError) -> PrivateKey {
    let bytes = try read("\(path)/\(name).key")
    let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    guard let secret = Bytes32(hex: text), let key = try? PrivateKey(secret) else {
      throw .badFolder("\(name).key is no key")
    }
    return key
  }

  static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Gives a file another name, for good.
  static func rename(_ old: String, to new: String, in folder: String) throws(NodeError) {
    guard Glibc.rename("\(folder)/\(old)", "\(folder)/\(new)") == 0, sync(folder) else {
      throw .badFolder("\(folder)/\(new) cannot be written")
    }
  }

  /// Makes the names in a folder durable.
  private static func sync(_ folder: String) -> Bool {
    let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { return false }
    defer { close(handle) }
    return fsync(handle) == 0
  }

  static func read(_ path: String) throws(NodeError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .badFolder("\(path) cannot be read")
    }
    return Array(data)
  }

  static func makeFolder(_ path: String) throws(NodeError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw .badFolder("\(path) cannot be made") }
  }

  /// Writes a file that only its owner may read. It is never there in part: it is written beside
  /// its place and moved there.
  static func write(_ bytes: [UInt8], to path: String) throws(NodeError) {
    let draft = path + ".new"
    unlink(draft)
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .badFolder("\(path) cannot be written") }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress! + written, bytes.count - written)
      }
      guard count > 0 else { break }
      written += count
    }
    let isSafe = fsync(file) == 0
    close(file)
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    guard written == bytes.count, isSafe, Glibc.rename(draft, path) == 0, sync(folder) else {
      unlink(draft)
      throw .badFolder("\(path) cannot be written")
    }
  }
}
