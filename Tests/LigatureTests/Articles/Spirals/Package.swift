// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Spirals",
  platforms: [.macOS(.v15)],
  dependencies: [.package(path: "../Ligature")],
  targets: [
    .executableTarget(
      name: "Spirals", dependencies: [.product(name: "Ligature", package: "Ligature")])
  ]
)
