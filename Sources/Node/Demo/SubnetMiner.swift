// What miners of a subnet's demo answer with: two real models, and how each looks at a picture.

import Models
import Primitives

/// How a picture of a digit is changed before a model sees it. It is what makes services differ.
enum Lens: Hashable, Sendable {
  case whole
  /// The picture moved to the right by a pixel.
  case shifted
  /// Each pixel with its neighbours to both sides.
  case blurred
  /// Ink or none.
  case oneBit
  /// Four pixels made one.
  case coarse
  /// More contrast.
  case bright
  /// Less of it.
  case dim
  /// Only the upper rows.
  case upper(Int)

  static let side = 8

  func seen(_ pixels: [Float]) -> [Float] {
    var image = pixels
    for row in 0..<Lens.side {
      for column in 0..<Lens.side {
        func at(_ row: Int, _ column: Int) -> Float {
          column < 0 || column >= Lens.side ? 0 : pixels[row * Lens.side + column]
        }
        let own = at(row, column)
        image[row * Lens.side + column] =
          switch self {
          case .whole: own
          case .shifted: at(row, column - 1)
          case .blurred: (at(row, column - 1) + 2 * own + at(row, column + 1)) / 4
          case .oneBit: own >= 8 ? 16 : 0
          case .coarse:
            (at(row & ~1, column & ~1) + at(row & ~1, column | 1) + at(row | 1, column & ~1)
              + at(row | 1, column | 1)) / 4
          case .bright: min(16, own * 1.5)
          case .dim: own * 0.75
          case .upper(let rows): row < rows ? own : 0
          }
      }
    }
    return image
  }
}

/// A model behind a lens.
struct Service: Hashable, Sendable {
  enum Net: Hashable, Sendable { case good, cheap }
  var net: Net
  var lens: Lens

  init(_ net: Net, _ lens: Lens) {
    self.net = net
    self.lens = lens
  }
}

/// The answers of services to all digits, computed once by the models.
struct AnswerSheet {
  private var sheets: [Service: [[Int32]]] = [:]
  let labels: [Int]

  init(_ services: [Service], _ fixtures: Fixtures) throws(Refusal) {
    labels = fixtures.labels
    for service in services where sheets[service] == nil {
      let model = service.net == .good ? fixtures.model : fixtures.cheap
      var rows: [[Int32]] = []
      for digit in fixtures.digits {
        rows.append(try model.execute(try model.quantise(service.lens.seen(digit))))
      }
      sheets[service] = rows
    }
  }

  func answers(_ service: Service, to questions: [Int]) -> [[Int32]] {
    let sheet = sheets[service] ?? []
    return questions.map { $0 < sheet.count ? sheet[$0] : [] }
  }

  func right(_ answers: [[Int32]], to questions: [Int]) -> Int {
    zip(answers, questions).count { values, question in
      // The first of equals, as everywhere.
      guard let most = values.max(), let best = values.firstIndex(of: most) else { return false }
      return best == labels[question]
    }
  }
}

/// What a validator makes of answers.
enum Scoring {
  /// Questions that a validator asks in an epoch.
  static let questions = 32

  /// Whether one's answers are another's: they differ by less than a hundredth of what they are.
  static func isCopy(_ one: [[Int32]], of other: [[Int32]]) -> Bool {
    var (difference, size): (Int64, Int64) = (0, 0)
    for (a, b) in zip(one, other) {
      for (x, y) in zip(a, b) {
        difference += abs(Int64(x) - Int64(y))
        size += abs(Int64(y))
      }
    }
    return difference * 100 < size
  }

  /// Nothing for guessing; twice as far above a half is four times the weight.
  static func weight(right: Int, of asked: Int) -> UInt64 {
    let above = UInt64(max(0, 2 * right - asked))
    return above * above
  }

  /// A validator's own draw of questions.
  static func draw(_ seed: UInt64, _ validator: String, _ epoch: UInt64, of count: Int) -> [Int] {
    (0..<questions).map { number in
      let text = "tolsey/demo/subnet/\(seed)/\(validator)/\(epoch)/\(number)"
      return Int(SHA256.hash(Array(text.utf8)).leadingWord % UInt64(count))
    }
  }
}
