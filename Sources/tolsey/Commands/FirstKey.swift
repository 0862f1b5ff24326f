// A newcomer's first key: made where a test node gives money away, so that one command is enough.

import NetworkRoom
import Primitives

extension KeyOptions {
  static let firstName = "owner"

  /// The key that was meant, and the node. Who has no key at all, and named none, gets one at a
  /// node whose faucet fills its account; at any other node it is said that a key is missing.
  func open(
    orBeginAt node: NodeOptions, _ console: Console
  ) async throws -> (key: PrivateKey, link: NodeLink) {
    let missing: Failure
    do { return (try open().key, try await node.connect(console)) } catch let failure as Failure {
      guard failure.code == "noKeys" else { throw failure }
      missing = failure
    }
    let link = try await node.connect(console)
    let key = try KeysFolder.fresh()
    do throws(ClientError) { _ = try await link.client.pour(to: key.address) } catch {
      throw missing
    }
    try KeysFolder().add(key, named: KeyOptions.firstName)
    console.warn(
      "you had no key: '\(KeyOptions.firstName)' is yours now, with money of this test node")
    return (key, link)
  }
}
