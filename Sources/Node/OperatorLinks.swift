// The operator's hash chains in its folder: the one in use, and the one that follows it.

import Kernel
import Primitives

/// Up to two chains. Which of them is in use no file says: it is the one whose next link hashes to
/// what the ledger asks for, so a crash between a file and a block leaves nothing in doubt.
struct OperatorLinks: Sendable {
  static let file = "operator.links"
  static let nextFile = "operator.links.next"

  private var chains: [LinkChain]

  init(_ chain: LinkChain) { chains = [chain] }

  init(folder: String) throws(NodeError) {
    chains = [try OperatorLinks.read(folder, OperatorLinks.file)]
    if NodeFolder.isThere(folder + "/" + OperatorLinks.nextFile) {
      chains.append(try OperatorLinks.read(folder, OperatorLinks.nextFile))
    }
  }

  /// The link that the next block shows; nil when no chain of the folder follows the ledger's.
  mutating func next(_ beacon: BeaconState) -> Bytes32? { following(beacon)?.link }

  private mutating func following(_ beacon: BeaconState) -> (chain: Int, link: Bytes32)? {
    let isUsedUp = beacon.remaining == 0
    let before = isUsedUp ? beacon.nextAnchor : beacon.link
    let shown = isUsedUp ? 0 : BeaconState.chainLength - beacon.remaining
    for chain in chains.indices {
      if let link = chains[chain].next(after: shown), SHA256.hash(link.bytes) == before {
        return (chain, link)
      }
    }
    return nil
  }

  /// The anchor of a chain that waits behind the one in use. It is drawn once and is on the disk
  /// before anybody hears of it: an announced chain that is lost would end the network.
  mutating func prepareNext(
    for beacon: BeaconState, in folder: String, secret: Bytes32
  ) throws(NodeError) -> Bytes32 {
    guard let inUse = following(beacon)?.chain else { throw .wrongLinks }
    if inUse == 1 {
      try NodeFolder.rename(OperatorLinks.nextFile, to: OperatorLinks.file, in: folder)
      chains.removeFirst()
    }
    if chains.count == 1 {
      let chain = LinkChain(secret: secret, length: Int(BeaconState.chainLength))
      try NodeFolder.write(chain.file, to: folder + "/" + OperatorLinks.nextFile)
      chains.append(chain)
    }
    guard let anchor = chains[1].anchor() else { throw .wrongLinks }
    return anchor
  }

  private static func read(_ folder: String, _ name: String) throws(NodeError) -> LinkChain {
    guard let chain = LinkChain(file: try NodeFolder.read(folder + "/" + name)) else {
      throw .badFolder("\(name) cannot be read")
    }
    return chain
  }
}
