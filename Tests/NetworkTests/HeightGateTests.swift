// Waiting for heights: reached, over time, stopped, cancelled.

import NetworkRoom
import Testing

@Suite struct HeightGateTests {
  @Test func whoWaitsIsLetThroughAtTheHeight() async {
    let gate = HeightGate(height: 3)
    #expect(await gate.wait(for: 3, upTo: .zero))
    async let waiting = gate.wait(for: 5, upTo: .seconds(3_600))
    gate.advance(to: 4)
    gate.advance(to: 5)
    #expect(await waiting)
    #expect(gate.height == 5)
  }

  @Test func heightsNeverFall() {
    let gate = HeightGate(height: 3)
    gate.advance(to: 2)
    #expect(gate.height == 3)
  }

  @Test func whatIsGoneIsWaitedForAgain() async {
    let gate = HeightGate(height: 9)
    gate.fall(to: 12)
    #expect(gate.height == 9)
    gate.fall(to: 2)
    #expect(await !gate.wait(for: 9, upTo: .milliseconds(1)))
    async let waiting = gate.wait(for: 9, upTo: .seconds(3_600))
    gate.advance(to: 9)
    #expect(await waiting)
  }

  @Test func timeEndsTheWait() async {
    #expect(await !HeightGate().wait(for: 1, upTo: .milliseconds(1)))
  }

  @Test func aStopLetsEverybodyGo() async {
    let gate = HeightGate()
    async let waiting = gate.wait(for: 1, upTo: .seconds(3_600))
    gate.close()
    #expect(await !waiting)
    #expect(await !gate.wait(for: 1, upTo: .seconds(3_600)))
  }

  @Test func aCancelledTaskLeaves() async {
    let gate = HeightGate()
    let task = Task { await gate.wait(for: 1, upTo: .seconds(3_600)) }
    task.cancel()
    #expect(await !task.value)
  }
}
