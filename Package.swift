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
func example(_ name: String, with others: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name, dependencies: ["Ligature", "ExampleSupport"] + others, path: "Examples/" + name)
}

let package = Package(
  name: "Ligature",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Ligature", targets: ["Ligature"]),
    // Pictures and plots, which the one above does without.
    .library(name: "LigatureDrawing", targets: ["LigatureDrawing"]),
    // What clang's libFuzzer calls; see Examples/CoverageFuzzing.
    .library(name: "CoverageFuzzing", type: .static, targets: ["CoverageFuzzing"]),
  ],
  dependencies: [],
  targets: [
    module("LigatureKernels"),
    module("LigatureFiles"),
    module("LigatureDrawing", uses: ["LigatureFiles"]),
    module("LigatureTensors", uses: ["LigatureKernels"]),
    module("LigatureNetworks", uses: ["LigatureTensors"]),
    module("LigatureLayers", uses: ["LigatureTensors", "LigatureNetworks"]),
    module(
      "LigatureTraining",
      uses: ["LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureInterchange"]),
    module(
      "LigatureViewing",
      uses: [
        "LigatureFiles", "LigatureDrawing", "LigatureTensors", "LigatureNetworks",
        "LigatureTraining",
      ]),
    module(
      "LigatureInterchange",
      uses: ["LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureLayers"]),
    module(
      "LigatureData",
      uses: ["LigatureFiles", "LigatureTensors", "LigatureTraining", "LigatureInterchange"]),
    module(
      "LigatureSweeps",
      uses: [
        "LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureTraining",
        "LigatureInterchange", "LigatureViewing",
      ]),
    module(
      "LigatureChecks",
      uses: [
        "LigatureTensors", "LigatureNetworks", "LigatureTraining", "LigatureInterchange",
      ]),
    module(
      "Ligature",
      uses: [
        "LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureLayers",
        "LigatureTraining", "LigatureInterchange", "LigatureData", "LigatureChecks",
        "LigatureViewing", "LigatureSweeps",
      ]),

    .target(
      name: "ExampleSupport", dependencies: ["Ligature", "LigatureDrawing"],
      path: "Examples/Support"),
    example("NestedAutoencoder"),
    example("WiredAutoencoder"),
    example("FirstNetwork"),
    example("Refinement"),
    example("CheckYourLayer"),
    example("SharedLSTM", with: ["LigatureDrawing"]),
    example("ResidualDigits", with: ["LigatureDrawing"]),
    .target(name: "FuzzedFormats", dependencies: ["Ligature"], path: "Examples/FuzzedFormats"),
    .executableTarget(
      name: "Fuzzing", dependencies: ["Ligature", "ExampleSupport", "FuzzedFormats"],
      path: "Examples/Fuzzing"),
    .target(
      name: "CoverageFuzzing", dependencies: ["FuzzedFormats"], path: "Examples/CoverageFuzzing",
      exclude: ["run"]),
    example("SurvivingKills"),
    example("StreamedTraining"),
    example("ResumedTraining"),
    .executableTarget(
      name: "Benchmarks", dependencies: ["Ligature", "LigatureKernels", "LigatureTensors"],
      path: "Examples/Benchmarks", exclude: ["peers"]),

    .target(
      name: "TestSupport", dependencies: ["LigatureTensors", "LigatureNetworks"],
      path: "Tests/Support"),
    // What a processor's instruction set must not change; `run` in its folder emulates another one.
    .target(
      name: "EqualBits", dependencies: ["LigatureKernels"],
      path: "Tests/LigatureKernelsTests/EqualBits", exclude: ["main.c", "run"]),
    tests(of: "LigatureKernels", with: ["EqualBits"], excluding: ["EqualBits"]),
    tests(of: "LigatureFiles"),
    tests(of: "LigatureDrawing", with: ["LigatureFiles"]),
    tests(of: "LigatureTensors", with: ["LigatureKernels"]),
    tests(
      of: "LigatureNetworks",
      with: ["TestSupport", "LigatureTensors", "LigatureLayers", "LigatureInterchange"]),
    tests(
      of: "LigatureLayers",
      with: ["TestSupport", "LigatureTensors", "LigatureNetworks", "LigatureInterchange"]),
    tests(
      of: "LigatureTraining", with: ["LigatureTensors", "LigatureNetworks", "LigatureLayers"]),
    tests(
      of: "LigatureInterchange",
      with: ["LigatureFiles", "LigatureNetworks", "LigatureLayers"],
      excluding: ["Reference"]),
    tests(of: "LigatureData", with: ["Ligature", "LigatureDrawing"]),
    tests(
      of: "LigatureViewing",
      with: ["LigatureTensors", "LigatureNetworks", "LigatureLayers"]),
    tests(
      of: "LigatureSweeps",
      with: [
        "LigatureTensors", "LigatureNetworks", "LigatureLayers", "LigatureTraining",
        "LigatureInterchange",
      ]),
    tests(of: "LigatureChecks", with: ["Ligature"]),
    tests(
      of: "Ligature", with: ["CheckYourLayer", "FirstNetwork", "Refinement", "ResumedTraining"],
      excluding: ["Articles/Spirals"]),
    tests(
      of: "ExampleSupport",
      with: [
        "NestedAutoencoder", "WiredAutoencoder", "SharedLSTM", "ResidualDigits", "ResumedTraining",
        "SurvivingKills",
      ]),
  ]
)
