// What is labelled: items of any bytes, the choices, and items whose label is known.

public import Primitives

/// How an item is shown. What the bytes are is found in them, never taken from a name.
public enum LabelMedia: String, Sendable {
  case text = "text/plain"
  case png = "image/png"
  case jpeg = "image/jpeg"

  /// Nil where nobody could be shown the bytes.
  public init?(of bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = .png
    } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil {
      self = .text
    } else {
      return nil
    }
  }
}

/// One item to label.
public struct JobItem: Fielded, Hashable {
  public static let typeName = "JobItem"
  /// What its owner calls it. Labellers never see it.
  public var name = ""
  public var content: [UInt8] = []

  /// Bytes of one item.
  public static let contentLimit = 1 << 20

  public init() {}

  public init(_ name: String, _ content: [UInt8]) {
    self.name = name
    self.content = content
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("name", &name)
    try v("content", &content)
  }
}

/// What is asked of each item.
public struct LabelQuestion: Fielded, Hashable {
  public static let typeName = "LabelQuestion"
  public var text = ""
  public var choices: [String] = []

  /// An answer is a byte, and 0 is none.
  public static let choiceLimit = 255

  public init() {}

  public init(_ text: String, _ choices: [String]) throws(LabelTrouble) {
    self.text = text
    self.choices = choices
    try check()
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("text", &text)
    try v("choices", &choices)
  }

  public func check() throws(LabelTrouble) {
    try LabelName.check(text, "the question", longest: 280)
    guard choices.count >= 2 else { throw .badChoices("one choice is no question") }
    guard choices.count <= Self.choiceLimit else {
      throw .badChoices("\(choices.count) choices, the most is \(Self.choiceLimit)")
    }
    for (place, choice) in choices.enumerated() {
      try LabelName.check(choice, "choice \(place + 1)", longest: 64)
      // Two that differ only in their case or their form of an accent look the same.
      let looks = choice.lowercased()
      if choices[..<place].contains(where: { $0.lowercased() == looks }) {
        throw .badChoices("\(choice) is named twice")
      }
    }
  }

  public func number(of choice: String) -> Int? { choices.firstIndex(of: choice) }
}

/// An item whose label is known, to be mixed in.
public struct GoldItem: Fielded, Hashable {
  public static let typeName = "GoldItem"
  public var item = JobItem()
  /// A number of the question's choices.
  public var label: UInt64 = 0

  public init() {}

  public init(_ item: JobItem, label: Int) {
    self.item = item
    self.label = UInt64(label)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("item", &item)
    try v("label", &label)
  }
}
