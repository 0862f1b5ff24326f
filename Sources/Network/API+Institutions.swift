// Reading subnets, their pools and tournaments, a page at a time; and the root.

import Archive
import Hummingbird
import Kernel
import Primitives
import Subnets
import Tournaments

extension API {
  func subnets(_ asked: Asked) throws -> Response {
    let (owner, state) = (asked.address("owner"), asked.value("state"))
    return try page(asked, "subnets", Subnet.self) { entry, row in
      if let owner, row.owner != owner { return nil }
      if let state, "\(row.state)" != state { return nil }
      return ["number": .unsigned(try UInt64(keyBytes: entry.key)), "subnet": row.json]
    }
  }

  func pools(_ asked: Asked) throws -> Response {
    try page(asked, "subnetMarkets", AssetPool.self, as: "pools") { entry, row in
      ["number": .unsigned(try UInt64(keyBytes: entry.key)), "pool": row.json]
    }
  }

  func root() throws -> Response {
    let found = try row(RootFund.self, "rootFund", UInt64(0).keyBytes)
    return answer(
      [.init(name: "root", value: (found.value ?? RootFund()).json)], height: found.height)
  }

  func tournaments(_ asked: Asked) throws -> Response {
    let (owner, state) = (asked.address("owner"), asked.value("state"))
    return try page(asked, "tournaments", Tournament.self) { entry, row in
      if let owner, row.owner != owner { return nil }
      if let state, "\(row.state)" != state { return nil }
      return ["number": .unsigned(try UInt64(keyBytes: entry.key)), "tournament": row.json]
    }
  }
}
