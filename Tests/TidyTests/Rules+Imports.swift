// Rules about who may import whom, held against the sources and against the manifest.

extension Rules {
  static func imports(_ file: SourceText) -> [Violation] {
    guard file.path.hasPrefix("Sources/") else { return [] }
    guard let room = RoomMap.room(of: file.path) else {
      return [
        Violation(
          file.path, 1, "its folder is not on the map of rooms",
          remedy: "add the room to RoomMap in TidyTests and to Package.swift")
      ]
    }
    let allowed = RoomMap.below(room.name).union(room.outside)
    return importedModules(file).compactMap { module, line -> Violation? in
      if allowed.contains(module) { return nil }
      let remedy =
        room.isCore && RoomMap.system.contains(module)
        ? "a core room needs nothing of the system"
        : "declare a protocol here and let the room above pass what is needed"
      return Violation(
        file.path, line, "\(room.name) may not import \(module)", remedy: remedy)
    }
  }

  static func importedModules(_ file: SourceText) -> [(module: String, line: Int)] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return file.tokens.indices.compactMap { index in
      guard file.tokens[index].text == "import", index + 1 < file.tokens.count else { return nil }
      let next = file.tokens[index + 1]
      guard next.line == file.tokens[index].line else { return nil }
      if kinds.contains(next.text), index + 2 < file.tokens.count {
        return (file.tokens[index + 2].text, next.line)
      }
      return (next.text, next.line)
    }
  }

  /// A line of the manifest names no room that is not below it on the map.
  static func manifest(_ text: String) -> [Violation] {
    let known = Set(RoomMap.rooms.map(\.name)).union(RoomMap.leaves)
    var violations: [Violation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let bare = line.drop { $0 == " " }
      guard bare.hasPrefix("room(\"") || bare.hasPrefix("program(\"") else { continue }
      let parts = bare.split(separator: "\"", omittingEmptySubsequences: false)
      let name = String(parts[1])
      let list = bare.drop { $0 != "[" }.split(separator: "\"", omittingEmptySubsequences: false)
      // Between quotes lie the words with an odd number.
      let named = Set(list.indices.filter { $0 % 2 == 1 }.map { String(list[$0]) })
      guard RoomMap.rooms.contains(where: { $0.name == name }) else {
        violations.append(
          Violation(
            "Package.swift", index + 1, "\(name) is not on the map of rooms",
            remedy: "add it to RoomMap in TidyTests"))
        continue
      }
      for extra in named.intersection(known).subtracting(RoomMap.below(name)).sorted() {
        violations.append(
          Violation(
            "Package.swift", index + 1, "\(name) may not lean on \(extra)",
            remedy: "take it out, or change the map and the design first"))
      }
    }
    return violations
  }

  /// Each room in the manifest has a line for its tests there too.
  static func roomsHaveTests(_ manifest: String) -> [Violation] {
    let lines = manifest.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line in
      let bare = line.drop { $0 == " " }
      guard bare.hasPrefix("room(\"") || bare.hasPrefix("program(\"") else { return nil }
      let room = bare.split(separator: "\"", omittingEmptySubsequences: false)[1]
      // Tests have the name of the folder, which never says that it is a room.
      let name = room.hasSuffix("Room") ? room.dropLast(4) : room
      guard !lines.contains(where: { $0.contains("tests(\"\(name)Tests\"") }) else { return nil }
      return Violation(
        "Package.swift", index + 1, "\(room) has no tests",
        remedy: "write Tests/\(name)Tests and add its line")
    }
  }
}
