// A file of sales that is written anew: whoever dies on the way has the old file or the new one.

import Foundation
import Glibc
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct SaleFileTests {
  struct Crash: Error {}
  private let folder = NSTemporaryDirectory() + "sales-\(UUID().uuidString)"
  private var path: String { folder + "/shop.sales" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func payment(_ number: UInt8) -> Bytes32 { SHA256.hash([number]) }

  /// Two sales that count at second 400,000, among two that do not.
  private func fill() throws {
    let file = try SaleFile(path, now: 100)
    for (number, until) in [(1, 150), (2, 500_000), (3, 160), (4, 500_001)] as [(UInt8, UInt64)] {
      try file.note(payment: payment(number), request: payment(9), until: until)
    }
  }

  @Test(arguments: WholeFile.Step.allCases)
  func aSellerThatDiesAtItsStartForgetsNoSale(_ step: WholeFile.Step) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try fill()
    var steps: [WholeFile.Step] = []
    #expect(throws: Crash.self) {
      _ = try SaleFile(path, now: 400_000) { reached in
        steps.append(reached)
        if reached == step { throw Crash() }
      }
    }
    #expect(steps.last == step)
    let next = try SaleFile(path, now: 400_000)
    #expect(next.found.map(\.payment) == [payment(2), payment(4)])
    try next.note(payment: payment(5), request: payment(9), until: 600_000)
  }

  @Test func whatIsNotedAfterwardsIsInTheNewFile() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try fill()
    do {
      let file = try SaleFile(path, now: 400_000)
      try file.note(payment: payment(5), request: payment(9), until: 500_002)
    }
    let found = try SaleFile(path, now: 400_000).found
    #expect(found.map(\.payment) == [payment(2), payment(4), payment(5)])
    #expect(!FileManager.default.fileExists(atPath: path + ".new"))
  }

  /// Half of a new file, left by who died, is nobody's sale.
  @Test func aTornNewFileIsThrownAway() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try fill()
    try "tolsey sales 1\n0x12".write(
      toFile: path + ".new", atomically: false, encoding: .utf8)
    #expect(try SaleFile(path, now: 400_000).found.count == 2)
  }

  /// A file that is no longer the one of that name is not written to.
  @Test func theNewFileIsLockedBeforeItHasTheName() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try fill()
    let old = open(path, O_RDWR)
    defer { close(old) }
    let first = try SaleFile(path, now: 400_000)
    #expect(WholeFile.leads(path, to: old) == false)
    #expect(throws: SaleFile.Problem.inUse) { _ = try SaleFile(path, now: 400_000) }
    #expect(first.found.count == 2)
  }

  @Test func aFolderThatTakesNoFileIsSaid() throws {
    #expect(throws: SaleFile.Problem.failed(ENOENT)) {
      _ = try SaleFile(folder + "/none/shop.sales", now: 1)
    }
  }
}
