// What every page has around it: head, navigation, search, and when it was made.

import Primitives

struct Layout {
  let house: House
  let sheet: Sheet
  let path: String
  /// What was asked beside the path; the twin is asked the same.
  var query: [(name: String, value: String)] = []

  func markup(_ body: Markup) -> Markup {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(sheet.title) · Tolsey</title>
    <link rel="icon" href="\(Asset.icon.path)" type="image/svg+xml">
    \(sheet.bringsStyle ? Markup.style : "<link rel=\"stylesheet\" href=\"\(Asset.style.path)\">")
    <link rel="alternate" type="application/json" href="\(twinPath)">
    <script src="\(Asset.script.path)" defer></script>
    </head>
    <body\(feed)>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="top"><div class="wide">
    <a class="mark" href="/" aria-label="Tolsey, to the front page">\(Wordmark.markup)</a>
    <form class="search" action="/search" role="search">
    <label class="unseen" for="q">Search an id, an address, a height or a word</label>
    <input id="q" name="q" type="search" placeholder="id, address, height, word"
      autocomplete="off" spellcheck="false" maxlength="128">
    <button>Search</button>
    </form>
    <nav aria-label="Main"><ul>\(sections.markup(link))</ul></nav>
    </div></header>
    <main id="main" class="wide">
    \(body)
    </main>
    <footer class="wide"><p>
    Made \(made) from \(sheet.height == 0 ? "" : "block ")\(block).\(steps)
    <a href="\(twinPath)">This page as JSON</a>.
    \(network)
    <a href="/api/docs">API</a> · <a href="/docs">Docs</a> · <a href="/parameters">Parameters</a>
    · <a href="/node">The node</a> · <a href="/refusals">Refusals</a>
    · <a href="/receipts/verify">Verify a receipt</a>
    </p></footer>
    </body>
    </html>

    """
  }

  private var feed: Markup {
    guard let feed = sheet.feed else { return Markup() }
    return " data-feed=\"\(feed)\""
  }

  private var twinPath: String {
    let asked = query.filter { !$0.value.isEmpty }.map { pair in
      "\(Escape.component(pair.name))=\(Escape.component(pair.value))"
    }
    let twin = path == "/" ? "/index.json" : path + ".json"
    return asked.isEmpty ? twin : twin + "?" + asked.joined(separator: "&")
  }

  private var steps: Markup {
    house.isStepped ? " The ledger’s time moves by steps here, not with the clock." : ""
  }

  private var made: Markup { Parts.time(house.now()) }

  private var block: Markup { Parts.block(sheet.height) }

  private var network: Markup {
    """
    Network <code>\(String(house.network.description.prefix(10)))</code>, \
    version \(house.version).
    """
  }

  /// Only what there is behind this site.
  private var sections: [Section] {
    Section.allCases.filter { $0 != .buy || house.counter != nil }
  }

  private func link(_ section: Section) -> Markup {
    let current: Markup = section == sheet.section ? " aria-current=\"page\"" : ""
    return "<li><a href=\"\(section.path)\"\(current)>\(section.rawValue)</a></li>"
  }
}

/// The name, under the nine stations of a road.
enum Wordmark {
  static let markup: Markup = """
    <svg viewBox="0 0 92 33" width="92" height="33" aria-hidden="true" focusable="false">
    <path class="rail" d="M4 6H88"/>
    <g class="stops"><circle cx="4" cy="6" r="3"/><circle cx="14.5" cy="6" r="3"/>
    <circle cx="25" cy="6" r="3"/><circle cx="35.5" cy="6" r="3"/><circle cx="46" cy="6" r="3"/>
    <circle cx="56.5" cy="6" r="3"/><circle cx="67" cy="6" r="3"/><circle cx="77.5" cy="6" r="3"/>
    <circle cx="88" cy="6" r="3" class="last"/></g>
    <text x="0" y="27">Tolsey</text>
    </svg>
    """
}
