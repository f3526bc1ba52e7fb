import LigatureFiles
import LigatureInterchange
import LigatureTensors
import LigatureTraining

extension TrainingData {
  /// Columns of a table: inputs `[rows, columns]` and targets of the same form. O(bytes).
  ///
  ///     let data = try TrainingData(
  ///       CSVFile(contentsOf: url), inputs: ["age", "dose"], targets: ["effect"])
  ///
  /// Throws `FileError` for columns that are not there, or hold no numbers.
  public init(_ table: CSVFile, inputs: [String], targets: [String]) throws {
    try self.init(table.tensor(inputs), targets: table.tensor(targets))
  }

  /// Columns of a table as inputs, and one with the numbers of classes, from 0. O(bytes).
  ///
  /// Throws `FileError` for columns that are not there, or hold no numbers, and `TensorError` for
  /// classes that are not whole or negative.
  public init(_ table: CSVFile, inputs: [String], classes: String) throws {
    let numbers = try table.tensor([classes], as: Double.self).doubles()
    let labels = try numbers.map { number -> Int64 in
      guard let label = Int64(exactly: number), label >= 0 else {
        throw TensorError(
          "TrainingData", "column \"\(classes)\" has \(number), which is no number of a class",
          remedy: "Give whole numbers from 0")
      }
      return label
    }
    try self.init(table.tensor(inputs), targets: Tensor(labels))
  }

  /// Variables of a MAT-file: numbers with an observation along the last axis, as MATLAB keeps
  /// images and features by default, or a cell array of sequences `features x time`; and targets of
  /// the same kinds, or a categorical array, whose codes from 0 they are.
  ///
  ///     let data = try TrainingData(MATFile(contentsOf: url), inputs: "XTrain", targets: "YTrain")
  ///
  /// - Parameter order: how axes of numbers are brought into the order of the network: the
  ///   observations first unless it is said. `.asStored` where the rows are observations.
  /// - Throws: `FileError` for variables that are not there or of another kind, and for an element
  ///   without a category.
  public init(
    _ file: MATFile, inputs: String, targets: String, order: AxisOrder = .lastFirst
  ) throws {
    func isCell(_ name: String) -> Bool {
      file.variables.last { $0.name == name }?.class == .cell
    }
    func numbers(_ name: String) throws -> Tensor {
      guard file.variables.last(where: { $0.name == name })?.className == "categorical" else {
        return try file.tensor(name, order: order)
      }
      let array = try file.categorical(name)
      return try Tensor(
        array.codes.enumerated().map { place, code -> Int64 in
          guard let code else {
            throw FileError(
              file: name, expected: "a category for each element",
              found: "none for element \(place + 1)",
              remedy: "leave out what is <undefined>, rmmissing(x)")
          }
          return Int64(code)
        })
    }
    guard isCell(inputs) else {
      try self.init(numbers(inputs), targets: numbers(targets))
      return
    }
    let sequences = try file.tensors(inputs, order: .reversed)
    if isCell(targets) {
      try self.init(
        sequences: sequences, targetSequences: file.tensors(targets, order: .reversed))
    } else {
      try self.init(sequences: sequences, targets: numbers(targets))
    }
  }
}
