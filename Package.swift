// swift-tools-version: 6.2
import PackageDescription

/// One library module: its folder in `Sources` has its name.
func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies)
}

/// The tests of one module, in `Tests/<module>Tests`.
func tests(of name: String, with others: [Target.Dependency] = []) -> Target {
  .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + others)
}

let package = Package(
  name: "Ligature",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Ligature", targets: ["LigatureLayers"])
  ],
  dependencies: [],
  targets: [
    module("LigatureKernels"),
    module("LigatureTensors", uses: ["LigatureKernels"]),
    module("LigatureLayers", uses: ["LigatureTensors"]),
  ]
)
