// Vectors of texts, where what stands behind the door makes any.

import Hummingbird
import Primitives

extension SpeechDoor {
  /// Where vectors are asked for.
  static let embeddings = "/v1/embeddings"

  func embed(_ request: Request, _ peer: Peer) async throws -> Response {
    try SpeechDoor.requireOpen(request, "vectors")
    let bytes = try await read(request, peer)
    let asked = try EmbeddingRequest(bytes)
    let bound = asked.promptBound
    guard bound <= limits.prompt else { throw SpeechProblem.longPrompt(bound, limits.prompt) }
    let model = try model(asked.model)
    guard let price else {
      guard let turn = underWay.take() else { throw SpeechProblem.busy }
      defer { turn.end() }
      return SpeechDoor.response(try await speaker.embed(asked).json(model: model.name))
    }
    let target = request.head.path ?? request.uri.path
    let resource = try price.resource(
      asked, url: price.site.url(target, host: request.head.authority))
    let payment = request.headers[.paymentSignature]
    guard payment != nil else { return SpeechDoor.response(resource.asking("Payment required")) }
    let digest = PaidResource.digest(
      method: request.method.rawValue, target: target, body: bytes)
    var turn: Turn?
    defer { turn?.end() }
    let opened = await price.gate.open(resource, request: digest, payment: payment) {
      turn = underWay.take()
      return turn != nil
    }
    let sale: any OpenSale
    switch opened {
    case .answer(let answer): return SpeechDoor.response(answer)
    case .sale(let one): sale = one
    }
    return SpeechDoor.response(
      await sale.complete {
        let embedded = try await speaker.embed(asked)
        return price.product(asked, embedded, input: bytes)
      })
  }
}

extension SpeechPrice {
  /// What vectors cost: a call, or the tokens of the texts, as they are counted in prompts.
  func resource(
    _ asked: EmbeddingRequest, url: String
  ) throws(SpeechProblem) -> PaidResource {
    let bound = asked.promptBound
    if let mostPrompt, bound > mostPrompt { throw .longPrompt(bound, mostPrompt) }
    let (units, overflow) = amount.units.multipliedReportingOverflow(by: count(bound))
    if overflow { throw .tooDear }
    let price = PaymentRequirements(
      chainID: chainID, Amount(units), payTo: payTo, timeout: SpeechPrice.timeout)
    return PaidResource(
      url: url, description: "\(asked.texts.count) vectors of \(asked.model)",
      offers: gate.offers(price), receipts: site.path + SpeechDoor.receipts)
  }

  private func count(_ tokens: Int) -> UInt64 { unit == .token ? UInt64(max(tokens, 1)) : 1 }

  /// The vectors are the output, as their list is written.
  func product(_ asked: EmbeddingRequest, _ made: Embedded, input: [UInt8]) -> Product {
    let tokens = min(max(made.tokens, 0), asked.promptBound)
    let (units, overflow) = amount.units.multipliedReportingOverflow(by: count(tokens))
    let facts = RunFacts(
      work: SpeechPrice.work, spec: specs[asked.model] ?? [], units: UInt64(tokens), input: input,
      output: JSONValue.array(made.vectors).bytes)
    let body = made.json(model: asked.model).bytes
    return Product(price: Amount(overflow ? .max : units), facts: facts) { _ in body }
  }
}
