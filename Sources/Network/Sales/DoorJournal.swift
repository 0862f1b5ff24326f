// Finds the journal of a door, and the name by which the door's key is made.

import Foundation
import Primitives

/// A door lives as long as its journal. Where that is lost a new one gets a new name, and so a new
/// authorizer: a seller that forgot what it signed would else sign other runs for the same places
/// of its old channels, and lose its bond.
public struct DoorJournal: Hashable, Sendable {
  public let path: String
  /// Of which the door's key is made.
  public let name: String
  /// Whether no door with a journal was found.
  public let isNew: Bool

  /// - Parameters:
  ///   - stem: how the names of the files of this seller and ware begin.
  ///   - fresh: a name that no door had before.
  public static func find(
    in folder: String, stem: String, ware: String, fresh: String
  ) throws -> DoorJournal {
    // The door of a ware before doors had names of their own.
    let plain = "\(folder)/\(stem)\(ending)"
    if FileManager.default.fileExists(atPath: plain) {
      return DoorJournal(path: plain, name: ware, isNew: false)
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let known = files.filter { $0.hasPrefix("\(stem)~") && $0.hasSuffix(ending) }.min()
    let mark = known.map { String($0.dropFirst(stem.count + 1).dropLast(ending.count)) } ?? fresh
    return DoorJournal(
      path: "\(folder)/\(stem)~\(mark)\(ending)", name: "\(ware) \(mark)", isNew: known == nil)
  }

  private static let ending = ".channels"
}
