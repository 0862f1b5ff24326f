// Putting blobs where their readers find them, and getting those that are for us.

public import Market
import NIOHTTP1
public import Primitives

/// A blob in custody: what evidence and inputs name.
public struct KeptBlob: Hashable, Sendable {
  public var root: Bytes32
  /// The root of the content that the custodian found in the boxes, and signed.
  public var content: Bytes32
  public var size: UInt64
  public var custody: Custody
  public var expires: Time
}

extension NodeClient {
  /// Uploads a blob for its owner and the readers named.
  ///
  /// - Parameter time: the owner's clock, by which the signature is judged.
  public func put(
    blob bytes: [UInt8], readers: [Address] = [], isPublic: Bool = false, by key: PrivateKey,
    at time: Time
  ) async throws(ClientError) -> KeptBlob {
    var path = "/api/blobs"
    if isPublic {
      path += "?public=1"
    } else if !readers.isEmpty {
      path += "?readers=" + readers.map(\.description).joined(separator: ",")
    }
    var call = HTTPCall(.PUT, path, body: bytes, type: "application/octet-stream")
    try await sign(&call, by: key, at: time)
    let json = try json(try await send(call))
    let root = try field(json["root"]?.string.flatMap(Bytes32.init(hex:)), "root")
    let content = try field(json["content"]?.string.flatMap(Bytes32.init(hex:)), "content")
    // A custodian that signs for other bytes is found out here, not in a dispute.
    let roots = BlobRoots(of: bytes)
    guard root == roots.blob, content == roots.content else {
      throw .garbled("it signs for another blob")
    }
    return KeptBlob(
      root: root, content: content, size: try field(json["size"]?.uint64, "size"),
      custody: try field(try row(Custody.self, json["custody"]), "custody"),
      expires: Time(try field(json["expires"]?.uint64, "expires")))
  }

  /// A blob that is for the holder of this key, checked against its root.
  ///
  /// - Parameter account: whose reading it is, where it gave the key a session.
  public func blob(
    _ root: Bytes32, by key: PrivateKey, for account: Address? = nil, at time: Time
  ) async throws(ClientError) -> [UInt8] {
    let query = account.map { $0 == key.address ? "" : "?for=\($0)" } ?? ""
    var call = HTTPCall(.GET, "/api/blobs/\(root)\(query)")
    try await sign(&call, by: key, at: time)
    let bytes = try await send(call).body
    guard BlobRoots(of: bytes).blob == root else {
      throw .garbled("the bytes are not those of the blob")
    }
    return bytes
  }

  /// Lets others read a blob that this key's owner uploaded.
  public func allow(
    _ readers: [Address], toRead root: Bytes32, by key: PrivateKey, at time: Time
  ) async throws(ClientError) {
    let body: JSONValue = ["readers": .array(readers.map { .string("\($0)") })]
    var call = HTTPCall(
      .POST, "/api/blobs/\(root)/readers", body: Array(body.text.utf8),
      type: "application/json")
    try await sign(&call, by: key, at: time)
    _ = try await send(call)
  }

  /// Asks a test node for money.
  public func pour(to address: Address) async throws(ClientError) -> Settlement {
    let body: JSONValue = ["address": .string("\(address)")]
    let call = HTTPCall(
      .POST, "/api/faucet", body: Array(body.text.utf8), type: "application/json",
      isRepeatable: false)
    return try settlement(try json(try await send(call)))
  }

  func sign(
    _ call: inout HTTPCall, by key: PrivateKey, at time: Time
  ) async throws(ClientError) {
    let signature = RequestSignature(
      method: call.method.rawValue, path: call.path, body: call.body,
      network: try await genesis().network, time: time, key: key)
    call.headers.append(("Authorization", signature.header))
  }
}
