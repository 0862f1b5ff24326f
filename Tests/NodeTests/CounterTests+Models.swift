// The counter with any model: what is known of it by its manifest, and what is for sale.

import Agents
import Chain
import Ciphers
import Explorer
import Graphs
import Inference
import Kernel
import Market
import Models
import NetworkRoom
import Primitives
import Testing

@testable import Node

extension CounterTests {
  /// A model that reads four numbers, and says ten; with another input shape a picture.
  private static func manifest(_ shape: [Int] = [4], _ readout: Readout = .plain) throws -> Manifest
  {
    let count = shape.reduce(1, *)
    var nodes: [Graphs.Node] = []
    if shape.count > 1 { nodes.append(Graphs.Node(.reshape(Reshape(dims: [count])), [0])) }
    nodes.append(Graphs.Node(.linear(Linear(outputs: 10, biasBound: 9)), [nodes.count]))
    let graph = try Graph(input: TensorType(.uint8, try Shape(shape)), nodes: nodes)
    let weights = [
      LayerWeights(
        matrix: (0..<10 * count).map { Int8($0 * 7 % 23) - 11 }, bias: (0..<10).map { Int32($0) })
    ]
    let scale = try Scale(mantissa: 3 << 29, exponent: 40)
    return Manifest(
      graph: graph, inputScale: scale, outputScale: scale, readout: readout,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
  }

  @Test func anotherModelIsKnownByItsManifestAlone() throws {
    let craft = try Craft(Self.manifest())
    #expect(craft.side == nil && craft.inputs == 4 && craft.outputs == 10)
    let brought = try craft.input(.file(Array("{\"input_data\": [[0, 0.1, -3, 1e9]]}".utf8)))
    #expect(brought.pixels.isEmpty)
    #expect(brought.bytes.count == 4 && brought.bytes[2] == 0 && brought.bytes[3] == 255)
    for input in [
      CounterInput.file(Array("{\"input_data\": [[0, 0.1, -3]]}".utf8)), .file([]), .sample(0),
      .pixels([UInt8](repeating: 1, count: 64)), .file(Array("{\"input_data\": [[1e99]]}".utf8)),
    ] {
      #expect(throws: Missing.self) { try craft.input(input) }
    }
    let said = try #require(craft.answer(Tensor.littleEndian((0..<10).map { 1_000 - $0 * 7 })))
    #expect(said.digit == 0 && said.shares.isEmpty && said.values.count == 10)
    #expect(craft.answer([1, 2, 3]) == nil)
    let choice = try Craft(Self.manifest([4], .softmax))
    let shares = choice.answer(Tensor.littleEndian((0..<10).map { $0 * 7 }))?.shares ?? []
    #expect(shares.count == 10 && shares.max() == shares.last)
  }

  @Test func aPictureOf28By28MayBeDrawn() throws {
    let craft = try Craft(Self.manifest([1, 28, 28]))
    #expect(craft.side == 28)
    var pixels = [UInt8](repeating: 0, count: 784)
    #expect(throws: Missing.self) { try craft.input(.pixels(pixels)) }
    pixels[5] = 16
    pixels[6] = 8
    let brought = try craft.input(.pixels(pixels))
    #expect(brought.pixels == pixels)
    #expect(brought.bytes[4] == 0 && brought.bytes[5] == 255 && brought.bytes[6] == 128)
  }

  @Test func theManifestQuantisesAsTheModelDoes() throws {
    let digits = DigitCraft(try Fixtures())
    let craft = try Craft(digits.model.manifest)
    for sample in digits.samples {
      let list = sample.values.map { "\($0)" }.joined(separator: ",")
      let brought = try craft.input(.file(Array("{\"input_data\": [[\(list)]]}".utf8)))
      #expect(brought.bytes == (try digits.quantise(sample)))
    }
    let bytes = Tensor.littleEndian(try digits.model.execute(digits.quantise(digits.samples[0])))
    #expect(craft.answer(bytes)?.digit == digits.answer(bytes)?.digit)
  }

  private static func offer(of manifest: Manifest) -> PostOffer {
    var offer = PostOffer()
    offer.work = InferenceWork.name
    offer.spec = InferenceSpec(model: manifest.id.digest).encoded
    offer.check = CheckTerms(OpenCheck.name)
    offer.rate = Rate(Amount(5_000))
    offer.runTime = 60
    offer.capacity = 2
    return offer
  }

  @Test func modelsForSaleAreThoseThatAreOffered() async throws {
    try await open { desk, client, hands in
      let stock = try await desk.stock()
      #expect(stock.models.map(\.isDigits) == [true])
      #expect(stock.model?.providers == UInt64(HouseMarket.providers))
      // Somebody offers a model that nobody has published, then publishes it.
      let market = NodeMarket(client)
      var box = Outbox(
        TestNode.bob, try await client.genesis(),
        next: try await market.nextSequences(of: TestNode.bob.address))
      let manifest = try Self.manifest()
      var offer = Self.offer(of: manifest)
      func send(_ write: (Head) -> Message) async throws -> Refusal? {
        let head = try box.head(at: hands.clock.now)
        return try await client.submit(box.sign(write(head))).outcome.refusal
      }
      #expect(
        try await send {
          .publishKey(PublishKey($0, sealingKey: SealingKey(of: TestNode.bob).published))
        } == nil)
      #expect(
        try await send {
          offer.head = $0
          return .postOffer(offer)
        } == nil)
      var hidden: [Bytes32] = []
      try await until {
        hands.clock.leap(seconds: 1)
        hidden = try await desk.stock().hidden
        return !hidden.isEmpty
      }
      #expect(hidden == [manifest.id.digest])
      await #expect(throws: Missing.self) { try await desk.stock(of: manifest.id.digest) }
      #expect(
        try await send { .publishModel(PublishModel($0, manifest: manifest.encoded)) } == nil)
      var all = try await desk.stock()
      try await until {
        hands.clock.leap(seconds: 1)
        all = try await desk.stock()
        return all.hidden.isEmpty
      }
      #expect(all.models.map(\.id).last == manifest.id.digest && all.hidden.isEmpty)
      let its = try await desk.stock(of: manifest.id.digest)
      #expect(its.wares.map(\.name) == ["open"] && its.samples.isEmpty)
      let order = CounterOrder(
        model: manifest.id.digest, ware: "open",
        input: .file(Array("{\"input_data\": [[1, 2, 3, 4]]}".utf8)))
      let ticket = try await desk.ticket(desk.buy(order))
      #expect(ticket?.model == manifest.id.digest && ticket?.isDigits == false)
      // What was drawn for one model is nothing to another.
      let drawn = CounterOrder(
        model: manifest.id.digest, ware: "open", input: .pixels([UInt8](repeating: 9, count: 64)))
      #expect(await Self.refusal(of: drawn, at: desk) == "badInput")
      let unknown = CounterOrder(model: .zero, ware: "open", input: .sample(0))
      #expect(await Self.refusal(of: unknown, at: desk) == "notSold")
    }
  }
}

