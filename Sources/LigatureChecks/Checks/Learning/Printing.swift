import LigatureLayers

/// Row 23: the description prints, and the printed count is the real one.
struct Printing: LayerCheck {
  static let kind = CheckKind.printing
  static let meaning = "The layer prints, with every learnable's count once."
  static let commonCause = "A description that describes another state of the layer."
  static let remedy = "Leave the table to the network, and describe only settings"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let text = subject.network.description
    let count = subject.network.parameters.map(\.value.count).reduce(0, +)
    let printed = text.split(separator: "\n").compactMap { line -> Int? in
      guard let end = line.range(of: " learnable")?.lowerBound else { return nil }
      return Int(line[..<end].filter(\.isNumber))
    }.first
    guard printed == count else {
      return .failed([
        CheckReport.Failure(
          "the printed number of learnables is not the real one", at: subject.shown(""),
          expected: "\(count)", found: printed.map { "\($0)" } ?? "none", remedy: Self.remedy)
      ])
    }
    return .passed("\(count) learnables")
  }
}
