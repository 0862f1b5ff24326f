// Blobs whose time is over leave the disk, their uploader's quota and the gauge.

import Chain
import Kernel
import Primitives
import Store
import Testing

@testable import Node

@Suite struct SweepTests {
  @Test func whatNobodyHoldsAnyMoreGoes() throws {
    let test = try TestNode()
    let parts = try NodeParts(test.configuration())
    let shelf = try parts.blobs.open()
    let alice = TestNode.alice.address
    let box = [UInt8](repeating: 7, count: 64)
    _ = try shelf.put(box, by: alice, readers: .anyone, until: Time(5))
    let kept = try shelf.put(box + box, by: alice, readers: .anyone, until: Time(9))
    let gauges = parts.services(test.configuration()).gauges
    #expect(gauges().blobBytes == 192)
    parts.sweepBlobs(at: Time(6))
    #expect(gauges().blobBytes == 128 && shelf.held(by: alice) == 128)
    #expect(try shelf.read(kept.name, by: alice) == box + box)
    try parts.close()
    // After the end nothing is swept, and nothing falls over.
    parts.sweepBlobs(at: Time(10))
    #expect(gauges().blobBytes == 0)
  }
}
