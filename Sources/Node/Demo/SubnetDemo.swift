// The demo of a subnet: validators, miners with real models, and three kinds of cheats, on a node.

import Agents
import Chain
import Explorer
import Foundation
import Kernel
import Logging
public import NetworkRoom
import Primitives
import Subnets

/// What a subnet's demo is asked to do.
public struct SubnetDemoConfiguration: Sendable {
  public var seed: UInt64 = 1
  /// Epochs that the sponsor pays. In the first two nobody can be judged yet.
  public var epochs: UInt64 = 12
  /// Where the node answers on loopback; 0 takes any free port.
  public var port = 0
  /// What is done when it is over and the node still answers. Then the subnet stays open, so that
  /// there is something to look at.
  public var afterwards: (@Sendable (NodeAddress, SubnetDemoSummary) async throws -> Void)?

  public init() {}
}

/// Runs the demo. It prints nothing; the same seed gives the same summary.
public struct SubnetDemo: Sendable {
  let configuration: SubnetDemoConfiguration

  public init(_ configuration: SubnetDemoConfiguration) { self.configuration = configuration }

  /// - Parameter progress: is told each epoch that was paid.
  public func run(
    progress: @escaping @Sendable (UInt64) -> Void = { _ in }
  ) async throws -> SubnetDemoSummary {
    let cast = SubnetDemoCast(seed: configuration.seed)
    let sheet = try AnswerSheet(cast.services, try Fixtures())
    let folder = NSTemporaryDirectory() + "tolsey-subnet-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let node = try await start(cast, in: folder)
    do {
      guard let stepper = node.stepper else { throw NodeError.badFolder("time is not stepped") }
      var stage = try await SubnetStage(cast, sheet, node, stepper, configuration)
      let summary = try await stage.play(progress)
      try await configuration.afterwards?(node.address, summary)
      await node.stop()
      return summary
    } catch {
      await node.stop()
      throw error
    }
  }

  private func start(_ cast: SubnetDemoCast, in folder: String) async throws -> Node {
    var founding = Founding(time: Demo.epoch)
    founding.seed = DemoCast.key(configuration.seed, "subnet network").secret.bytes
    founding.faucet = .zero
    founding.links = Demo.links
    founding.funds = cast.actors.map { GenesisFund($0.key.address, SubnetDemoCast.purse) }
    _ = try NodeFolder.found(founding, at: folder)
    var log = Logger(label: "tolsey.demo")
    log.logLevel = .error
    var settings = NodeConfiguration(folder: folder, log: log)
    settings.port = configuration.port
    settings.pages = { ExplorerPages($0) }
    settings.pace = .steps
    settings.faucet = nil
    return try await Node.start(settings)
  }
}
