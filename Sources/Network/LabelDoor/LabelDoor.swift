// The door to a person's desk: who comes in by the secret path, and what a form does.

public import Agents
import Foundation
import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import Primitives

/// Serves the pages of one desk below a path that nobody can guess. A cookie would go to every
/// port of this machine; the path goes nowhere, since no page links elsewhere and none tells where
/// it was reached from.
struct LabelDoor: HTTPResponder {
  let desk: LabelDesk
  let secret: Bytes32
  let site: OwnSite
  let log: Logger

  static let mostBytes = 1 << 10

  private var root: String { LabelDoor.root(of: secret) }

  static func root(of secret: Bytes32) -> String { "/\(Hex.digits(secret.bytes))/" }

  func respond(to request: Request, context: APIContext) async throws -> Response {
    do {
      try site.require(request, at: context.peer.channel?.localAddress)
      let path = request.uri.path
      guard path.utf8.count >= root.utf8.count, isSame(String(path.prefix(root.count)), root) else {
        return text(
          404,
          LabelPage.message(
            "There is nothing here. Take the whole address that "
              + "was printed."))
      }
      return try await answer(request, String(path.dropFirst(root.count)))
    } catch let problem as SpeechProblem {
      return text(problem.status, LabelPage.message(problem.message))
    } catch {
      log.error("the labelling page failed", metadata: ["error": "\(error)"])
      return text(500, LabelPage.message("Something failed here. Load the page again."))
    }
  }

  /// The same time whatever differs.
  private func isSame(_ text: String, _ other: String) -> Bool {
    let key = HMAC.Key(secret.bytes)
    return key.authenticate(Array(text.utf8)) == key.authenticate(Array(other.utf8))
  }

  private func answer(_ request: Request, _ name: String) async throws -> Response {
    let asked = request.uri.queryParameters
    switch (request.method, name) {
    case (.get, ""):
      let item = asked["item"].flatMap { Int($0) }
      return text(200, LabelPage.front(desk.view, item: item, root: root))
    case (.get, "picture"):
      return try picture(
        batch: asked["batch"].flatMap { UInt64($0) }, item: asked["item"].flatMap { Int($0) })
    case (.post, "answer"): return try choose(try await form(request))
    case (.post, "hand-in"): return try handIn(try await form(request))
    default: throw SpeechProblem(404, "unknown_page", "There is no such page.")
    }
  }

  // MARK: - Forms

  private func form(_ request: Request) async throws -> [String: String] {
    let host = request.head.authority?.lowercased() ?? ""
    // A browser says where a form comes from; who does not is no browser.
    guard request.headers[.origin]?.lowercased() == "http://" + host else {
      throw SpeechProblem(403, "foreignOrigin", "That was sent from another site.")
    }
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= LabelDoor.mostBytes else {
        throw SpeechProblem(413, "tooLarge", "That form is none of ours.")
      }
      bytes.append(contentsOf: part.readableBytesView)
    }
    var fields: [String: String] = [:]
    for part in String(decoding: bytes, as: UTF8.self).split(separator: "&") {
      let words = part.split(separator: "=", maxSplits: 1)
      if words.count == 2 { fields[String(words[0])] = String(words[1]) }
    }
    return fields
  }

  private func choose(_ form: [String: String]) throws -> Response {
    guard let batch = form["batch"].flatMap({ UInt64($0) }),
      let item = form["item"].flatMap({ Int($0) }),
      let choice = form["choice"].flatMap({ UInt8($0) })
    else { throw SpeechProblem(400, "badForm", "That form is none of ours.") }
    guard desk.choose(choice, for: item, in: batch) else { throw LabelDoor.gone }
    return see()
  }

  private func handIn(_ form: [String: String]) throws -> Response {
    guard let batch = form["batch"].flatMap({ UInt64($0) }) else {
      throw SpeechProblem(400, "badForm", "That form is none of ours.")
    }
    guard desk.handIn(batch) else {
      let view = desk.view
      if view.number == batch, view.batch != nil {
        guard view.given == 0 else {
          throw SpeechProblem(
            503, "notKept", "Your answers could not be kept on the disk. Make room, and try again.")
        }
        throw SpeechProblem(409, "nothingChosen", "Answer at least one item first.")
      }
      throw LabelDoor.gone
    }
    return see()
  }

  private static let gone = SpeechProblem(
    409, "gone", "That batch lies here no more; nothing was changed. Load the page again.")

  // MARK: - Answers

  /// A picture is served as what its bytes are, and can do nothing but be shown.
  private func picture(batch: UInt64?, item: Int?) throws -> Response {
    let view = desk.view
    guard let items = view.batch?.items, view.number == batch, let item,
      items.indices.contains(item), let media = LabelMedia(of: items[item]), media != .text,
      LabelPicture.mayBeShown(items[item])
    else { throw SpeechProblem(404, "unknown_picture", "There is no such picture.") }
    return Response(
      status: .ok,
      headers: fields(media.rawValue, policy: "default-src 'none'; sandbox"),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: items[item])))
  }

  private func see() -> Response {
    var response = text(303, "")
    response.headers[.location] = root
    return response
  }

  private func text(_ status: Int, _ html: String) -> Response {
    Response(
      status: .init(code: status),
      headers: fields("text/html; charset=utf-8", policy: LabelPage.policy),
      body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
  }

  private func fields(_ type: String, policy: String) -> HTTPFields {
    var fields: HTTPFields = [
      .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
      .contentSecurityPolicy: policy,
    ]
    // `no-referrer` would hide the origin of our own forms, too.
    for (name, value) in [
      ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
    ] {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }
}

extension Server {
  /// Serves a desk to whoever has the address that this gives.
  public static func start(
    _ desk: LabelDesk, secret: Bytes32, host: String, port: Int, log: Logger
  ) async throws -> (server: Server, url: String) {
    let site = OwnSite(isLocal: isLoopback(host))
    let door = LabelDoor(desk: desk, secret: secret, site: site, log: log)
    let server = try await start(door, RateGuard(RequestLimits()), host: host, port: port, log: log)
    return (server, "\(server.address)\(LabelDoor.root(of: secret))")
  }
}
