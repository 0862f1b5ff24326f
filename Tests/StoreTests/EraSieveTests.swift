// Finding by an id alone, through many eras: what is there is found, others are not looked into.

import GRDB
import Primitives
import Testing

@testable import Store

@Suite struct EraSieveTests {
  private let folder = TemporaryFolder()

  private func open(eraSize: UInt64 = 10) throws -> SQLiteLog {
    var options = SQLiteLog.Options()
    options.eraSize = eraSize
    return try SQLiteLog(folder: folder.path, network: Fixture.network, options: options)
  }

  /// The folder is free again when this returns.
  @discardableResult
  private func using<Value>(_ body: (SQLiteLog) throws -> Value) throws -> Value {
    let log = try open()
    let value = try body(log)
    try log.close()
    return value
  }

  private static func stem(_ number: Int) -> Int64 { Stem.of(Fixture.digest("stem \(number)")) }

  @Test func aFilterHoldsWhatIsThereAndLittleElse() {
    var filter = EraFilter(holding: 4_096)
    for number in 0..<4_096 { filter.insert(Self.stem(number)) }
    for number in 0..<4_096 { #expect(filter.mayHold(Self.stem(number))) }
    let others = (4_096..<14_096).count { filter.mayHold(Self.stem($0)) }
    #expect(others < 600, "\(others) of 10,000")
    // Numbers that somebody chose, one after the other, are spread as well.
    var chosen = EraFilter(holding: 4_096)
    for number in 0..<4_096 as Range<Int64> { chosen.insert(number) }
    #expect((4_096..<14_096 as Range<Int64>).count { chosen.mayHold($0) } < 600)
    #expect(!EraFilter(holding: 0).mayHold(7))
  }

  @Test func anEraWithoutAFilterIsLookedInto() {
    let sieve = EraSieve()
    #expect(sieve.eras(of: 7, through: 3) == [0, 1, 2, 3])
    var filter = EraFilter(holding: 10)
    filter.insert(7)
    sieve.close(1, filter)
    sieve.close(3, EraFilter(holding: 10))
    #expect(sieve.eras(of: 7, through: 3) == [0, 1, 2])
    #expect(sieve.eras(of: 7, from: 1, through: 5) == [1, 2, 4, 5])
    #expect(sieve.eras(of: 7, from: 4, through: 3) == [])
  }

  /// The same answers from a log that made its filters as it wrote, from one that makes them after
  /// it was opened, and from one of a single era.
  @Test func everythingIsFoundInManyEras() throws {
    let heights = 0...40 as ClosedRange<UInt64>
    func look(_ log: SQLiteLog) throws {
      for height in heights {
        let id = Fixture.messageID(height, 0)
        #expect(try log.message(id).value?.height == height)
        #expect(try log.message(id, at: height).value?.height == height)
        let events = try log.events(after: nil, filter: EventFilter(subjects: [id]))
        let later = try log.events(after: height, filter: EventFilter(subjects: [id]))
        #expect(events.value.events.allSatisfy { $0.height == height })
        #expect(later.value.events.isEmpty)
      }
      #expect(try log.message(Fixture.digest("nobody")).value == nil)
    }
    try using { log throws in
      for height in heights { try log.append(Fixture.block(height, messages: 3)) }
      let closed = log.writer.withLock { $0.era }
      #expect(closed > 8 && log.sieve.count == Int(closed))
      try look(log)
    }
    try using { log throws in
      try look(log)
      // It goes on with the era that was open: what it closes holds all of it.
      for height in 41...60 as ClosedRange<UInt64> {
        try log.append(Fixture.block(height, messages: 3))
      }
      try look(log)
      #expect(try log.message(Fixture.messageID(41, 0)).value?.height == 41)
    }
  }

  @Test func aFilterIsReadAsItWasWrittenOrNotAtAll() {
    var filter = EraFilter(holding: 100)
    for number in 0..<100 { filter.insert(Self.stem(number)) }
    let bytes = filter.bytes
    let again = EraFilter(bytes)
    #expect(again?.bytes == bytes)
    #expect((0..<100).allSatisfy { again?.mayHold(Self.stem($0)) == true })
    for place in [0, bytes.count / 2, bytes.count - 1] {
      var torn = bytes
      torn[place] ^= 1
      #expect(EraFilter(torn) == nil)
    }
    #expect(EraFilter([]) == nil && EraFilter(Array(bytes.dropFirst(8))) == nil)
  }

  /// A filter of the file that is damaged, or that an older format never wrote, is made anew; what
  /// the file says of an era that is whole is believed.
  @Test func filtersComeFromTheFile() throws {
    try using { log throws in
      for height in 0...40 as ClosedRange<UInt64> {
        try log.append(Fixture.block(height, messages: 3))
      }
    }
    let closed = try using { try $0.kept() }
    #expect(closed.count > 8 && closed.allSatisfy { EraFilter($0) != nil })
    let empty = EraFilter(holding: 10).bytes
    try change("UPDATE sieve SET filter = x'00' WHERE era = 1; DELETE FROM sieve WHERE era = 2")
    try change("UPDATE sieve SET filter = x'\(Hex.digits(empty))' WHERE era = 3")
    try using { log throws in
      log.waitForFilters()
      #expect(log.sieve.count == closed.count)
      let held = (0...40 as ClosedRange<UInt64>).map { height in
        log.sieve.eras(of: Stem.of(Fixture.messageID(height, 0)), through: Int64(closed.count) - 1)
      }
      let own = Set(held.flatMap { $0 })
      #expect(own.contains(1) && own.contains(2) && !own.contains(3))
    }
  }

  private func change(_ sql: String) throws {
    let queue = try DatabaseQueue(path: folder.path + "/" + LogSchema.fileName)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  /// A block that is refused leaves the filter of the open era as it was; one that was written and
  /// is written again, too.
  @Test func whatIsNotWrittenIsNotClosed() throws {
    let log = try open(eraSize: 1)
    try log.append(Fixture.block(0, messages: 1))
    try log.append(Fixture.block(1, messages: 1))
    #expect(storeError { try log.append(Fixture.block(9, messages: 1)) }?.code != nil)
    try log.append(Fixture.block(1, messages: 1))
    #expect(log.sieve.count == 1)
    #expect(try log.message(Fixture.messageID(9, 0)).value == nil)
    #expect(try log.message(Fixture.messageID(1, 0)).value?.height == 1)
    try log.close()
  }
}

extension SQLiteLog {
  /// The filters of the file, in the order of their eras.
  fileprivate func kept() throws -> [[UInt8]] {
    try pool.read { db in
      let all = try RawStatement(db, "SELECT filter FROM sieve ORDER BY era")
      defer { all.reset() }
      var found: [[UInt8]] = []
      while try all.step() { found.append(all.bytes(0)) }
      return found
    }
  }
}
