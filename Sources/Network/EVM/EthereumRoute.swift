// The door for Ethereum's software: one route, JSON-RPC 2.0, one request or many.

import Hummingbird
import Primitives

extension RouteTable {
  static let ethereumRoutes: [Route] = [
    .send(
      .post, EthereumRPC.path, .ethereum,
      "Ethereum's JSON-RPC, for wallets and web3 libraries; a request, or up to "
        + "\(EthereumRPC.batchLimit) at once.",
      body: RouteBody(
        types: [("application/json", .either([request, .list(request)]))], limit: .messages(4)),
      gives: .json(
        "the answer or error of each; errors of a method come with status 200",
        .either([reply, .list(reply)])),
      problems: [.noRequest, .slowDown(1)]
    ) { api, asked in try await api.ethereum(asked) }
  ]

  private static let request = Schema.named("EthereumRequest", .anyObject)
  private static let reply = Schema.named("EthereumReply", .anyObject)
}

extension API {
  func ethereum(_ asked: Asked) async throws -> Response {
    let bytes = try await body(of: asked)
    let json = try reading { () throws(Refusal) in
      try JSONValue(parsing: bytes, limit: bytes.count)
    }
    let rpc = EthereumRPC(api: self, peer: asked.peer)
    guard let batch = json.array else {
      guard json.members != nil else { throw Problem.noRequest }
      return Response(bytes: await rpc.answer(to: json), type: "application/json")
    }
    guard batch.allSatisfy({ $0.members != nil }) else { throw Problem.noRequest }
    guard !batch.isEmpty, batch.count <= EthereumRPC.batchLimit else {
      let error = RPCError(
        .invalidRequest, "a batch has 1 to \(EthereumRPC.batchLimit) requests")
      return Response(json: rpc.reply(.null, error: error))
    }
    var body = Array("[".utf8)
    for (index, request) in batch.enumerated() {
      // The first was counted when the request came.
      if index > 0 {
        try rates.request(of: asked.peer)
        body += Array(",".utf8)
      }
      body += await rpc.answer(to: request)
    }
    return Response(bytes: body + Array("]".utf8), type: "application/json")
  }
}

extension Problem {
  static let noRequest = malformed(
    "the request", hint: "send a JSON-RPC object, or a list of them")
}
