// What the doctor looks at in the node that commands talk to: is it there, its version, its clock.

import NetworkRoom
import Node
import Primitives

enum Neighbour {
  static func findings(_ options: NodeOptions) async -> [Finding] {
    let named = options.node ?? HomeFolder.environment("TOLSEY_NODE")
    let text = named ?? "\(NodeAddress())"
    guard let address = NodeAddress(text) else {
      return [
        .fail(
          "node", "\(text) is no URL of a node",
          hint: "a node is named like http://127.0.0.1:\(NodeAddress.standardPort)")
      ]
    }
    let client = NodeClient(address, timeout: .seconds(5))
    defer { client.close() }
    let status: NodeStatus
    do throws(ClientError) { status = try await client.status() } catch {
      let failure = Failure(error)
      // Whoever names a node wants that one; without a word nobody may want any.
      return [
        Finding(
          name: "node", state: named == nil ? .warn : .fail, text: failure.message,
          hint: failure.hint)
      ]
    }
    var findings = [
      Finding.ok("node", "\(address) answers, at block \(status.height)"), version(status.version),
    ]
    findings.append(
      clock(of: status.time, isStepped: status.isStepped, now: WallClock().now))
    return findings
  }

  static func version(_ version: String) -> Finding {
    if version == Tolsey.version { return .ok("version", "the node has \(version) too") }
    return .warn(
      "version", "the node has \(version), this is \(Tolsey.version)",
      hint: "use the same version where something is refused that should not be")
  }

  /// Deadlines are the node's; a clock here that is off makes messages expire before they arrive.
  ///
  /// - Parameter last: the time of the node's last block.
  static func clock(of last: Time, isStepped: Bool, now: Time) -> Finding {
    if isStepped { return .ok("clock", "the node's time moves by steps") }
    let ahead = Int64(clamping: last.milliseconds) - Int64(clamping: now.milliseconds)
    if ahead > 60_000 {
      return .fail(
        "clock", "the node is \(ahead / 1_000) s ahead of this machine",
        hint: "set the clock here; messages would have expired before they are sent")
    }
    if ahead > 2_000 {
      return .warn(
        "clock", "the node is \(ahead / 1_000) s ahead of this machine", hint: "set the clock here")
    }
    // A node without messages makes no blocks, so that nothing follows from an old one.
    return .ok("clock", "not behind the node, whose last block is \(max(0, -ahead) / 1_000) s old")
  }
}
