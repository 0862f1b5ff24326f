// Who labels in the demo: models of different skill, random clickers, and two who collude.

import Agents
import Chain
import Kernel
import Labels
import Models
import Primitives
import Workers

/// What a labeller does.
public enum LabellerPart: String, Sendable {
  /// Answers as well as it sees.
  case honest
  /// Answers without looking.
  case clicker
  /// Answers what it has agreed upon with another, without looking.
  case colluder
}

/// A digit as text that everybody can read: eight lines of eight shades.
enum DigitText {
  private static let shades = Array(" .,:;-=+*oxOX#%&@".utf8)

  static func write(_ pixels: [Float]) -> [UInt8] {
    var text: [UInt8] = []
    for (place, pixel) in pixels.enumerated() {
      text.append(shades[min(16, max(0, Int(pixel)))])
      if place % Lens.side == Lens.side - 1 { text.append(0x0a) }
    }
    return text
  }

  /// Nil where it is no such text.
  static func read(_ text: [UInt8]) -> [Float]? {
    let pixels = text.filter { $0 != 0x0a }.compactMap { shades.firstIndex(of: $0) }
    return pixels.count == Lens.side * Lens.side ? pixels.map { Float($0) } : nil
  }
}

/// Answers digits with a model behind a lens.
struct DigitLabelling: Labelling {
  let model: Model
  let lens: Lens

  func answers(to task: LabelTask) async -> [UInt8]? {
    task.items.map { item in
      guard let pixels = DigitText.read(item.body),
        let input = try? model.quantise(lens.seen(pixels)), let values = try? model.execute(input),
        let most = values.max(), let best = values.firstIndex(of: most)
      else { return 0 }
      return UInt8(best + 1)
    }
  }
}

/// Answers without looking: what a hash says of the run and place, or, for those who collude, of
/// the item, so that they say the same.
struct BlindLabelling: Labelling {
  let secret: Bytes32
  let colludes: Bool

  func answers(to task: LabelTask) async -> [UInt8]? {
    task.items.enumerated().map { place, item in
      let own = task.run.digest.bytes + [UInt8(place >> 8), UInt8(place & 255)]
      let word = HMAC.sha256(key: secret, message: colludes ? item.body : own).leadingWord
      return UInt8(word % UInt64(task.spec.choices.count)) + 1
    }
  }
}

/// The parts of the demo that follow from its seed alone.
struct LabelsDemoCast {
  struct Labeller {
    let name: String
    let part: LabellerPart
    /// What it does, for people.
    let does: String
    let key: PrivateKey
    let labelling: any Labelling
    /// What it asks for an item.
    let price: Amount
  }

  static let purse = Amount(50_000_000)
  static let budget = Amount(20_000_000)
  static let gold = 40

  let owner: PrivateKey
  let labellers: [Labeller]
  let definition: LabelDefinition
  /// The true labels of the items.
  let truth: [Int]

  init(seed: UInt64) throws {
    func key(_ name: String) -> PrivateKey { DemoCast.key(seed, "labels/" + name) }
    let fixtures = try Fixtures()
    func sees(
      _ name: String, _ net: Model, _ lens: Lens, _ does: String, _ price: UInt64
    ) -> Labeller {
      Labeller(
        name: name, part: .honest, does: does, key: key(name),
        labelling: DigitLabelling(model: net, lens: lens), price: Amount(price))
    }
    func blind(
      _ name: String, _ part: LabellerPart, _ does: String, _ price: UInt64
    ) -> Labeller {
      let secret = key(part == .colluder ? "ring" : name).secret
      return Labeller(
        name: name, part: part, does: does, key: key(name),
        labelling: BlindLabelling(secret: secret, colludes: part == .colluder),
        price: Amount(price))
    }
    owner = key("owner")
    labellers = [
      sees("whole", fixtures.model, .whole, "the model, on the whole picture", 1_500),
      sees("bright", fixtures.model, .bright, "the model, with more contrast", 1_400),
      sees("bit", fixtures.model, .oneBit, "the model, ink or none", 1_800),
      sees("blur", fixtures.model, .blurred, "the model, on a blurred picture", 1_600),
      sees("dim", fixtures.model, .dim, "the model, with less contrast", 1_900),
      sees("shift", fixtures.model, .shifted, "the model, the picture a pixel off", 2_100),
      sees("plain", fixtures.cheap, .whole, "the cheaper model", 1_200),
      sees("seven", fixtures.model, .upper(7), "the model, on seven rows of eight", 2_000),
      blind("click-1", .clicker, "clicks at random", 1_700),
      blind("click-2", .clicker, "clicks at random", 1_750),
      blind("ring-1", .colluder, "says what ring-2 says, without looking", 1_000),
      blind("ring-2", .colluder, "says what ring-1 says, without looking", 1_100),
    ]
    (definition, truth) = try Self.job(seed)
  }

  /// Of the digits the first ones are gold, whose labels the owner knows.
  private static func job(_ seed: UInt64) throws -> (LabelDefinition, [Int]) {
    let (digits, labels) = try Fixtures.all()
    let items = digits.enumerated().map { JobItem("digit \($0)", DigitText.write($1)) }
    var plan = LabelPlan()
    plan.price = Amount(4_000)
    plan.budget = budget
    plan.batch = 72
    plan.tiers = [0, 0, 0]
    plan.batchesPerOrder = 1
    let definition = try LabelDefinition(
      try LabelQuestion("Which digit is this?", (0...9).map { "\($0)" }),
      items: Array(items[gold...]),
      gold: (0..<gold).map { GoldItem(items[$0], label: labels[$0]) }, plan: plan,
      secret: DemoCast.key(seed, "labels mix").secret)
    return (definition, Array(labels[gold...]))
  }

  var accounts: [PrivateKey] { [owner] + labellers.map(\.key) }
}
