// One page before it is drawn: its title, its body, and the same as JSON.

public import Primitives

/// The parts of the site, as the head of a page names them.
public enum Section: String, CaseIterable, Sendable {
  case road = "Road"
  case buy = "Buy"
  case market = "Market"
  case orders = "Orders"
  case disputes = "Disputes"
  case models = "Models"
  case leaders = "Leaders"
  case subnets = "Subnets"
  case blocks = "Blocks"
  case docs = "Docs"

  public var path: String {
    switch self {
    case .road: "/"
    case .buy: "/buy"
    case .market: "/market"
    case .orders: "/orders"
    case .disputes: "/disputes"
    case .models: "/models"
    case .leaders: "/leaders"
    case .subnets: "/subnets"
    case .blocks: "/blocks"
    case .docs: "/docs"
    }
  }
}

/// What a path shows. Body and twin are made when they are asked for, never both.
public struct Sheet: Sendable {
  public var status = 200
  public var title: String
  public var section: Section?
  /// The height of the last block that the page reflects.
  public var height: UInt64
  /// Where to go instead of reading on: a path of this site; nil to stay.
  public var location: String?
  /// A feed whose events make the page draw its `data-live` parts again; nil where nothing moves.
  public var feed: String?
  /// Whether the page brings its style along, instead of asking for the file: whoever comes for the
  /// first time sees it sooner.
  public var bringsStyle = false
  public var body: @Sendable () throws -> Markup
  /// The members of the twin, after `height` and `made`.
  public var twin: @Sendable () throws -> [JSONValue.Member]

  public init(
    status: Int = 200, title: String, section: Section? = nil, height: UInt64, feed: String? = nil,
    body: @escaping @Sendable () throws -> Markup,
    twin: @escaping @Sendable () throws -> [JSONValue.Member]
  ) {
    self.status = status
    self.title = title
    self.section = section
    self.height = height
    self.feed = feed
    self.body = body
    self.twin = twin
  }
}

extension Sheet {
  /// Sends a browser on to another page of the site; the twin says where it leads.
  ///
  /// - Parameter path: made from ids and names that were read, never as somebody typed it.
  static func redirect(to path: String, height: UInt64) -> Sheet {
    var sheet = Sheet(
      status: 303, title: "Found", height: height,
      body: { "<h1>Found</h1><p><a href=\"\(path)\">It is here</a></p>" },
      twin: { [.init(name: "location", value: .string(path))] })
    sheet.location = path
    return sheet
  }
}

/// Why a path shows nothing. The page that says so has the status.
public struct Missing: Error, Sendable {
  public var status: Int
  public var code: String
  public var message: String
  public var hint: String

  public init(_ status: Int, _ code: String, _ message: String, hint: String = "") {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
  }

  public static func unknown(_ what: String) -> Missing {
    Missing(
      404, "notFound", "no \(what) is known here",
      hint: "look whether the link was copied whole, or search for its first letters")
  }
}
