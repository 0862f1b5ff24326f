// The genesis in a folder of a node, of a copy or of a backup.

import Chain
import Primitives

enum GenesisFile {
  /// - Parameter network: the first digits of the network's id that it must be.
  static func read(in folder: String, network: String? = nil) throws -> Genesis {
    let path = folder + "/genesis.json"
    guard LocalFile.exists(path) else {
      throw Failure(
        .usage, code: "notAFolderOfANode", "\(folder) has no genesis.json",
        hint: "name the folder that was given to 'tolsey up --data'")
    }
    let bytes = try LocalFile.read(path, limit: JSONValue.sizeLimit)
    let genesis = try LocalFile.naming(path) { () throws(Refusal) in try Genesis(file: bytes) }
    if let network {
      let wanted = network.hasPrefix("0x") ? network.lowercased() : "0x" + network.lowercased()
      guard "\(genesis.network)".hasPrefix(wanted), wanted.count >= 6 else {
        throw Failure(
          .unverified, code: "otherNetwork", "this is network \(genesis.network)",
          hint: "look at the network id that you expect; type at least four digits of it")
      }
    }
    return genesis
  }
}
