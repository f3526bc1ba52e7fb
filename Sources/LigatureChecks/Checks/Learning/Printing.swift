import LigatureNetworks
import LigatureTensors

/// The description prints, and the printed count is the real one.
struct Printing: LayerCheck {
  static let kind = CheckKind.printing
  static let prerequisites: [CheckKind] = [.initialization]
  static let meaning =
    "The layer prints as one line of its network's table, with every learnable's count once."
  static let commonCause = "A description that describes another state of the layer."
  static let remedy = "Leave the table to the network, and describe only settings"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let text = subject.network.description
    let count = subject.network.parameters.map(\.value.count).reduce(0, +)
    let printed = text.split(separator: "\n").compactMap { line -> Int? in
      guard let end = line.range(of: " learnable")?.lowerBound else { return nil }
      // Beyond the table, where a description may hold anything: `1,024 learnables`.
      let number = line[..<end]
      return number.allSatisfy({ $0.isNumber || $0 == "," || $0 == "_" || $0 == " " })
        ? Int(number.filter(\.isNumber)) : nil
    }.first
    guard printed == count else {
      return .failed([
        CheckReport.Failure(
          "the printed number of learnables is not the real one", at: subject.shown(""),
          expected: "\(count)", found: printed.map { "\($0)" } ?? "none", remedy: Self.remedy)
      ])
    }
    if !(subject.layer is Network), let layer = subject.layer as? any CustomStringConvertible,
      layer.description.isEmpty || layer.description.contains(where: \.isNewline)
    {
      return .failed([
        CheckReport.Failure(
          "the description does not fit into a line of a table", at: subject.shown(""),
          expected: "one line, such as FullyConnected(10)",
          found: "\(String(reflecting: layer.description))",
          remedy: "Describe the type and its settings in one line, or leave the description out")
      ])
    }
    return .passed(counted(count, "number"))
  }
}
