// Routes for bytes that the ledger knows by their root, and for test money.

import Primitives

extension RouteTable {
  static let blobRoutes: [Route] = [
    .send(
      .put, "/api/blobs", .blobs, "Stores a blob; signed by its owner.",
      [
        .query("readers", .address, "who may read it beside the owner", isRepeated: true),
        .query("public", .choice(["0", "1"]), "1 lets anybody read it who signs for it"),
      ],
      body: RouteBody(types: [("application/octet-stream", .bytes)], limit: .blob),
      isSigned: true, gives: .json("the custodian's receipt", .custody),
      problems: [.noCustodian, .tooManyUploads, .slowDown(1)]
    ) { api, asked in try await api.putBlob(asked) },
    Route.get(
      "/api/blobs/:root", .blobs, "A blob, for those it is for; signed.", .never,
      [
        .path("root", .hash, "its root"),
        .query("for", .address, "whose reading it is, where the signer has a session of it"),
      ],
      gives: .bytes("application/octet-stream", "its bytes"),
      problems: [.noCustodian, .unknownBlob, .notForYou, .noSessionOf]
    ) { api, asked in try await api.getBlob(asked) }.signed(),
    .send(
      .post, "/api/blobs/:root/readers", .blobs, "Lets others read a blob; signed by its owner.",
      [.path("root", .hash, "its root")],
      body: RouteBody(
        types: [("application/json", .object([.must("readers", .list(.payee))]))],
        limit: .bytes(64 << 10)),
      isSigned: true, gives: .json("they may", .answer(.must("root", .hash))),
      problems: [.noCustodian, .unknownBlob, .notForYou]
    ) { api, asked in try await api.addReaders(asked) },
  ]

  static let faucetRoutes: [Route] = [
    .send(
      .post, "/api/faucet", .money, "Test money for an address, once a day.",
      body: RouteBody(
        types: [("application/json", .object([.must("address", .payee)]))],
        limit: .bytes(4096)),
      gives: .json("the transfer", .delivered),
      problems: [
        .noFaucet, .busy(100_000), .slowDown(1),
        Problem(
          429, "faucetAddressLimit", "this address was given test money today",
          hint: "come back tomorrow, or use another address"),
      ]
    ) { api, asked in try await api.faucet(asked) }
  ]
}

extension Problem {
  static let noCustodian = Problem(
    404, "noCustodian", "this node keeps no blobs", hint: "ask a custodian of the genesis")

  fileprivate static let notForYou = Problem(
    403, "blobForbidden", "0x… may not read blob 0x…",
    hint: "ask the one who uploaded it to add the reader")

  fileprivate static let noSessionOf = Problem(
    403, "noSession", "0x… gave the signer no session",
    hint: "ask the account's owner to grant one")

  fileprivate static let unknownBlob = Problem(404, "unknownBlob", "no blob 0x… is kept here")

  static let noFaucet = Problem(
    404, "noFaucet", "this network gives no test money",
    hint: "ask somebody who has an account to transfer some")

  static let tooManyUploads = Problem(
    503, "tooManyUploads", "too many bytes are being uploaded at once",
    hint: "send it again in a while")
}
