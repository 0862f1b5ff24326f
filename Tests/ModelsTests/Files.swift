// Where the vectors and the examples lie.

import Foundation
import Testing

enum Files {
  private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func vector(_ name: String) throws -> [UInt8] {
    try read("Tests/Vectors/models/\(name)")
  }

  static func digits(_ name: String) throws -> [UInt8] { try read("Examples/digits/\(name)") }

  static func example(_ path: String) throws -> [UInt8] { try read("Examples/\(path)") }

  private static func read(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: root.appendingPathComponent(path)))
  }
}
