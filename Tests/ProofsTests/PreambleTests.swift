// Finding 13: everything is absorbed before the first challenge. A table of all that is, level by
// level; a prover who absorbs one message otherwise, and keeps every other rule, is refused.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PreambleTests {
  private static let head = ["model", "columns", "rate", "queries", "root"]
  private static let middle = ["nonce", "expires", "samples"]

  private static func shape(_ count: Int) -> [String] {
    [String](repeating: "witnessShape", count: count)
  }

  /// Goes through the messages of honest talks, changing one at a time.
  ///
  /// - Parameters:
  ///   - names: of all messages, in their order.
  ///   - wanted: the first step that a challenge decides.
  ///   - verdict: makes a file with these lies and judges it.
  private func judge(
    _ names: [String], _ wanted: ProofStep, _ verdict: (ProverLies) throws -> ProofStep?
  ) throws {
    var said: [String] = []
    var honest = ProverLies()
    honest.fixed = { said = $0.messages.map(\.name) }
    #expect(try verdict(honest) == nil)
    try #require(said == names)
    for index in names.indices {
      var lies = ProverLies()
      lies.fixed = { $0.messages[index].bytes[0] ^= 1 }
      #expect(try verdict(lies) == wanted, "\(names[index]), message \(index)")
    }
    // One left out, and one that is said twice.
    for index in [0, names.count - 1] {
      var lies = ProverLies()
      lies.fixed = { $0.messages.remove(at: index) }
      #expect(try verdict(lies) == wanted)
      lies.fixed = { $0.messages.append($0.messages[index]) }
      #expect(try verdict(lies) == wanted)
    }
  }

  @Test func atLevelOpen() throws {
    let model = try SuccinctLiar().model
    try judge(["level"] + Self.head + Self.middle + ["input", "sums", "output"], .sumcheck) {
      let proof = try model.prover.prove(
        model.traces, nonce: ProvedModel.nonce, expires: 9, lies: $0)
      return step { _ = try OpenVerifier.verify(proof) }
    }
  }

  @Test func atLevelSuccinct() throws {
    let names =
      ["level"] + Self.head + Self.middle + ["input", "output"] + Self.shape(7)
      + ["witness", "counts"]
    var liar = try SuccinctLiar()
    try judge(names, .bytes) {
      liar.lies = $0
      return try liar.caught()
    }
    var wide = try WideLiar()
    let helpers = [String](repeating: "helpers", count: 6)
    try judge(names + helpers + ["tables"], .bytes) {
      wide.lies = $0
      return try wide.caught()
    }
  }

  @Test func atLevelPrivate() throws {
    let head = ["level", "hides"] + Self.head
    var liar = try PrivateLiar()
    try judge(
      head + Self.middle + ["output", "tag"] + Self.shape(12) + ["witness"], .witness
    ) {
      liar.lies = $0
      return try liar.caught()
    }
  }

  @Test func withHelpersAtLevelPrivate() throws {
    let head = ["level", "hides"] + Self.head
    let helpers = [String](repeating: "helpers", count: 8)
    var wide = try WideLiar(.private)
    try judge(
      head + Self.middle + ["output", "tag"] + Self.shape(12) + helpers + ["witness"], .witness
    ) {
      wide.lies = $0
      return try wide.caught()
    }
  }

  @Test func ofHiddenWeights() throws {
    let model = try HiddenModel()
    let opening = [String](repeating: "opening", count: 3)
    try judge(
      ["level", "hides"] + Self.head + opening + Self.middle + ["input", "output", "tag"]
        + Self.shape(12) + ["witness"], .witness
    ) { try model.caught(.weights, lies: $0) }
  }

  @Test func ofARegistration() throws {
    let model = try HiddenModel()
    let own = try RegistrationShape(model.weights.shape, model.graph)
    let bytes = RegisteredBytes(own, model.weights)
    let shape = [String](repeating: "shape", count: 6)
    try judge(["model"] + shape + ["root"] + Self.shape(11) + ["witness"], .witness) {
      let file = try WeightRegistration(model.manifest, model.weights, bytes, lies: $0)
      return step { try file.verify() }
    }
  }

  @Test func ofARecommitment() throws {
    let model = try HiddenModel()
    let later = try model.later()
    let shape = [String](repeating: "shape", count: 5)
    try judge(["model"] + shape + ["epoch", "from", "to"], .combination) {
      let file = try Recommitment(
        model.manifest, from: model.weights, to: later.weights, epoch: 1, lies: $0)
      return step { try file.verify() }
    }
  }
}
