// swift-tools-version: 6.2
// Fuzzers for every decoder that strangers' bytes reach, a package of its own: scripts/fuzz.sh.

import PackageDescription

let package = Package(
  name: "Fuzz",
  dependencies: [.package(name: "tolsey", path: "..")],
  targets: [
    .executableTarget(
      name: "Fuzz",
      dependencies: [.product(name: "TolseyCore", package: "tolsey")],
      swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")])
  ],
  swiftLanguageModes: [.v6]
)
