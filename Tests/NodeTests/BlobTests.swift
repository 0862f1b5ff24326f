// Blobs in the custody of a node: put by one, read by those it is for, and by nobody else.

import Chain
import Kernel
import Market
import NIOHTTP1
import Node
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct BlobTests {
  let alice = TestNode.alice
  let bob = TestNode.bob
  let eve = TestNode.eve
  /// Forty boxes that nobody has the key to.
  let bytes = [UInt8](repeating: 7, count: 40 * ContentChunks.boxBytes)

  private var now: Time { WallClock().now }

  private func expectForbidden(_ body: () async throws -> Void) async {
    await #expect {
      try await body()
    } throws: { ($0 as? ClientError)?.code == "blobForbidden" }
  }

  @Test func theCustodianSignsForWhatItKeeps() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      let kept = try await client.put(blob: bytes, by: alice, at: now)
      #expect(kept.root == BlobRoots(of: bytes).blob)
      #expect(kept.content == BlobRoots(of: bytes).content)
      #expect(kept.size == UInt64(bytes.count))
      #expect(node.genesis.custodians == [kept.custody.custodian])
      let digest = Custody.digest(
        network: node.genesis.network, root: kept.content, blob: kept.root, size: kept.size)
      let signature = try Signature(kept.custody.signature)
      #expect(try signature.recover(digest: digest) == kept.custody.custodian)
      #expect(try await client.blob(kept.root, by: alice, at: now) == bytes)
    }
  }

  @Test func strangersReadNothing() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let kept = try await client.put(blob: bytes, readers: [bob.address], by: alice, at: now)
      #expect(try await client.blob(kept.root, by: bob, at: now) == bytes)
      await expectForbidden { _ = try await client.blob(kept.root, by: eve, at: now) }
      // Neither by asking for it oneself, nor through a reader who does not own it.
      await expectForbidden {
        try await client.allow([eve.address], toRead: kept.root, by: eve, at: now)
      }
      await expectForbidden {
        try await client.allow([eve.address], toRead: kept.root, by: bob, at: now)
      }
      try await client.allow([eve.address], toRead: kept.root, by: alice, at: now)
      #expect(try await client.blob(kept.root, by: eve, at: now) == bytes)
    }
  }

  @Test func whoDoesNotSignGetsNothing() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      let kept = try await client.put(blob: bytes, by: alice, at: now)
      let path = "/api/blobs/\(kept.root)"
      func expectUnsigned(_ header: String?, _ code: String) async throws {
        var call = HTTPCall(.GET, path)
        if let header { call.headers.append(("Authorization", header)) }
        let reply = try await client.pool.send(call, timeout: NodeClient.patience)
        #expect(reply.status == 401)
        #expect(Problem(json: try JSONValue(parsing: reply.body))?.code == code)
      }
      try await expectUnsigned(nil, "unsigned")
      try await expectUnsigned("Bearer secret", "unsigned")
      // Alice's signature for another path, and one that is an hour old.
      let other = RequestSignature(
        method: "GET", path: "/api/blobs", body: [], network: node.genesis.network, time: now,
        key: alice)
      try await expectUnsigned(other.header, "badSignature")
      let old = RequestSignature(
        method: "GET", path: path, body: [], network: node.genesis.network,
        time: Time(now.milliseconds - 3_600_000), key: alice)
      try await expectUnsigned(old.header, "staleSignature")
    }
  }

  @Test func blobsOutliveARestart() async throws {
    let test = try TestNode()
    let kept = try await test.run { _, client async throws in
      try await client.put(blob: bytes, by: alice, at: now)
    }
    try await test.run { _, client async throws in
      #expect(try await client.blob(kept.root, by: alice, at: now) == bytes)
    }
  }
}
