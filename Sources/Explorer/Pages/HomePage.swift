// The front page: what is on the road now.

import Archive
import Primitives

struct HomePage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ visit: Visit) throws -> Sheet {
    let totals = try house.listings.totals()
    return Sheet(
      title: "The road", section: .road, height: totals.height, feed: "/api/events",
      body: { "<h1>A market house with a court in it</h1>" }, twin: { totals.json.members ?? [] })
  }
}
