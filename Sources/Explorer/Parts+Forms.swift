// Filters above lists, tiles of numbers, and parts that move with the feed.

import Archive
import Chain
import Market
import Primitives

extension Parts {
  /// A choice in the form above a list.
  struct Choice {
    var name: String
    var label: String
    /// What is sent and what is read; the first stands for everything and sends nothing.
    var options: [(value: String, text: String)]
    var chosen: String
  }

  /// A GET form, so that a filtered list has an address of its own.
  static func filters(_ path: String, _ choices: [Choice]) -> Markup {
    let fields = choices.markup { choice in
      let options = choice.options.markup { option in
        let mark: Markup = option.value == choice.chosen ? " selected" : ""
        return "<option value=\"\(option.value)\"\(mark)>\(option.text)</option>"
      }
      return """
        <label>\(choice.label)<select name="\(choice.name)">\(options)</select></label>
        """
    }
    return """
      <form class="filters" action="\(path)" method="get">\(fields)\
      <button class="quiet">Show</button></form>
      """
  }

  static func checkChoice(_ visit: Visit) -> Choice {
    Choice(
      name: "check", label: "Checked by",
      options: [("", "any check")] + Game.names.map { ($0.name, $0.name) },
      chosen: visit.value("check") ?? "")
  }

  /// - Parameter subjects: what the choice offers; one that is asked for and not among them is
  ///   added.
  static func modelChoice(_ visit: Visit, _ subjects: [SubjectLine]) -> Choice {
    let chosen = visit.value("model") ?? ""
    var options: [(value: String, text: String)] = [("", "any model")]
    for line in subjects { options.append((line.subject.description, brief(line.subject))) }
    if !options.contains(where: { $0.value == chosen }) {
      options.append((chosen, String(chosen.prefix(10)) + "…"))
    }
    return Choice(name: "model", label: "Model", options: options, chosen: chosen)
  }

  static func brief(_ id: Bytes32) -> String { String(id.description.prefix(10)) + "…" }

  /// A number that matters, with what it means under it.
  struct Tile {
    var name: String
    var value: Markup
    var note: Markup = ""
  }

  static func tiles(_ tiles: [Tile]) -> Markup {
    let list = tiles.markup { tile in
      let note: Markup = tile.note.isEmpty ? "" : "<dd class=\"note-line\">\(tile.note)</dd>"
      return "<div><dt>\(tile.name)</dt><dd>\(tile.value)</dd>\(note)</div>"
    }
    return "<dl class=\"tiles\">\(list)</dl>"
  }

  /// A part that the script draws again when the feed moves.
  static func live(_ id: String, _ body: Markup) -> Markup {
    "<div id=\"\(id)\" data-live>\(body)</div>"
  }

  /// A sum where there is little room; pointing at it shows all of it.
  static func sum(_ units: UInt64) -> Markup {
    "<span class=\"money\" title=\"\(dollars: units)\">\(Formats.rounded(units))</span>"
  }

  /// A price in a column of prices of a unit.
  static func rate(_ rate: Rate) -> Markup {
    rate.per == 1
      ? money(rate.amount.units)
      : "\(money(rate.amount.units)) for \(Formats.grouped(rate.per)) units"
  }

  /// A price in a sentence.
  static func priced(_ rate: Rate) -> Markup {
    rate.per == 1 ? "\(money(rate.amount.units)) a unit" : self.rate(rate)
  }

  /// The check by name, with what it means on pointing at it; its page explains it.
  static func check(_ check: CheckTerms) -> Markup {
    """
    <a class="check" href="/docs/concepts/checks" title="\(CheckWords.means(check))">\
    \(CheckWords.name(check))</a>
    """
  }
}
