// Bytes that the ledger knows by their root, for those they are for.

import Hummingbird
import Primitives

extension API {
  func blobRoutes(_ api: RouterGroup<Context>) {
    api.put("blobs") { request, _ in try await putBlob(request) }
    api.get("blobs/:root") { request, context in
      try await getBlob(request, context.parameters.get("root") ?? "")
    }
    api.post("blobs/:root/readers") { request, context in
      try await addReaders(request, context.parameters.get("root") ?? "")
    }
  }

  private var shelf: any BlobShelf {
    get throws(Problem) {
      guard let shelf = node.blobs else {
        throw Problem(
          404, "noCustodian", "this node keeps no blobs", hint: "ask a custodian of the genesis")
      }
      return shelf
    }
  }

  /// Takes bytes in for the signer, and answers with the custody receipt that evidence carries.
  private func putBlob(_ request: Request) async throws -> Response {
    let shelf = try shelf
    let readers = try addresses("readers", request)
    // Who did not even claim to have signed need not send the bytes.
    guard request.headers[.authorization] != nil else { throw RequestSignature.missing }
    let limit = node.facts.blobLimit
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? limit
    guard announced <= limit else { throw Problem.tooLarge(limit: limit) }
    let kept = try await uploads.lending(max(0, announced)) {
      let bytes = try await body(of: request, limit: limit)
      guard !bytes.isEmpty else { throw Problem.malformed("the blob", hint: "send its bytes") }
      let owner = try signer(request, body: bytes)
      let isPublic = query("public", request) == "1"
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

  private func getBlob(_ request: Request, _ name: String) async throws -> Response {
    let shelf = try shelf
    let root = try root(name)
    let reader = try signer(request, body: [])
    let bytes = try await shelf.get(root, for: reader)
    return Response(bytes: bytes, type: "application/octet-stream")
  }

  private func addReaders(_ request: Request, _ name: String) async throws -> Response {
    let shelf = try shelf
    let root = try root(name)
    guard contentType(request) == "application/json" else {
      throw Problem.wrongType(contentType(request), wants: "application/json")
    }
    let bytes = try await body(of: request, limit: 64 << 10)
    let owner = try signer(request, body: bytes)
    let json = try reading { () throws(Refusal) in try JSONValue(parsing: bytes) }
    guard let list = json["readers"]?.array else {
      throw Problem.malformed("the readers", hint: "send {\"readers\": [\"0x…\"]}")
    }
    var readers: [Address] = []
    for reader in list { readers.append(try address(reader.string ?? "")) }
    try await shelf.addReaders(root, readers, by: owner)
    return answer("root", .string("\(root)"), height: node.gate.height)
  }

  private func root(_ name: String) throws(Problem) -> Bytes32 {
    guard let root = Bytes32(hex: name) else {
      throw .malformed("the root", hint: "a root is 0x and 64 hex digits")
    }
    return root
  }
}
