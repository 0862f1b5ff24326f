// swift-tools-version: 6.2
// The rooms of Tolsey and their tests, one line a target; Tests/TidyTests holds them to the map.

import PackageDescription

/// The rooms below each room, filled in from top to bottom.
nonisolated(unsafe) var roomsBelow: [String: [String]] = [:]

let package = Package(
  name: "tolsey",
  products: [
    .executable(name: "tolsey", targets: ["tolsey"]),
    .library(
      name: "TolseyCore",
      targets: [
        "Primitives", "Arithmetic", "Graphs", "Kernel", "Market", "Labels", "Tasks", "Subnets",
        "Topics", "Tournaments", "Models", "Chain", "Archive",
      ]),
    // Proofs of model runs, for programs that make and verify them: Snippets/ProveARun.swift.
    .library(name: "Proofs", targets: ["Primitives", "Graphs", "Models", "Proofs"]),
    // What the benchmarks of pages serve a store with.
    .library(name: "TolseyPages", targets: ["Explorer", "NetworkRoom"]),
  ],
  dependencies: [
    github("apple/swift-argument-parser", from: "1.8.2"),
    github("apple/swift-crypto", from: "4.5.2"),
    github("apple/swift-log", from: "1.16.2"),
    github("apple/swift-nio", from: "2.101.2"),
    github("groue/GRDB.swift", from: "7.10.0"),
    github("hummingbird-project/hummingbird", from: "2.28.1"),
    github("swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // What Swift cannot reach: SHA-NI, VNNI dot products, CPU features.
    kernels("CKernels"),
    // The pages of docs/ and a text model to try, put into the program by the compiler.
    kernels("CDocs"),
    // libsecp256k1, its files as upstream has them, and a check for keys that sign often.
    curve("CSecp256k1"),
    // Bytes, field lists, CBOR, hashes, Merkle trees, keys, EIP-712, amounts, typed ids.
    room("Primitives", ["CKernels", "CSecp256k1"]),
    // Fields of proofs, and the fixed point that scores and shares are computed in.
    room("Arithmetic", ["Primitives", "CKernels"]),
    // Tables with undo, ledger, timers, accounts, beacon, terms, events.
    room("Kernel", ["Primitives"]),
    // A model as a graph of integer operations, in plain code: the reference.
    room("Graphs", ["Primitives"]),
    // Proofs of model runs: transcript, commitment to weights, sum-check, prover, verifier.
    room("Proofs", ["Arithmetic", "Graphs"]),
    // The road from order to settlement, and the checks, one file each.
    room("Market", ["Kernel"]),
    // What a good spec for a model run is; published models; the referee's step; the verifier.
    room("Inference", at: "Works/Inference", ["Market", "Proofs"]),
    // Labels: the spec of an order, what an answer tells, what the answers judge each other by.
    room("Labels", at: "Works/Labels", ["Market", "Arithmetic"]),
    // Tasks in words, answered freely and scored by a panel.
    room("Tasks", at: "Works/Tasks", ["Market"]),
    // Keys wrapped to their readers (HPKE).
    room("Ciphers", ["Primitives", crypto]),
    // ONNX import, calibration, the fast executor that gives the same bits.
    room("Models", ["Graphs", "CKernels"]),
    // Records, learned from settled runs.
    room("Reputation", at: "Institutions/Reputation", ["Market"]),
    // What pays: the dollar as a token, transfers that anybody may carry.
    room("Payments", at: "Institutions/Payments", ["Market", crypto]),
    // Who is trusted among strangers: Yuma epochs.
    room("Subnets", at: "Institutions/Subnets", ["Market", "Arithmetic", "CKernels"]),
    // One answer out of many forecasts, weighted by what their authors were worth.
    room("Topics", at: "Institutions/Topics", ["Kernel", "Arithmetic"]),
    // Forecasts with stake, scored against a truth that comes later.
    room("Tournaments", at: "Institutions/Tournaments", ["Market", "Arithmetic"]),
    // All messages, state, blocks, the state tree, receipts.
    room(
      "Chain",
      [
        "Kernel", "Market", "Inference", "Labels", "Tasks", "Reputation", "Payments",
        "Subnets", "Tournaments", "Topics",
      ]),
    // What readers read: records by id, and lists made from the log.
    room("Archive", ["Chain"]),
    // Blocks, rows, lists and blobs on disk, one durable transaction a block.
    room("Store", ["Archive", grdb, sqlite]),
    // The pages for people, drawn in Swift: objects, charts, docs.
    room("Explorer", ["Archive", "CDocs"]),
    // The buyer: budget, orders, judging what came.
    room("Agents", ["Chain", "Ciphers"]),
    // The HTTP API and its client; the doors of sellers, and the buyer's.
    room("NetworkRoom", at: "Network", ["Archive", "Agents", lifecycle, logging] + http),
    // The provider: offers, bids, runs, defence; the checker: audits, disputes.
    room("Workers", ["Agents", "Models", "Proofs"]),
    // Random walks over the rules, from a seed.
    room("Simulator", ["Chain"]),
    // Every known cheat as an actor, and what it expects to earn.
    room("Cheats", ["Market", "Labels", "Topics", "Subnets", "Tournaments"]),
    // Puts the parts together; the demo.
    room(
      "Node",
      ["Store", "NetworkRoom", "Explorer", "Workers", "Agents", "CDocs", lifecycle, logging]),
    // The command line.
    program(
      "tolsey",
      [
        "Node", "Models", "Cheats", "Proofs", "Labels", "Tasks", "Subnets", "Topics", parser,
        logging,
      ]),

    tests("PrimitivesTests", ["Primitives"]),
    tests("ArithmeticTests", ["Arithmetic"]),
    tests("KernelTests", ["Kernel"]),
    tests("CiphersTests", ["Ciphers", crypto]),
    tests("GraphsTests", ["Graphs"]),
    tests("ModelsTests", ["Models"]),
    tests("MarketTests", ["Market"]),
    tests("ChainTests", ["Chain"]),
    tests("ArchiveTests", ["Archive"]),
    tests("ExplorerTests", ["Explorer"]),
    tests("StoreTests", ["Store"]),
    tests("InferenceTests", ["Inference"]),
    tests("LabelsTests", ["Labels"]),
    tests("TasksTests", ["Tasks"]),
    tests("ProofsTests", ["Proofs", "Arithmetic", "Graphs"]),
    tests("ReputationTests", ["Reputation"]),
    tests("PaymentsTests", ["Payments"]),
    tests("SubnetsTests", ["Subnets"]),
    tests("TournamentsTests", ["Tournaments"]),
    tests("TopicsTests", ["Topics"]),
    tests("SimulatorTests", ["Simulator"]),
    tests("CheatsTests", ["Cheats"]),
    tests("NetworkTests", ["NetworkRoom", embedded]),
    tests("WorkersTests", ["Workers"]),
    tests("AgentsTests", ["Agents", "NetworkRoom", logging]),
    tests("NodeTests", ["Node", "Inference", logging]),
    tests("Scenarios", ["Node", "Inference"]),
    tests("TidyTests", []),
    tests("tolseyTests", ["tolsey", parser]),
  ],
  swiftLanguageModes: [.v6]
)

var parser: Target.Dependency {
  .product(name: "ArgumentParser", package: "swift-argument-parser")
}
var crypto: Target.Dependency { .product(name: "Crypto", package: "swift-crypto") }
var hummingbird: [Target.Dependency] {
  ["Hummingbird", "HummingbirdCore"].map { .product(name: $0, package: "hummingbird") }
}
var lifecycle: Target.Dependency {
  .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
}
var logging: Target.Dependency { .product(name: "Logging", package: "swift-log") }
var nio: [Target.Dependency] {
  ["NIOCore", "NIOPosix", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") }
}
var http: [Target.Dependency] { hummingbird + nio }
/// Channels without sockets, for tests.
var embedded: Target.Dependency { .product(name: "NIOEmbedded", package: "swift-nio") }
var grdb: Target.Dependency { .product(name: "GRDB", package: "GRDB.swift") }
var sqlite: Target.Dependency { .product(name: "GRDBSQLite", package: "GRDB.swift") }

nonisolated var settings: [SwiftSetting] { [.enableUpcomingFeature("InternalImportsByDefault")] }

/// A library target; its folder in `Sources` has its name unless another is given.
func room(_ name: String, at folder: String? = nil, _ uses: [Target.Dependency]) -> Target {
  let all = withAllBelow(uses)
  roomsBelow[name] = all.compactMap(roomName)
  return .target(
    name: name, dependencies: all, path: "Sources/\(folder ?? name)", swiftSettings: settings)
}

/// Names the rooms below those that a line names. A target may import them anyway, but only for
/// those that are named does the build see that a change reaches it: without this an incremental
/// build mixed old layouts with new ones and crashed.
func withAllBelow(_ uses: [Target.Dependency]) -> [Target.Dependency] {
  var names: [String] = []
  for name in uses.compactMap(roomName) {
    for each in (roomsBelow[name] ?? []) + [name] where !names.contains(each) { names.append(each) }
  }
  return names.map { .byName(name: $0) } + uses.filter { roomName($0) == nil }
}

/// The room that a dependency is; nil for a library of another package.
func roomName(_ use: Target.Dependency) -> String? {
  if case .byNameItem(let name, _) = use { name } else { nil }
}

/// Upstream's files lie in `upstream` and are compiled as its own build compiles them: the same
/// modules, tables and flags. Optimised in debug builds too, where each signature of a test would
/// take six times as long.
func curve(_ name: String) -> Target {
  .target(
    name: name, path: "Sources/\(name)",
    exclude: ["ORIGIN.md", "upstream/COPYING", "upstream/SHA256SUMS"],
    sources: [
      "secp256k1.c", "upstream/src/precomputed_ecmult.c", "upstream/src/precomputed_ecmult_gen.c",
    ],
    cSettings: [
      .define("ENABLE_MODULE_RECOVERY", to: "1"), .define("ECMULT_WINDOW_SIZE", to: "15"),
      .define("COMB_BLOCKS", to: "43"), .define("COMB_TEETH", to: "6"),
      .unsafeFlags(["-O2"], .when(configuration: .debug)),
    ])
}

/// C functions that each name the processor features they need; none of them is assumed.
func kernels(_ name: String) -> Target {
  .target(name: name, path: "Sources/\(name)")
}

func program(_ name: String, _ uses: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: withAllBelow(uses), path: "Sources/\(name)", swiftSettings: settings)
}

func tests(_ name: String, _ uses: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: withAllBelow(uses), path: "Tests/\(name)", swiftSettings: settings)
}

func github(_ repository: String, from version: Version) -> Package.Dependency {
  .package(url: "https://github.com/\(repository).git", from: version)
}
