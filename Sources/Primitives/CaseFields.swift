// Reads the fields of a worked case by name; what is missing or wrong is refused by its path.

/// An object of a case file.
public struct CaseFields {
  public let json: JSONValue
  public let path: String

  public init(_ json: JSONValue, path: String = "") throws(Refusal) {
    guard json.members != nil else { throw .badField(path, wants: "object") }
    self.json = json
    self.path = path
  }

  public func place(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  /// The member; nil where it is absent or null.
  public func optional(_ name: String) -> JSONValue? {
    guard let value = json[name], value != .null else { return nil }
    return value
  }

  /// The member as `form` reads it, `otherwise` where it is absent.
  public func value<T>(
    _ name: String, _ wants: String, or otherwise: T? = nil, _ form: (JSONValue) -> T?
  ) throws(Refusal) -> T {
    guard let found = optional(name) else {
      if let otherwise { return otherwise }
      throw .missingField(place(name))
    }
    guard let value = form(found) else { throw .badField(place(name), wants: wants) }
    return value
  }

  /// A list, each of its values as `form` reads it.
  public func list<T>(
    _ name: String, _ wants: String, or otherwise: [T]? = nil, _ form: (JSONValue) -> T?
  ) throws(Refusal) -> [T] {
    guard let found = optional(name) else {
      if let otherwise { return otherwise }
      throw .missingField(place(name))
    }
    guard let values = found.array else { throw .badField(place(name), wants: "list") }
    var list: [T] = []
    list.reserveCapacity(values.count)
    for (index, one) in values.enumerated() {
      guard let value = form(one) else {
        throw .badField("\(place(name)).\(index)", wants: wants)
      }
      list.append(value)
    }
    return list
  }

  public func number(_ name: String, or otherwise: UInt64? = nil) throws(Refusal) -> UInt64 {
    try value(name, "uint64", or: otherwise) { $0.uint64 }
  }

  public func share(_ name: String, or otherwise: UInt16) throws(Refusal) -> UInt16 {
    try value(name, "uint16", or: otherwise, Self.share)
  }

  public func flag(_ name: String) throws(Refusal) -> Bool {
    try value(name, "bool", or: false) { $0.bool }
  }

  public static func share(_ json: JSONValue) -> UInt16? {
    json.uint64.flatMap { UInt16(exactly: $0) }
  }
}
