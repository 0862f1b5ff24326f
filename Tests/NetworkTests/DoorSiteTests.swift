// How the world calls a door that stands behind a proxy.

import Logging
import Primitives
import Testing

@testable import NetworkRoom

/// Says nothing.
private struct Mute: Speaker {
  let models = [SpokenModel(name: "mute", created: 7, owner: "tests")]

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    try await emit("…")
    return Spoken(promptTokens: 1, completionTokens: 1, stopped: true)
  }
}

@Suite struct DoorSiteTests {
  @Test(arguments: [
    ("https://shop.example", "https://shop.example/v1", ""),
    ("https://Shop.Example:443/", "https://shop.example/v1", ""),
    ("http://shop.example:8080/gpt", "http://shop.example:8080/gpt/v1", "/gpt"),
    ("https://shop.example/a/b/", "https://shop.example/a/b/v1", "/a/b"),
  ])
  func aSiteIsAURL(text: String, url: String, path: String) throws {
    let site = try #require(DoorSite(text))
    #expect(site.url("/v1", host: "127.0.0.1:4070") == url && site.path == path)
  }

  @Test(arguments: [
    "", "shop.example", "ftp://shop.example", "https://", "https://a@shop.example",
    "https://shop.example?x=1", "https://shop.example/#x", "https://shop.example/a//b",
    "https://shop.example/../x", "https://shop.example/a%20b", "https://shop.example/\r\nX: 1",
    "https://shop.example\\evil", "https://sh\u{f6}p.example",
    "https://shop.example/" + String(repeating: "a", count: 512),
  ])
  func whatIsNoPlainURLIsNone(text: String) { #expect(DoorSite(text) == nil) }

  @Test func withoutOneTheRequestSaysIt() {
    #expect(DoorSite().url("/x", host: "127.0.0.1:9") == "http://127.0.0.1:9/x")
    #expect(DoorSite().url("/x", host: nil) == "http://localhost/x" && DoorSite().path.isEmpty)
  }

  /// A stranger who writes the fields of proxies changes nothing, and neither does his `Host`.
  @Test(arguments: [DoorSite(), DoorSite("https://shop.example/gpt")])
  func aChallengeNamesTheSite(site: DoorSite?) async throws {
    let market = PayingMarket()
    let site = try #require(site)
    var price = SpeechPrice(
      Amount(10_000), per: .call, payTo: market.seller,
      chainID: market.node.services.facts.chainID,
      gate: PaymentGate(settler: market.facilitator, file: nil))
    price.site = site
    let server = try await Server.start(
      Mute(), price: price, host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let port = server.address.port
    let body = Array(#"{"model":"mute","prompt":"x"}"#.utf8)
    let lies = [
      "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https",
      "Forwarded: host=evil.example;proto=https", "X-Forwarded-Prefix: /evil",
    ]
    for (method, body) in [("POST", body), ("GET", [])] {
      let reply = try await RawHTTP.ask(port, method, "/v1/completions", fields: lies, body: body)
      let asked = reply["PAYMENT-REQUIRED"].flatMap { X402.document($0) }
      let url = try #require(asked?["resource"]?["url"]?.string)
      // `RawHTTP` says this of whom it asks.
      #expect(reply.status == 402 && url == site.url("/v1/completions", host: "node"))
      #expect(!url.contains("evil"))
    }
    await server.stop(grace: .milliseconds(200))
  }
}
