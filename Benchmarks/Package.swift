// swift-tools-version: 6.2
// The benchmarks, a package of their own, so that what they need costs only who runs them.

import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "tolsey", path: ".."),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
  ],
  targets: [
    // The room as it stands, through a link: it is in no product of the package above.
    .target(
      name: "LogStore",
      dependencies: [
        .product(name: "TolseyCore", package: "tolsey"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      path: "Store", swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        .product(name: "TolseyCore", package: "tolsey"),
        .product(name: "TolseyPages", package: "tolsey"),
        .product(name: "Proofs", package: "tolsey"),
        .product(name: "Logging", package: "swift-log"), "LogStore",
      ],
      swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]),
  ],
  swiftLanguageModes: [.v6]
)
