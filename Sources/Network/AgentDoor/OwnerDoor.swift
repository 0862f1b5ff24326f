// The owner's pages of an agent: who comes in, whose forms are taken, and what they do.

import Agents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives
import Synchronization

/// Who holds the token that was shown once may answer for the owner.
///
/// A page of another site cannot: its forms come without the cookie, which is sent to this site
/// alone, without the proof that every form of ours carries, and with another origin.
final class OwnerDoor: Sendable {
  private let token: Bytes32
  private let key: HMAC.Key
  private let teller: Teller
  private let name: String
  private let clock: @Sendable () -> Time
  private let guesses = Mutex(Guesses())

  private struct Guesses {
    var wrong = 0
    var since: UInt64 = 0
  }

  /// Wrong tokens a minute; then no other is told until the minute is over.
  static let mostGuesses = 5
  static let mostBytes = 4 << 10
  static let cookie = "tolsey_owner"

  init(
    name: String, token: Bytes32, teller: Teller, clock: @escaping @Sendable () -> Time
  ) {
    self.name = name
    self.token = token
    key = HMAC.Key(token.bytes)
    self.teller = teller
    self.clock = clock
  }

  /// What the cookie holds: not the token itself, so that a page that was saved holds no token.
  private var pass: String { "\(key.authenticate(Array("cookie".utf8)))" }
  private var proof: String { "\(key.authenticate(Array("form".utf8)))" }

  func respond(to request: Request) async throws(SpeechProblem) -> Response {
    do {
      switch (request.method, request.uri.path) {
      case (.get, "/owner"): return try await front(request)
      case (.get, "/owner/log"): return try isIn(request) ? logPage() : enter()
      case (.post, "/owner/enter"): return try come(try await form(request, mayEnter: true))
      case (.post, "/owner/answer"): return try answer(try await form(request))
      case (.post, "/owner/release"): return try await release(try await form(request))
      case (.post, "/owner/stop"): return try await stop(try await form(request))
      default: return page(404, OwnerPage.message(name, "There is no such page.", back: true))
      }
    } catch let problem as SpeechProblem {
      return page(
        problem.status,
        OwnerPage.message(name, problem.message.sentence, back: problem.status != 401))
    } catch let fault as WalletFault {
      return page(409, OwnerPage.fault(name, fault))
    } catch { return page(500, OwnerPage.message(name, "Something failed here.", back: true)) }
  }

  // MARK: - Coming in

  private func front(_ request: Request) async throws -> Response {
    if let shown = request.uri.queryParameters["token"].map(String.init) {
      return try come(["token": shown])
    }
    guard isIn(request) else { return enter() }
    await teller.tidy()
    let wallet = teller.wallet
    let view = OwnerView(
      name: name, proof: proof, log: try wallet.log(), policy: try wallet.policy(), now: clock(),
      standing: await teller.pocket.standing(), owed: await teller.owed)
    return page(200, OwnerPage.front(view))
  }

  private func logPage() throws -> Response {
    page(200, OwnerPage.log(name, try teller.wallet.log()))
  }

  private func isIn(_ request: Request) -> Bool {
    for field in request.headers[values: .cookie] {
      for part in field.split(separator: ";") {
        let words = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
        if words.count == 2, words[0] == OwnerDoor.cookie, isSame(words[1], pass) { return true }
      }
    }
    return false
  }

  /// The same time whatever differs.
  private func isSame(_ text: String, _ other: String) -> Bool {
    key.authenticate(Array(text.utf8)) == key.authenticate(Array(other.utf8))
  }

