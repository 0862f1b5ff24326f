// Orders that are routed to a full subnet: each looks through its ranking and keeps it.

import Chain
import Inference
import Kernel
import Market
import Primitives

extension EpochScript {
  /// As many routed orders as a block takes, by one buyer; and whether they filled it.
  mutating func orders(_ count: Int, routed: Bool) throws -> [Message] {
    let input = try vouched(
      ContentChunks(input: Array("an input".utf8), key: SHA256.hash(Array("key".utf8))))
    let spec = InferenceSpec(model: SHA256.hash(Array("model".utf8))).encoded
    return (0..<count).map { _ in
      var m = PlaceOrder()
      m.head = head(EpochScript.owner)
      m.request.work = "inference"
      m.request.spec = spec
      m.request.check = CheckTerms("open").routed(to: routed ? 1 : nil)
      m.request.limit = Rate(Amount(10_000))
      m.input = input
      return .placeOrder(m)
    }
  }

  /// Lets the owner be written to.
  mutating func beginOrdering() throws {
    let key = SHA256.hash(Array("seal".utf8))
    try play(1, [.publishKey(PublishKey(head(EpochScript.owner), sealingKey: key))])
  }

  /// A block of as many of these messages as it takes, timed; the rest is offered to nobody.
  mutating func fillBlock(_ messages: [Message]) throws -> (milliseconds: Double, taken: Int) {
    let plan = network.plan(after: 1, state)
    let offered = messages.map { network.simulated($0) }
    let start = Machine.threadSeconds
    let made = try state.produce(plan, offered)
    let took = (Machine.threadSeconds - start) * 1_000
    try made.expectAllDone("orders")
    return (took, made.taken)
  }

  private func vouched(_ chunks: ContentChunks) -> Content {
    var content = Content(chunks, custody: Custody())
    let digest = content.custodyDigest(network: network.genesis.network)
    content.custody = Custody(
      custodian: BenchNetwork.custodianKey.address,
      signature: BenchNetwork.custodianKey.sign(digest: digest).bytes)
    return content
  }
}
