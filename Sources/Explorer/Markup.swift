// HTML and SVG that are escaped by construction: what is written in the source is markup, what is
// put into it is text.

import Glibc

extension Markup {
  /// The style sheet for a page that brings it along: a file of ours, in which no sign of markup
  /// is. The policy of that page names its hash, and lets no other in.
  static let style: Markup = {
    var all: Markup = "<style>"
    Asset.style.bytes.withUnsafeBufferPointer { all.append($0) }
    return (all + "</style>").kept
  }()
}

/// A piece of a page.
///
/// Only string literals of this program become markup. Every value that is interpolated is
/// escaped, in text and in quoted attributes alike, so a hostile name cannot leave its place.
///
/// It is UTF-8 that lies in the program itself, for a literal, or on a canvas.
public struct Markup: @unchecked Sendable, Equatable, ExpressibleByStringInterpolation {
  private var start: UnsafePointer<UInt8>
  /// Bytes.
  public private(set) var count: Int
  /// What keeps the bytes; nil where they are the program's.
  private var canvas: Canvas?

  /// Nothing, at the place where this thread writes next.
  private init(on canvas: Canvas) {
    start = canvas.top
    count = 0
    self.canvas = canvas
  }

  public init(stringLiteral literal: StaticString) {
    if literal.hasPointerRepresentation {
      self.init(program: literal.utf8Start, literal.utf8CodeUnitCount)
    } else {
      self.init(on: .current(room: 4))
      append(literal: literal)
    }
  }

  private init(program start: UnsafePointer<UInt8>, _ count: Int) {
    self.start = start
    self.count = count
    canvas = nil
  }

  public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.piece }

  /// Nothing.
  public init() { self.init(stringLiteral: "") }

  public static func + (l: Markup, r: Markup) -> Markup {
    var sum = l
    sum += r
    return sum
  }

  public static func += (l: inout Markup, r: Markup) { l.append(r) }

  public static func == (l: Markup, r: Markup) -> Bool {
    l.count == r.count && memcmp(l.start, r.start, l.count) == 0
  }

  public var utf8: [UInt8] { withExtendedLifetime(canvas) { Array(bytes) } }

  public var text: String {
    withExtendedLifetime(canvas) { String(decoding: bytes, as: UTF8.self) }
  }

  public var isEmpty: Bool { count == 0 }

  /// The same on a canvas of its own: what is kept for long shall not keep a whole page.
  var kept: Markup {
    var copy = Markup(on: Canvas(capacity: max(1, count)))
    withExtendedLifetime(canvas) { copy.append(bytes) }
    return copy
  }

  /// Good as long as the canvas is kept.
  private var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// Makes room for so many bytes in all.
  mutating func reserve(_ room: Int) {
    guard room > count else { return }
    move(to: Canvas(capacity: room))
  }

  /// Text, escaped as every interpolated value is.
  mutating func append(text value: String) { Escape.append(value, to: &self) }

  func begins(with letters: StaticString) -> Bool {
    let length = letters.utf8CodeUnitCount
    return count >= length && memcmp(start, letters.utf8Start, length) == 0
  }

  // MARK: - Writing

  /// Longer pieces that have to move get a canvas of their own, with room to grow.
  private static let short = 1 << 10

  mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
    guard let base = more.baseAddress, more.count > 0 else { return }
    if canvas?.extend(start + count, base, more.count) != true {
      let needed = count + more.count
      move(
        to: needed < Markup.short
          ? .current(room: needed) : Canvas(capacity: max(4 << 10, 2 * needed)))
      _ = canvas?.extend(start + count, base, more.count)
    }
    count += more.count
  }

  mutating func append(_ piece: Markup) {
    if count == 0 {
      self = piece
    } else if let canvas, canvas === piece.canvas, piece.start == start + count {
      // It was written right behind.
      count += piece.count
    } else {
      withExtendedLifetime(piece.canvas) { append(piece.bytes) }
    }
  }

  /// - Parameter other: has room for what is here already.
  private mutating func move(to other: Canvas) {
    var moved = Markup(on: other)
    if count > 0, other.extend(moved.start, start, count) { moved.count = count }
    self = moved
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var piece: Markup

    public init(literalCapacity: Int, interpolationCount: Int) {
      piece = Markup(on: .current(room: literalCapacity + interpolationCount * 16))
    }

    public mutating func appendLiteral(_ literal: StaticString) {
      literal.withUTF8Buffer { piece.append($0) }
    }

    public mutating func appendInterpolation(_ value: String) { Escape.append(value, to: &piece) }

    public mutating func appendInterpolation(_ value: Substring) {
      Escape.append(String(value), to: &piece)
    }

    public mutating func appendInterpolation<N: FixedWidthInteger>(_ value: N) {
      if let number = UInt64(exactly: value) {
        piece.append(number: number)
      } else {
        piece.append(text: String(value))
      }
    }

    public mutating func appendInterpolation(_ value: Markup) { piece.append(value) }

    public mutating func appendInterpolation(_ value: Markup?) {
      if let value { piece.append(value) }
    }

    public mutating func appendInterpolation(_ values: [Markup]) {
      for value in values { piece.append(value) }
    }
  }
}

extension Sequence {
  /// A piece for each element, one after the other.
  public func markup(_ piece: (Element) throws -> Markup) rethrows -> Markup {
    var all = Markup()
    for element in self { all += try piece(element) }
    return all
  }
}
