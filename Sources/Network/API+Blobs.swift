// Bytes that the ledger knows by their root, for those they are for.

import Chain
import Hummingbird
import Kernel
import Primitives

extension API {
  private var shelf: any BlobShelf {
    get throws(Problem) {
      guard let shelf = node.blobs else { throw .noCustodian }
      return shelf
    }
  }

  /// Takes bytes in for the signer, and answers with the custody receipt that evidence carries.
  func putBlob(_ asked: Asked) async throws -> Response {
    let shelf = try shelf
    let request = asked.request
    let readers = asked.values("readers").compactMap { Address(hex: $0) }
    let limit = node.facts.blobLimit
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? limit
    let kept = try await uploads.lending(max(0, announced)) {
      let bytes = try await body(of: asked)
      guard !bytes.isEmpty else { throw Problem.malformed("the blob", hint: "send its bytes") }
      let owner = try signer(asked, body: bytes)
      let isPublic = asked.value("public") == "1"
      return try await shelf.put(
        BlobDelivery(bytes: bytes, owner: owner, readers: readers, isPublic: isPublic))
    }
    return answer(
      [
        .init(name: "root", value: .string("\(kept.root)")),
        .init(name: "content", value: .string("\(kept.content)")),
        .init(name: "size", value: .unsigned(kept.size)),
        .init(
          name: "custody",
          value: [
            "custodian": .string("\(kept.custodian)"),
            "signature": .string(Hex.encode(kept.signature)),
          ]),
        .init(name: "expires", value: .unsigned(kept.expires.milliseconds)),
      ], height: node.gate.height)
  }

  /// A blob is named by its hash, so a reader that is let in may keep it.
  func getBlob(_ asked: Asked) async throws -> Response {
    let shelf = try shelf
    let root = asked.root
    let reader = try reader(asked)
    let bytes = try await shelf.get(root, for: reader)
    let tag = "\"\(root)\""
    if asked.has(tag) { return notModified(tag, cache: API.privately) }
    var response = Response(bytes: bytes, type: "application/octet-stream")
    response.headers[.eTag] = tag
    response.headers[.cacheControl] = API.privately
    response.headers[.vary] = "Authorization"
    return response
  }

  /// Whose reading it is: the signer's own, or that of an account that gave the signer a session.
  private func reader(_ asked: Asked) throws -> Address {
    let signer = try signer(asked, body: [])
    guard let text = asked.value("for") else { return signer }
    let owner = try address(text)
    let id = Sessions.id(of: owner, signer)
    let session = try row(Session.self, "sessions", id.keyBytes).value
    guard let session, session.limits.expires >= node.now() else {
      throw Problem(
        403, "noSession", "\(owner) gave the signer no session",
        hint: "ask the account's owner to grant one")
    }
    return owner
  }

  private static let privately = "private, max-age=31536000, immutable"

  func addReaders(_ asked: Asked) async throws -> Response {
    let shelf = try shelf
    let root = asked.root
    let bytes = try await body(of: asked)
    let owner = try signer(asked, body: bytes)
    let json = try reading { () throws(Refusal) in try JSONValue(parsing: bytes) }
    guard let list = json["readers"]?.array else {
      throw Problem.malformed("the readers", hint: "send {\"readers\": [\"0x…\"]}")
    }
    var readers: [Address] = []
    for reader in list { readers.append(try address(reader.string ?? "")) }
    try await shelf.addReaders(root, readers, by: owner)
    return answer("root", .string("\(root)"), height: node.gate.height)
  }
}

extension Asked {
  /// The root in the path, which was found to be one.
  fileprivate var root: Bytes32 { Bytes32(hex: name) ?? .zero }
}