@Suite struct CounterShelfTests {
  private static func offer(_ check: CheckTerms, of provider: Address) -> Offer {
    var offer = Offer()
    offer.provider = provider
    offer.work = InferenceWork.name
    offer.spec = [1]
    offer.check = check
    offer.rate = Rate(Amount(5_000))
    offer.runTime = 60
    offer.free = 1
    return offer
  }

  /// Under a court the lot must be able to find somebody: else the visitor pays for an audit that
  /// cannot be.
  @Test func aCourtWithoutAnAuditorIsNotForSale() throws {
    let offers = [
      Self.offer(CheckTerms(OpenCheck.name), of: TestNode.bob.address),
      Self.offer(
        CheckTerms(DisputableCheck.name, [Number("audit", 200_000)]), of: TestNode.bob.address),
    ]
    func shelf(_ auditors: [Address]) -> CounterShelf {
      CounterShelf(offers, [1], .standard, auditors: auditors)
    }
    func names(_ shelf: CounterShelf) throws -> [String] {
      try shelf.wares(of: .zero).map(\.name)
    }
    #expect(try names(shelf([])) == ["open"])
    #expect(shelf([]).lacksAuditor)
    // The seller itself is a party, and is never drawn.
    #expect(try names(shelf([TestNode.bob.address])) == ["open"])
    #expect(shelf([TestNode.bob.address]).lacksAuditor)
    let audited = shelf([TestNode.bob.address, TestNode.alice.address])
    #expect(try names(audited) == ["open", "disputable"])
    #expect(!audited.lacksAuditor)
    #expect(!CounterShelf([offers[0]], [1], .standard, auditors: []).lacksAuditor)
  }
}
