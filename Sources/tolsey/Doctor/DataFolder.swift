// What the doctor looks at in a node's folder: its keys, its log, its blobs.

import Chain
import Glibc
import Primitives
import Store

enum DataFolder {
  static let secrets = [
    "operator.key", "operator.links", "custodian.key", "faucet.key", "unsafe-accounts.json",
  ]

  static func findings(_ folder: String) -> [Finding] {
    let genesis: Genesis
    do { genesis = try GenesisFile.read(in: folder) } catch { return [.fail("data", error)] }
    return [modes(folder), log(folder, genesis), blobs(folder)]
  }

  private static func modes(_ folder: String) -> Finding {
    let exposed = secrets.filter { name in
      Home.mode(of: folder + "/" + name).map { $0 & 0o077 != 0 } ?? false
    }
    if let first = exposed.first {
      return .fail(
        "node keys", "others can read \(folder)/\(first)",
        hint: "run 'chmod 600 \(exposed.map { folder + "/" + $0 }.joined(separator: " "))', and "
          + "found a new network if others have been there")
    }
    if !LocalFile.exists(folder + "/operator.key") {
      return .warn(
        "node keys", "\(folder) has no operator.key: no node can go on from it",
        hint: "restore a backup that was made with keys")
    }
    return .ok("node keys", "readable by you alone")
  }

  private static func log(_ folder: String, _ genesis: Genesis) -> Finding {
    do throws(StoreError) {
      let found = try SQLiteLog.look(at: folder + "/store", genesis: genesis)
      let text =
        "block \(found.head?.height ?? 0), \(ByteCount.text(found.bytes)), format \(found.format)"
      guard found.format == SQLiteLog.format else {
        return .warn(
          "log", text + ", which an older version wrote",
          hint: "back it up before the next start leads it to format \(SQLiteLog.format)")
      }
      return .ok("log", text)
    } catch { return .fail("log", Failure(error)) }
  }

  private static func blobs(_ folder: String) -> Finding {
    do throws(StoreError) {
      let found = try BlobStore.look(at: folder + "/blobs")
      let text = "\(found.blobs) blobs, \(ByteCount.text(found.bytes))"
      guard found.damaged.isEmpty else {
        return .fail(
          "blobs", "\(found.damaged.count) of \(text) are gone or cut short",
          hint: "restore a backup; money is not affected")
      }
      return .ok("blobs", text)
    } catch { return .fail("blobs", Failure(error)) }
  }
}
