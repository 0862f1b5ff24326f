// How the world calls a paid door that stands behind a proxy.

import ArgumentParser
import NetworkRoom

/// `--public-url`, of every door that asks for money.
struct DoorSiteOptions: ParsableArguments {
  @Option(
    help: """
      The URL by which buyers reach this door, where a proxy of yours stands before it; it is what \
      they are asked to pay for. Fields such as X-Forwarded-Host are not read.
      """)
  var publicUrl: String?

  func site() throws -> DoorSite {
    guard let text = publicUrl else { return DoorSite() }
    guard let site = DoorSite(text) else {
      throw Failure(
        .usage, code: "badPublicUrl", "\(text.harmless) is no URL of a door",
        hint: "write it like https://shop.example or https://shop.example/gpt")
    }
    return site
  }
}
