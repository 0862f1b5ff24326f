// The owner's pages of an agent: who comes in, whose forms are taken, and what they do.

import Agents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

/// Who knows the address that was shown once may answer for the owner: the pages lie under a path
/// that nobody can guess, and there is no cookie. A browser shows the cookies of 127.0.0.1 to every
/// port of it, and so to whatever else a program of this machine serves; a path it shows to none.
///
/// A page of another site cannot send forms here: it does not know where to, and its origin is
/// another.
final class OwnerDoor: Sendable {
  private let secret: String
  /// Compares, so that nothing can be told from the time that it takes.
  private let key: HMAC.Key
  private let teller: Teller
  private let call: SellerCall
  private let name: String
  private let clock: @Sendable () -> Time

  static let mostBytes = 4 << 10
  /// Questions that a node is asked about for one page.
  private static let mostRehearsed = 8
  /// Where the owner's pages lie, without their secret.
  static let root = "/owner/"

  init(
    name: String, secret: Bytes32, teller: Teller, call: SellerCall,
    clock: @escaping @Sendable () -> Time
  ) {
    self.name = name
    self.secret = OwnerDoor.word(secret)
    key = HMAC.Key(SHA256.hash(secret.bytes).bytes)
    self.teller = teller
    self.call = call
    self.clock = clock
  }

  /// How a secret stands in a path.
  private static func word(_ secret: Bytes32) -> String { String("\(secret)".dropFirst(2)) }

  /// The path of the first page.
  static func path(_ secret: Bytes32) -> String { root + word(secret) + "/" }

  static func owns(_ path: String) -> Bool { path == "/owner" || path.hasPrefix(root) }

  // MARK: - Requests

  func respond(to request: Request) async throws -> Response {
    do {
      let (isKnown, rest) = place(request.uri.path)
      // Whoever does not know the address learns nothing from what he is told.
      guard isKnown else { return page(404, OwnerPage.stranger(name)) }
      switch (request.method, rest) {
      case (.get, nil): return see()
      case (.get, ""): return try await front()
      case (.get, "log"):
        let before = request.uri.queryParameters["before"].flatMap { Int(String($0)) }
        return page(200, OwnerPage.log(name, try teller.wallet.log(), before: before))
      case (.get, "log.jsonl"): return try lines()
      case (.post, "answer"): return try answer(try await form(request))
      case (.post, "release"): return try await release(try await form(request))
      case (.post, "stop"): return try await stop(try await form(request))
      default: return page(404, OwnerPage.message(name, "There is no such page."))
      }
    } catch let problem as SpeechProblem {
      return page(problem.status, OwnerPage.message(name, problem.message.sentence))
    } catch let fault as WalletFault {
      return page(409, OwnerPage.fault(name, fault))
    } catch { return page(500, OwnerPage.message(name, "Something failed here.")) }
  }

  /// What stands behind the secret; nil where not even a slash does.
  private func place(_ path: String) -> (isKnown: Bool, rest: String?) {
    let parts = path.dropFirst(OwnerDoor.root.count).split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let isKnown = isSame(String(parts.first ?? ""), secret)
    return (isKnown, parts.count > 1 ? String(parts[1]) : nil)
  }

  /// The same time whatever differs.
  private func isSame(_ text: String, _ other: String) -> Bool {
    key.authenticate(Array(text.utf8)) == key.authenticate(Array(other.utf8))
  }

  private func front() async throws -> Response {
    await teller.tidy()
    await teller.tidyChannels()
    let wallet = teller.wallet
    let log = try wallet.log()
    var rehearsed: [UInt64: Rehearsed] = [:]
    let waiting = Array(log.waiting(at: clock()).suffix(OwnerPage.mostWaiting))
    for entry in waiting.suffix(OwnerDoor.mostRehearsed) where entry.intent.kind == .pay {
      rehearsed[entry.number] = await teller.pocket.rehearse(
        entry.intent.amount, to: entry.intent.payee)
    }
    let view = OwnerView(
      name: name, log: log, waiting: waiting, policy: try wallet.policy(), now: clock(),
      standing: await teller.pocket.standing(), owed: await teller.owed,
      channels: await teller.channelViews, rehearsed: rehearsed, account: teller.pocket.account)
    return page(200, OwnerPage.front(view))
  }

  // MARK: - Forms

  /// The fields of a form of ours.
  private func form(_ request: Request) async throws -> [String: String] {
    let host = request.head.authority?.lowercased() ?? ""
    guard request.headers[.origin]?.lowercased() == "http://" + host,
      request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded")
        == true
    else { throw SpeechProblem(403, "foreignOrigin", "that was sent from another site") }
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
    guard let nonce = form["nonce"].flatMap(Bytes32.init(hex:)) else {
      throw SpeechProblem(400, "badForm", "say which payment")
    }
    let isPayment = await teller.letGo(nonce)
    let isChannel = isPayment ? false : await teller.forgive(nonce)
    guard isPayment || isChannel else {
      throw SpeechProblem(409, "notOwed", "that payment does not lie open any more")
    }
    return see()
  }

  /// The wallet denies from here on, whatever comes of the rest.
  private func stop(_ form: [String: String]) async throws -> Response {
    guard form["sure"] == "yes" else {
      throw SpeechProblem(400, "notSure", "tick the box to stop the agent for good")
    }
    try teller.wallet.end(.stopped, "owner", now: clock())
    do { _ = try await teller.end(call) } catch {
      throw SpeechProblem(
        503, "sessionStands",
        "the wallet pays nothing any more, but not all could be ended on the ledger; it is tried "
          + "again as long as this door is open, or run 'tolsey agent stop \(name)'")
    }
    return see()
  }

  // MARK: - Answers

  /// The log as its file has it, checked first: its owner can keep it, or its last hash, elsewhere.
  private func lines() throws -> Response {
    let text = try teller.wallet.log().map { WalletLog.line($0) }.joined()
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/jsonl; charset=utf-8", .cacheControl: "no-store",
        .xContentTypeOptions: "nosniff",
      ], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private func see() -> Response {
    var response = page(303, "")
    response.headers[.location] = OwnerDoor.root + secret + "/"
    return response
  }

  private func page(_ status: Int, _ html: String) -> Response {
    var fields: HTTPFields = [
      .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
      .xContentTypeOptions: "nosniff",
      .contentSecurityPolicy: "default-src 'none'; style-src '\(OwnerPage.styleHash)'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ]
    // `no-referrer` would hide the origin of our own forms, too; another origin is told nothing.
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
