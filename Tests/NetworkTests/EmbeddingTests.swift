// Vectors of texts: what is asked, what a server behind may answer, and what they cost.

import Logging
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

/// Makes a vector of a text's bytes.
private struct Counter: Speaker {
  var models: [SpokenModel] { [SpokenModel(name: "count", created: 7, owner: "tests")] }
  var embeds: Bool { true }

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken { throw SpeechProblem.noRoute }

  func embed(_ asked: EmbeddingRequest) async throws -> Embedded {
    Embedded(
      vectors: asked.texts.map { [.unsigned(UInt64($0.utf8.count)), .decimal("-0.5")] },
      tokens: asked.texts.count)
  }
}

@Suite struct EmbeddingTests {
  private static func ask(
    _ body: String, price: SpeechPrice? = nil
  ) async throws -> (status: Int, json: JSONValue, fields: [String: String]) {
    let server = try await Server.start(
      Counter(), price: price, host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let pool = HTTPPool(server.address)
    let call = HTTPCall(.POST, "/v1/embeddings", body: Array(body.utf8))
    let reply = try await pool.send(call, timeout: .seconds(600))
    pool.close()
    await server.stop(grace: .seconds(1))
    var fields: [String: String] = [:]
    if let asking = reply.headers.first(name: "PAYMENT-REQUIRED") {
      fields["PAYMENT-REQUIRED"] = asking
    }
    let json = try JSONValue(parsing: String(decoding: reply.body, as: UTF8.self))
    return (reply.status, json, fields)
  }

  @Test func vectorsComeInTheOrderOfTexts() async throws {
    let answer = try await Self.ask(#"{"model":"count","input":["a","bcd"]}"#)
    #expect(answer.status == 200 && answer.json["object"] == "list")
    #expect(answer.json["data"]?[1]?["index"] == 1)
    #expect(answer.json["data"]?[1]?["embedding"]?[0]?.uint64 == 3)
    #expect(answer.json["data"]?[0]?["embedding"]?[1] == .decimal("-0.5"))
    #expect(answer.json["usage"]?["prompt_tokens"] == 2)
    let one = try await Self.ask(#"{"model":"count","input":"abc","encoding_format":"float"}"#)
    #expect(one.json["data"]?.array?.count == 1)
  }

  @Test(arguments: [
    (#""input":"#, ""), (#""input":[]"#, "input"), (#""input":"""#, "input"),
    (#""input":[1,2]"#, "input"), (#""input":["a",""]"#, "input"), (#""x":1"#, "input"),
    (#""input":"a","dimensions":0"#, "dimensions"),
    (#""input":"a","encoding_format":"hex""#, "encoding_format"),
  ])
  func whatIsNoRequestSaysWhy(_ member: String, _ name: String) {
    do throws(SpeechProblem) {
      _ = try EmbeddingRequest(Array(#"{"model":"m",\#(member)}"#.utf8))
      Issue.record("it was taken")
    } catch {
      #expect(error.status == 400 && error.parameter ?? "" == name)
    }
  }

  @Test func theyCostWhatTheirTextsHave() async throws {
    let market = PayingMarket()
    var price = SpeechPrice(
      Amount(10), per: .token, payTo: market.seller, chainID: 7,
      gate: PaymentGate(settler: market.facilitator))
    price.mostPrompt = 100
    let asked = try EmbeddingRequest(Array(#"{"model":"m","input":["abc","d"]}"#.utf8))
    let resource = try price.resource(asked, url: "http://shop.example/v1/embeddings")
    // 4 bytes and 16 around each text.
    #expect(resource.offers.map(\.amount) == [UInt256(360)])
    func cost(_ tokens: Int) -> Amount {
      price.product(asked, Embedded(vectors: [], tokens: tokens), input: []).price
    }
    #expect(cost(3) == Amount(30) && cost(1 << 40) == Amount(360) && cost(-1) == Amount(10))
    price.mostPrompt = 35
    #expect(throws: SpeechProblem.self) { try price.resource(asked, url: "http://x") }
    price.mostPrompt = nil
    let unpaid = try await Self.ask(#"{"model":"count","input":"abc"}"#, price: price)
    #expect(unpaid.status == 402)
    let told = unpaid.fields["PAYMENT-REQUIRED"].flatMap { X402.document($0) }
    #expect(told?["accepts"]?[0]?["amount"]?.string == "190")
  }

  @Test func whoMakesNoneHasNoSuchPlace() {
    #expect(PlainSpeaker().embeds == false)
  }

  private struct PlainSpeaker: Speaker {
    var models: [SpokenModel] { [] }
    func speak(
      _ asked: Utterance, emit: (String) async throws -> Void
    ) async throws -> Spoken { throw SpeechProblem.noRoute }
  }
}
