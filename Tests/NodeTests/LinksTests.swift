// The operator's hash chain ends after a million blocks; the next one has to be there by then.

import Archive
import Foundation
import Kernel
import NetworkRoom
import Primitives
import Testing

@testable import Node

@Suite struct LinksTests {
  private static let length = Int(BeaconState.chainLength)

  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "tolsey-links-" + UUID().uuidString
    try NodeFolder.makeFolder(path)
    return path
  }

  private func secret(_ name: String) -> Bytes32 { SHA256.hash(Array(name.utf8)) }

  @Test func oneChainFollowsTheOther() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var first = LinkChain(secret: secret("first"), length: LinksTests.length)
    try NodeFolder.write(first.file, to: path + "/" + OperatorLinks.file)
    var links = try OperatorLinks(folder: path)
    let near = first.next(after: BeaconState.chainLength - 1027)
    var beacon = BeaconState(value: .zero, anchor: try #require(near), remaining: 1026)

    let anchor = try links.prepareNext(for: beacon, in: path, secret: secret("second"))
    // A crash before the announcement: the chain of the file is announced, not a second one.
    links = try OperatorLinks(folder: path)
    #expect(try links.prepareNext(for: beacon, in: path, secret: secret("other")) == anchor)
    beacon = try beacon.renewed(anchor: anchor)

    for block in 0..<1030 {
      // Nothing of the choice lives in memory alone.
      if block % 5 == 0 { links = try OperatorLinks(folder: path) }
      let link = links.next(beacon)
      beacon = try beacon.advanced(by: try #require(link))
    }
    #expect(beacon.remaining == BeaconState.chainLength - 4)

    // The second is in use, so the first makes room for the third.
    let third = try links.prepareNext(for: beacon, in: path, secret: secret("third"))
    #expect(third != anchor)
    links = try OperatorLinks(folder: path)
    let shown = links.next(beacon)
    #expect(shown.map { SHA256.hash($0.bytes) } == beacon.link)
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(names == [OperatorLinks.file, OperatorLinks.nextFile])
  }

  @Test func aFolderOfAnotherNetworkGivesNoLink() throws {
    var links = OperatorLinks(LinkChain(secret: secret("one"), length: 4096))
    let beacon = BeaconState(value: .zero, anchor: secret("another"))
    let shown = links.next(beacon)
    #expect(shown == nil)
    #expect(throws: NodeError.self) {
      var links = links
      _ = try links.prepareNext(for: beacon, in: "/nowhere", secret: secret("two"))
    }
  }

  @Test func theNodeAnnouncesByItself() async throws {
    let test = try TestNode()
    var configuration = test.configuration()
    configuration.renewLinksAt = BeaconState.chainLength
    let node = try await Node.start(configuration)
    let client = NodeClient(patient: node.address)
    var announced = 0
    var sequence: UInt64 = 0
    // The new chain is made beside the blocks, and takes as long as the machine takes.
    try await until {
      _ = try await client.submit(
        test.transfer(1, from: TestNode.alice, to: TestNode.bob.address, sequence: sequence))
      sequence += 1
      announced = try await client.history(
        after: FeedCursor(height: 0), filter: EventsFilter(names: ["linksRenewed"]), limit: 10
      ).events.count
      return announced > 0
    }
    #expect(announced == 1)
    client.close()
    await node.stop()
    #expect(FileManager.default.fileExists(atPath: test.folder + "/" + OperatorLinks.nextFile))

    let again = try await Node.start(test.configuration())
    let second = NodeClient(patient: again.address)
    _ = try await second.post(
      test.transfer(1, from: TestNode.bob, to: TestNode.alice.address, sequence: 0))
    second.close()
    await again.stop()
  }
}
