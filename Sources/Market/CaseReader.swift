// Reads a worked case from JSON; whatever is missing, strange or too much is refused by its path.

public import Primitives

/// An object of a case and the path to it, such as `seats.1`.
struct CaseReader {
  private let members: [JSONValue.Member]
  let path: String

  init(_ json: JSONValue, path: String = "") throws(Refusal) {
    guard case .object(let members) = json else { throw .badField(path, wants: "object") }
    self.members = members
    self.path = path
  }

  func place(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  /// The member; nil where it is absent or null.
  func optional(_ name: String) -> JSONValue? {
    guard let value = members.first(where: { $0.name == name })?.value, value != .null else {
      return nil
    }
    return value
  }

  func required(_ name: String) throws(Refusal) -> JSONValue {
    guard let value = optional(name) else { throw .missingField(place(name)) }
    return value
  }

  func number(_ name: String) throws(Refusal) -> UInt64 {
    guard let number = try required(name).uint64 else {
      throw .badField(place(name), wants: "uint64")
    }
    return number
  }

  func amount(_ name: String) throws(Refusal) -> Amount { Amount(try number(name)) }

  func string(_ name: String) throws(Refusal) -> String {
    guard let text = try required(name).string else {
      throw .badField(place(name), wants: "string")
    }
    return text
  }

  func bool(_ name: String) throws(Refusal) -> Bool {
    guard let truth = try required(name).bool else { throw .badField(place(name), wants: "bool") }
    return truth
  }

  func object(_ name: String) throws(Refusal) -> CaseReader {
    try CaseReader(try required(name), path: place(name))
  }

  func array(_ name: String) throws(Refusal) -> [JSONValue] {
    guard let list = try required(name).array else {
      throw .badField(place(name), wants: "array")
    }
    return list
  }

  func objects(_ name: String) throws(Refusal) -> [CaseReader] {
    var readers: [CaseReader] = []
    for (index, element) in try array(name).enumerated() {
      readers.append(try CaseReader(element, path: place("\(name).\(index)")))
    }
    return readers
  }

  /// One of the words that an enumeration knows.
  func choice<T: RawRepresentable>(
    _ name: String, _ type: T.Type
  ) throws(Refusal) -> T where T.RawValue == String {
    guard let known = T(rawValue: try string(name)) else {
      throw .badField(place(name), wants: "known word")
    }
    return known
  }

  /// Refuses members beside those named, and a member that comes twice.
  func require(only names: [String]) throws(Refusal) {
    for (index, member) in members.enumerated() {
      guard names.contains(member.name) else { throw .unknownField(place(member.name)) }
      if members[..<index].contains(where: { $0.name == member.name }) {
        throw .duplicateField(place(member.name))
      }
    }
  }

  /// The members as names and amounts, in their order.
  func amounts() throws(Refusal) -> [NamedAmount] {
    var list: [NamedAmount] = []
    for member in members {
      guard let units = member.value.uint64 else {
        throw .badField(place(member.name), wants: "uint64")
      }
      list.append(NamedAmount(member.name, Amount(units)))
    }
    return list
  }
}

/// A party of a case, by the name it has there, with a sum.
public struct NamedAmount: Hashable, Sendable {
  public let name: String
  public let amount: Amount

  public init(_ name: String, _ amount: Amount) {
    self.name = name
    self.amount = amount
  }
}
