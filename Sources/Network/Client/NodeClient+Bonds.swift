// Reading what stands behind paid runs: bonds of doors, claims under audit, and what is sealed.

public import Chain
public import Payments
public import Primitives

/// A claim with the id of its message.
public struct HeldClaimEntry: Hashable, Sendable {
  public var id: Bytes32
  public var row: HeldClaim

  public init(id: Bytes32, row: HeldClaim) {
    self.id = id
    self.row = row
  }
}

extension NodeClient {
  /// The bonds of all doors of a seller, those that were lost among them.
  public func standingBonds(of seller: Address) async throws(ClientError) -> [StandingBond] {
    var found: [StandingBond] = []
    var cursor: String?
    repeat {
      let place = cursor.map { "&cursor=\($0)" } ?? ""
      let json = try await get("/api/standing-bonds?account=\(seller)&limit=500\(place)")
      for item in try field(json["standingBonds"]?.array, "standingBonds") {
        found.append(try field(try row(StandingBond.self, item["bond"]), "bond"))
      }
      cursor = json["cursor"]?.string
    } while cursor != nil
    return found
  }

  /// The claims of a seller that are not settled.
  public func heldClaims(of seller: Address) async throws(ClientError) -> [HeldClaimEntry] {
    var found: [HeldClaimEntry] = []
    var cursor: String?
    repeat {
      let place = cursor.map { "&cursor=\($0)" } ?? ""
      let json = try await get("/api/held-claims?account=\(seller)&limit=500\(place)")
      for item in try field(json["heldClaims"]?.array, "heldClaims") {
        let id = try field(item["id"]?.string.flatMap(Bytes32.init(hex:)), "id")
        found.append(
          HeldClaimEntry(id: id, row: try field(try row(HeldClaim.self, item["claim"]), "claim")))
      }
      cursor = json["cursor"]?.string
    } while cursor != nil
    return found
  }

  /// The claim that paid for a millionth of a channel, as the node can prove it; nil where none
  /// did that names its runs. Whoever holds it verifies it.
  public func sealedClaim(
    of channel: Bytes32, at value: UInt64
  ) async throws(ClientError) -> SealedClaim? {
    try await sealed(SealedClaim.self, at: "/api/channels/\(channel)/claim?at=\(value)")
  }

  /// A message in its block; nil where no block holds it. Whoever holds it verifies it.
  public func sealedMessage(_ id: Bytes32) async throws(ClientError) -> SealedMessage? {
    try await sealed(SealedMessage.self, at: "/api/messages/\(id)/sealed")
  }

  private func sealed<Sealed: Fielded>(
    _ type: Sealed.Type, at path: String
  ) async throws(ClientError) -> Sealed? {
    let reply: HTTPReply
    do throws(ClientError) { reply = try await send(HTTPCall(.GET, path)) } catch {
      if case .refused(let problem) = error, problem.status == 404 { return nil }
      throw error
    }
    return try decoding { () throws(Refusal) in
      try CBOR.decode(type, from: reply.body, limit: SealedRun.sizeLimit)
    }
  }
}
