// swift-tools-version: 6.2
import PackageDescription

/// One library module: its folder in `Sources` has its name.
func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies)
}

/// The tests of one module, in `Tests/<module>Tests`.
func tests(
  of name: String, with others: [Target.Dependency] = [], excluding folders: [String] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + others, exclude: folders)
}

/// A program in `Examples`, which uses what any user could.
func example(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["Ligature", "ExampleSupport"], path: "Examples/" + name)
}

let package = Package(
  name: "Ligature",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Ligature", targets: ["Ligature"]),
    // What clang's libFuzzer calls; see Examples/CoverageFuzzing.
    .library(name: "CoverageFuzzing", type: .static, targets: ["CoverageFuzzing"]),
  ],
  dependencies: [],
  targets: [
    module("LigatureKernels"),
    module("LigatureTensors", uses: ["LigatureKernels"]),
    module("LigatureLayers", uses: ["LigatureTensors"]),
    module("LigatureDrawing"),
    module("LigatureTraining", uses: ["LigatureKernels", "LigatureLayers", "LigatureDrawing"]),
    module("LigatureInterchange", uses: ["LigatureLayers", "LigatureDrawing"]),
    module(
      "LigatureChecks",
      uses: ["LigatureTensors", "LigatureLayers", "LigatureTraining", "LigatureInterchange"]),
    module(
      "Ligature",
      uses: [
        "LigatureTensors", "LigatureLayers", "LigatureDrawing", "LigatureTraining",
        "LigatureInterchange", "LigatureChecks",
      ]),

    .target(name: "ExampleSupport", dependencies: ["Ligature"], path: "Examples/Support"),
    example("NestedAutoencoder"),
    example("WiredAutoencoder"),
    example("Refinement"),
    example("CheckYourLayer"),
    example("SharedLSTM"),
    .target(name: "FuzzedFormats", dependencies: ["Ligature"], path: "Examples/FuzzedFormats"),
    .executableTarget(
      name: "Fuzzing", dependencies: ["Ligature", "ExampleSupport", "FuzzedFormats"],
      path: "Examples/Fuzzing"),
    .target(
      name: "CoverageFuzzing", dependencies: ["FuzzedFormats"], path: "Examples/CoverageFuzzing",
      exclude: ["run"]),
    example("SurvivingKills"),
    .executableTarget(
      name: "Benchmarks", dependencies: ["Ligature", "LigatureKernels", "LigatureTensors"],
      path: "Examples/Benchmarks", exclude: ["peers"]),

    tests(of: "LigatureKernels"),
    tests(of: "LigatureTensors", with: ["LigatureKernels"]),
    tests(of: "LigatureLayers", with: ["LigatureTensors", "LigatureInterchange"]),
    tests(of: "LigatureDrawing"),
    tests(of: "LigatureTraining", with: ["LigatureLayers", "LigatureTensors"]),
    tests(
      of: "LigatureInterchange", with: ["LigatureDrawing", "LigatureLayers"],
      excluding: ["Reference"]),
    tests(of: "LigatureChecks", with: ["Ligature", "CheckYourLayer"]),
    tests(of: "Ligature", with: ["Refinement"]),
    tests(of: "ExampleSupport", with: ["NestedAutoencoder", "WiredAutoencoder", "SharedLSTM"]),
  ]
)
