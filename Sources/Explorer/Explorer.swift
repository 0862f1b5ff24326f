// The site: which path shows what, drawn or as its twin, with headers that let nothing else in.

public import Primitives

/// Pages over a node's records. It keeps nothing of its own.
public struct Explorer: Sendable {
  public let house: House

  public init(_ house: House) { self.house = house }

  /// Nothing is loaded from elsewhere, nothing is framed, nothing runs that is not a file of ours.
  static let policy = policy(style: "'self'")

  private static func policy(style: String) -> String {
    "default-src 'none'; style-src \(style); script-src 'self'; img-src 'self' data:; "
      + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
  }

  static let shared = headers(policy)

  /// For a page that brings the style sheet along: that one text, by its hash, and no other.
  static let styled = headers(policy(style: "'self' 'sha256-\(Asset.style.fingerprint)'"))

  private static func headers(_ policy: String) -> [(name: String, value: String)] {
    [
      ("content-security-policy", policy), ("x-content-type-options", "nosniff"),
      ("referrer-policy", "same-origin"), ("cross-origin-opener-policy", "same-origin"),
      ("cross-origin-resource-policy", "same-origin"),
    ]
  }

  /// The answer to a visit; nil where the path is none of the site's.
  public func answer(_ visit: Visit) async -> Answer? {
    if let answer = await counterAnswer(visit) { return answer }
    if let asset = Asset.all[visit.path] { return asset.answer }
    if let picture = DocsPages(house).picture(visit.path) { return picture }
    if let text = DocsPages(house).program(visit.path) { return text }
    var visit = visit
    let wantsTwin = visit.path.hasSuffix(".json")
    if wantsTwin { visit.path = String(visit.path.dropLast(5)) }
    if visit.path == "/index" { visit.path = "/" }
    do {
      guard let sheet = try await sheet(for: visit) else { return nil }
      return wantsTwin ? try twin(of: sheet) : try drawn(sheet, at: visit)
    } catch let missing as Missing {
      return failed(missing, at: visit, wantsTwin: wantsTwin)
    } catch {
      let broken = Missing(
        500, "internal", "the page could not be drawn", hint: "look at the node's log")
      return failed(broken, at: visit, wantsTwin: wantsTwin)
    }
  }

  /// The page for a path that is none of the site's.
  public func missing(_ visit: Visit) -> Answer {
    failed(.unknown("page"), at: visit, wantsTwin: visit.path.hasSuffix(".json"))
  }

  func drawn(_ sheet: Sheet, at visit: Visit) throws -> Answer {
    let page = Layout(house: house, sheet: sheet, path: visit.path, query: visit.query)
      .markup(try sheet.body())
    let way = sheet.location.map { [(name: "location", value: $0)] } ?? []
    return Answer(
      status: sheet.status,
      headers: (sheet.bringsStyle ? Self.styled : Self.shared) + way + [
        ("content-type", "text/html; charset=utf-8"), ("cache-control", "no-cache"),
      ], body: page.utf8)
  }

  private func twin(of sheet: Sheet) throws -> Answer {
    let members: [JSONValue.Member] = [
      .init(name: "height", value: .unsigned(sheet.height)),
      .init(name: "made", value: .unsigned(house.now().milliseconds)),
    ]
    let json = JSONValue.object(members + (try sheet.twin()))
    return Answer(
      status: sheet.location == nil ? sheet.status : 200,
      headers: Self.shared + [
        ("content-type", "application/json"), ("cache-control", "no-cache"),
      ], body: Array(json.text.utf8))
  }

  func failed(_ missing: Missing, at visit: Visit, wantsTwin: Bool) -> Answer {
    let height = (try? house.listings.totals().height) ?? 0
    let sheet = MissingPage(missing: missing, height: height).sheet
    let fallback = Answer(status: missing.status, headers: Self.shared, body: [])
    return (try? wantsTwin ? twin(of: sheet) : drawn(sheet, at: visit)) ?? fallback
  }
}
