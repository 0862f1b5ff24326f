// The demo of labels: 300 digits, twelve labellers of whom four do not look, and a node.

import Agents
import Chain
import Explorer
import Foundation
import Kernel
import Logging
import Market
public import NetworkRoom
import Primitives
import Workers

/// What a demo of labels is asked to do.
public struct LabelsDemoConfiguration: Sendable {
  public var seed: UInt64 = 1
  /// Where the node answers on loopback; 0 takes any free port.
  public var port = 0
  /// What is done when it is over and the node still answers.
  public var afterwards: (@Sendable (NodeAddress, LabelsDemoSummary) async throws -> Void)?

  public init() {}
}

/// Runs the demo. It prints nothing; the same seed gives the same summary.
public struct LabelsDemo: Sendable {
  let configuration: LabelsDemoConfiguration

  public init(_ configuration: LabelsDemoConfiguration) { self.configuration = configuration }

  /// - Parameter progress: is told how many batches were settled.
  public func run(
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> LabelsDemoSummary {
    let cast = try LabelsDemoCast(seed: configuration.seed)
    let folder = NSTemporaryDirectory() + "tolsey-labels-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let node = try await start(cast, in: folder)
    do {
      let play = try await play(cast, on: node, progress)
      let summary = try LabelsDemoSummary(configuration.seed, cast, play, node)
      try await configuration.afterwards?(node.address, summary)
      await node.stop()
      return summary
    } catch {
      await node.stop()
      throw error
    }
  }

  private func start(_ cast: LabelsDemoCast, in folder: String) async throws -> Node {
    var founding = Founding(time: Demo.epoch)
    founding.seed = DemoCast.key(configuration.seed, "labels network").secret.bytes
    founding.faucet = .zero
    founding.links = Demo.links
    founding.funds = cast.accounts.map { GenesisFund($0.address, LabelsDemoCast.purse) }
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

  /// The owner orders round by round; the labellers are the same providers as on any node.
  private func play(
    _ cast: LabelsDemoCast, on node: Node, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws -> LabelsPlay {
    guard let stepper = node.stepper else { throw NodeError.badFolder("time is not stepped") }
    let market = NodeMarket(NodeClient(node.address, timeout: Demo.patience))
    defer { market.client.close() }
    var times = LabelTimes()
    times.run = 600
    let owner = LabelBuyer(
      key: cast.owner, client: market, job: try LabelJob(cast.definition), times: times)
    let ending = Ending()
    await stepper.register("owner")
    for labeller in cast.labellers { await stepper.register(labeller.name) }
    try await withThrowingTaskGroup { group in
      group.addTask {
        try await DemoActor(name: "owner", reactor: owner, market, stepper).play { height in
          progress(await owner.runs.count)
          guard await owner.isDone else { return false }
          ending.begin(at: height)
          return true
        }
      }
      for labeller in cast.labellers {
        let provider = Provider(
          key: labeller.key, client: market, catalogue: Catalogue([]),
          labels: LabelService(
            PricePolicy(cost: Rate(labeller.price), offerMargin: 0), labeller.labelling))
        group.addTask {
          let actor = DemoActor(name: labeller.name, reactor: provider, market, stepper)
          try await actor.play { height in
            // What the owner says at a height counts from the next, for everybody alike.
            if ending.hasBegun(before: height) { await provider.stop() }
            return await provider.isDone
          }
        }
      }
      try await group.waitForAll()
    }
    guard await owner.halt == nil else { throw NodeError.badFolder("the job did not end") }
    return LabelsPlay(job: await owner.job, runs: await owner.runs.map(\.settled))
  }
}

/// What came of the job: what was answered, and how each run was settled.
struct LabelsPlay: Sendable {
  let job: LabelJob
  let runs: [SettledRun]
}
