// Reading what stands behind vouchers: the bonds of doors, and claims that are under audit.

import Archive
import Hummingbird
import Kernel
import Payments
import Primitives

extension API {
  func standingBonds(_ asked: Asked) throws -> Response {
    let seller = asked.address("account")
    return try page(asked, "standingBonds", StandingBond.self) { entry, row in
      if let seller, row.seller != seller { return nil }
      return ["id": .string("\(try Bytes32(keyBytes: entry.key))"), "bond": row.json]
    }
  }

  func heldClaims(_ asked: Asked) throws -> Response {
    let seller = asked.address("account")
    return try page(asked, "heldClaims", HeldClaim.self) { entry, row in
      if let seller, row.seller != seller { return nil }
      return ["id": .string("\(try Bytes32(keyBytes: entry.key))"), "claim": row.json]
    }
  }
}
