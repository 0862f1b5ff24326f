// Reading the court: auditors, games and the messages about a run.

public import Chain
public import Market
public import Primitives

/// A game, alive or over.
public struct DisputeStatus: Hashable, Sendable {
  public var height: UInt64
  public var id: GameID
  public var run: RunID
  public var challenger: Address
  public var providers: [Address]
  /// What the challenger has at stake.
  public var bond: Amount
  /// The blocks in which it began and ended.
  public var began: UInt64
  public var ended: UInt64?
  /// `open`, `won` or `lost` by the challenger, or `stopped` because another game decided.
  public var state: String
  /// Why it ended so.
  public var reason: String
  /// Its row, as long as the run is not settled.
  public var dispute: Dispute?
  /// The root of the defender's trace; zero until it is shown, and after the settlement.
  public var root: Bytes32
  /// What the defender has opened at the place that the game has come to.
  public var opening: Opening?
}

/// A message about a run with the block that holds it.
public struct RunMessage: Hashable, Sendable {
  public var height: UInt64
  public var signed: SignedMessage
  /// Empty where it was carried out.
  public var code: String
}

extension NodeClient {
  public func auditor(_ account: Address) async throws(ClientError) -> Auditor {
    let json = try await get("/api/auditors/\(account)")
    return try field(try row(Auditor.self, json["auditor"]), "auditor")
  }

  /// Who stands ready to do runs of a model again.
  public func auditors(of model: Bytes32) async throws(ClientError) -> [Address] {
    var found: [Address] = []
    var cursor: String?
    repeat {
      let place = cursor.map { "&cursor=\($0)" } ?? ""
      let json = try await get("/api/auditors?model=\(model)&state=ready&limit=500\(place)")
      for item in try field(json["auditors"]?.array, "auditors") {
        found.append(try field(item["address"]?.string.flatMap(Address.init(hex:)), "address"))
      }
      cursor = json["cursor"]?.string
    } while cursor != nil
    return found
  }

  public func dispute(_ id: GameID) async throws(ClientError) -> DisputeStatus {
    try await dispute(named: "\(id.digest)")
  }

  /// By an id, or by the start of one.
  public func dispute(named name: String) async throws(ClientError) -> DisputeStatus {
    let json = try await get("/api/disputes/\(name)")
    return try dispute(json, height: try field(json["height"]?.uint64, "height"))
  }

  /// Games that began after a height, and the height to go on from. What is nil does not matter.
  ///
  /// - Parameters:
  ///   - run: its id, or the start of it, as a person typed it and as a path may have it.
  ///   - party: the challenger, or one of those who are challenged.
  /// - Returns: those that were found, how far was looked, and whether that is the end.
  public func disputes(
    after height: UInt64? = nil, state: String? = nil, run: String? = nil, party: Address? = nil
  ) async throws(ClientError) -> (items: [DisputeStatus], through: UInt64, isLast: Bool) {
    var query: [String] = []
    if let height { query.append("after=\(height)") }
    if let state { query.append("state=\(state)") }
    if let run { query.append("run=\(run)") }
    if let party { query.append("party=\(party)") }
    let json = try await get(
      "/api/disputes" + (query.isEmpty ? "" : "?" + query.joined(separator: "&")))
    let reflected = try field(json["height"]?.uint64, "height")
    var items: [DisputeStatus] = []
    for item in try field(json["disputes"]?.array, "disputes") {
      items.append(try dispute(item, height: reflected))
    }
    let through = try field(json["through"]?.uint64, "through")
    return (items, through, json["cursor"]?.string == nil)
  }

  /// What blocks hold about a run, in their order.
  public func messages(about run: RunID) async throws(ClientError) -> [RunMessage] {
    let json = try await get("/api/runs/\(run.digest)/messages")
    var messages: [RunMessage] = []
    for item in try field(json["messages"]?.array, "messages") {
      let bytes = try field(item["signed"]?.string.flatMap(Hex.decode), "signed")
      let signed = try decoding { () throws(Refusal) in
        try CBOR.decode(SignedMessage.self, from: bytes)
      }
      messages.append(
        RunMessage(
          height: try field(item["height"]?.uint64, "height"), signed: signed,
          code: item["code"]?.string ?? ""))
    }
    return messages
  }

  /// The canonical manifest of a published model.
  public func manifest(of model: Bytes32) async throws(ClientError) -> [UInt8] {
    let json = try await get("/api/models/\(model)/manifest")
    return try field(json["manifest"]?.string.flatMap(Hex.decode), "manifest")
  }

  /// A message with its signature, by its id.
  public func signed(_ id: Bytes32) async throws(ClientError) -> SignedMessage {
    let json = try await get("/api/messages/\(id)")
    return try decoding { () throws(Refusal) in
      guard let message = json["message"], let authorisation = json["authorisation"] else {
        throw .missingField("message")
      }
      return SignedMessage(try Message(json: message), try Authorisation(json: authorisation))
    }
  }

  private func dispute(
    _ json: JSONValue, height: UInt64
  ) throws(ClientError) -> DisputeStatus {
    let digest = try field(json["digest"]?.string.flatMap(Bytes32.init(hex:)), "digest")
    let text = try field(json["run"]?.string, "run")
    let run = try decoding { () throws(Refusal) in try PrintedID.parse(RunKind.prefix, text) }
    return DisputeStatus(
      height: height, id: GameID(digest), run: RunID(run),
      challenger: try field(json["challenger"]?.string.flatMap(Address.init(hex:)), "challenger"),
      providers: (json["providers"]?.array ?? []).compactMap { $0.string }
        .compactMap { Address(hex: $0) },
      bond: Amount(try field(json["bond"]?.uint64, "bond")),
      began: try field(json["began"]?.uint64, "began"), ended: json["ended"]?.uint64,
      state: json["state"]?.string ?? "", reason: json["reason"]?.string ?? "",
      dispute: try row(Dispute.self, json["dispute"]),
      root: json["root"]?.string.flatMap(Bytes32.init(hex:)) ?? .zero,
      opening: try row(Opening.self, json["opening"]))
  }
}