  private func come(_ form: [String: String]) throws(SpeechProblem) -> Response {
    let now = clock().milliseconds
    let isGood = isSame(form["token"]?.trimmingCharacters(in: .whitespaces) ?? "", "\(token)")
    // The right one is always taken: whoever sends wrong ones shall not keep the owner out.
    let mayTry =
      isGood
      || guesses.withLock { guesses -> Bool in
        if now > guesses.since + 60_000 { guesses = Guesses(wrong: 0, since: now) }
        guard guesses.wrong < OwnerDoor.mostGuesses else { return false }
        guesses.wrong += 1
        return true
      }
    guard mayTry else {
      throw SpeechProblem(429, "tooManyGuesses", "too many wrong tokens; wait a minute")
    }
    guard isGood else { throw SpeechProblem(401, "badToken", "that is not the owner's token") }
    var response = see()
    response.headers[.setCookie] =
      "\(OwnerDoor.cookie)=\(pass); Path=/owner; HttpOnly; SameSite=Strict; Max-Age=86400"
    return response
  }

  private func enter() -> Response { page(401, OwnerPage.enter(name)) }

  // MARK: - Forms

  /// The fields of a form of ours, sent by who came in.
  private func form(
    _ request: Request, mayEnter: Bool = false
  ) async throws -> [String: String] {
    let host = request.head.authority?.lowercased() ?? ""
    guard request.headers[.origin]?.lowercased() == "http://" + host,
      request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded")
        == true
    else { throw SpeechProblem(403, "foreignOrigin", "that was sent from another site") }
    guard mayEnter || isIn(request) else {
      throw SpeechProblem(401, "notTheOwner", "come in with the owner's token first")
    }
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= OwnerDoor.mostBytes else {
        throw SpeechProblem(413, "tooLarge", "that form is none of ours")
      }
      bytes.append(contentsOf: part.readableBytesView)
    }
    var fields: [String: String] = [:]
    for part in String(decoding: bytes, as: UTF8.self).split(separator: "&") {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = words.count > 1 ? words[1].replacingOccurrences(of: "+", with: " ") : ""
      fields[String(words[0])] = value.removingPercentEncoding ?? ""
    }
    guard mayEnter || isSame(fields["proof"] ?? "", proof) else {
      throw SpeechProblem(403, "badProof", "that form is none of ours; load the page again")
    }
    return fields
  }

  private func answer(_ form: [String: String]) throws -> Response {
    guard let line = form["line"].flatMap({ UInt64($0) }), let word = form["word"],
      ["yes", "no"].contains(word)
    else { throw SpeechProblem(400, "badForm", "say yes or no to a line") }
    do throws(WalletFault) {
      _ = try teller.wallet.answer(line, isYes: word == "yes", now: clock())
    } catch {
      guard case .notWaiting = error else { throw error }
      throw SpeechProblem(409, error.code, "line \(line) does not wait any more")
    }
    return see()
  }

  private func release(_ form: [String: String]) async throws -> Response {
    guard let nonce = form["nonce"].flatMap(Bytes32.init(hex:)), await teller.letGo(nonce) else {
      throw SpeechProblem(409, "notOwed", "that payment does not lie open any more")
    }
    return see()
  }

  /// The wallet denies from here on, whatever comes of the rest.
  private func stop(_ form: [String: String]) async throws -> Response {
    guard form["sure"] == "yes" else {
      throw SpeechProblem(400, "notSure", "tick the box to stop the agent for good")
    }
    let wallet = teller.wallet
    let isStopped = try wallet.log().contains { $0.kind == .stopped }
    if !isStopped {
      try wallet.note(.stopped, "owner", now: clock())
    }
    do { try await teller.pocket.close() } catch {
      throw SpeechProblem(
        503, "sessionStands",
        "the wallet pays nothing any more, but the session could not be ended on the ledger: "
          + "run 'tolsey agent stop \(name)'")
    }
    return see()
  }

  // MARK: - Answers

  private func see() -> Response {
    var response = page(303, "")
    response.headers[.location] = "/owner"
    return response
  }

  private func page(_ status: Int, _ html: String) -> Response {
    var fields: HTTPFields = [
      .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
      .xContentTypeOptions: "nosniff",
      .contentSecurityPolicy: "default-src 'none'; style-src '\(OwnerPage.styleHash)'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ]
    // `no-referrer` would hide the origin of our own forms, too.
    for (name, value) in [
      ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
    ] {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return Response(
      status: .init(code: status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
  }
}

extension String {
  /// With a capital letter and a full stop.
  fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
