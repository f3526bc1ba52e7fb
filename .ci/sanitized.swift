// swift-tools-version: 6.2
// What `.ci/sanitize` builds: the modules and tests that a sanitizer is to look at, and no others.
import PackageDescription

let kernels: [Target] = [
  .target(name: "LigatureKernels"),
  .target(
    name: "EqualBits", dependencies: ["LigatureKernels"],
    path: "Tests/LigatureKernelsTests/EqualBits", exclude: ["main.c", "run"]),
  .testTarget(
    name: "LigatureKernelsTests", dependencies: ["LigatureKernels", "EqualBits"],
    exclude: ["EqualBits"]),
]

let networks: [Target] = [
  .target(name: "LigatureKernels"),
  .target(name: "LigatureFiles"),
  .target(name: "LigatureTensors", dependencies: ["LigatureKernels"]),
  .target(name: "LigatureNetworks", dependencies: ["LigatureTensors"]),
  .target(name: "LigatureLayers", dependencies: ["LigatureTensors", "LigatureNetworks"]),
  .target(
    name: "LigatureInterchange",
    dependencies: ["LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureLayers"]),
  .target(
    name: "LigatureTraining",
    dependencies: ["LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureInterchange"]),
  .target(
    name: "TestSupport", dependencies: ["LigatureTensors", "LigatureNetworks"],
    path: "Tests/Support"),
  .testTarget(
    name: "ConcurrencyTests",
    dependencies: [
      "LigatureTensors", "LigatureNetworks", "LigatureLayers", "LigatureTraining", "TestSupport",
    ],
    path: "Tests/Concurrency"),
]

let package = Package(
  name: "Ligature", platforms: [.macOS(.v15)],
  targets: Context.environment["SANITIZED"] == "kernels" ? kernels : networks)
