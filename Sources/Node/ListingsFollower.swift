// Keeps the lists as far as the ledger, on a thread of its own that the producer never waits for.

import Archive
import Chain
import Dispatch
import Logging
import NetworkRoom
import Primitives
import Store
import Synchronization

/// Lets the lists follow the log: woken by each durable block, in batches while they are behind.
///
/// Whatever happens to the lists' file stays there: it is tried again every second, said in the
/// log, and seen by the height that the lists have reached.
final class ListingsFollower: Sendable {
  let listings: SQLiteListings
  /// The height that the lists have reached: a page that must show a block waits here.
  let gate: HeightGate
  private let store: StoreHandle<SQLiteLog>
  private let ledger: HeightGate
  private let log: Logger
  private let queue = DispatchQueue(label: "tolsey.listings", qos: .utility)
  private let work = Mutex<Task<Void, Never>?>(nil)
  /// What was said last, so that a full disk is not said every second.
  private let said = Mutex("")

  /// Between a failure and the next try.
  static let pause = Duration.seconds(1)

  /// - Parameter ledger: the gate that the producer advances.
  init(
    folder: String, genesis: Genesis, options: SQLiteListings.Options,
    store: StoreHandle<SQLiteLog>, ledger: HeightGate, log: Logger
  ) {
    listings = SQLiteListings(folder: folder, genesis: genesis, options: options)
    gate = HeightGate()
    self.store = store
    self.ledger = ledger
    self.log = log
  }

  func start() {
    work.withLock { work in
      if work == nil { work = Task.detached { await self.run() } }
    }
  }

  /// Ends after the batch at hand, and lets go of the file.
  func stop() async {
    let task = work.withLock { work in
      defer { work = nil }
      return work
    }
    task?.cancel()
    await task?.value
    gate.close()
    listings.close()
  }

  private func run() async {
    while !Task.isCancelled {
      let result = await onQueue()
      // A file that was made anew begins below what was reached before.
      let height = listings.condition.height
      gate.fall(to: height)
      switch result {
      case .success(let count):
        gate.advance(to: height)
        say(nil)
        guard count == 0 else { continue }
        if ledger.isClosed { return }
        await ledger.wait(for: height + 1, upTo: .seconds(60))
      case .failure(let error):
        say(error)
        try? await Task.sleep(for: ListingsFollower.pause)
      }
    }
  }

  private func onQueue() async -> Result<Int, StoreError> {
    await withCheckedContinuation { done in
      queue.async {
        done.resume(returning: self.followOnce())
      }
    }
  }

  private func followOnce() -> Result<Int, StoreError> {
    do throws(StoreError) { return .success(try listings.follow(try store.open())) } catch {
      return .failure(error)
    }
  }

  private func say(_ failure: StoreError?) {
    let text = failure?.message ?? ""
    let isNew = said.withLock { said in
      defer { said = text }
      return said != text
    }
    guard isNew else { return }
    if let failure {
      log.warning(
        "the lists do not go on; the ledger does",
        metadata: ["error": "\(failure.message)", "height": "\(listings.condition.height)"])
    } else {
      log.notice("the lists go on", metadata: ["height": "\(listings.condition.height)"])
    }
  }
}
