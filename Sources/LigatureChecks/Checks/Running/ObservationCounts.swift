import LigatureNetworks
import LigatureTensors

/// Works with one and with several observations, and time steps.
struct ObservationCounts: LayerCheck {
  static let kind = CheckKind.observationCounts
  static let meaning =
    "The layer takes any number of observations and, where they are free, of time steps and spatial sizes."
  static let commonCause =
    "A reshape that counts on a number of observations; squeezing an axis that one observation leaves at size 1."
  static let remedy =
    "Take sizes from the input's shape, and name the axes to squeeze; put the batch first, or say in outputLayouts where "
    + "it is"

  /// Findings of one kind that are told.
  private static let most = 3

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let counts = subject.options.observationCounts
    let times: [Int?] = subject.hasFreeTime ? subject.options.timeStepCounts : [nil]
    var failures: [CheckReport.Failure] = []
    var ranks: [Int]?
    for count in counts {
      for time in times {
        let what =
          counted(count, "observation") + (time.map { ", " + counted($0, "time step") } ?? "")
        do {
          let inputs = try subject.inputs(observations: count, timeSteps: time)
          for phase in Phase.allCases {
            let outputs = try subject.outputs(inputs, phase)
            failures += check(outputs.map(\.rank), against: &ranks, what, subject)
            // Usually both phases run the same code.
            failures += check(outputs.map(\.shape), count, what, phase, subject)
              .filter { !failures.contains($0) }
          }
        } catch {
          failures.append(
            subject.failure("the layer throws for \(what)", error, expected: "an output"))
        }
      }
    }
    if failures.isEmpty { failures += try otherSpaces(subject) }
    // One cause shows at every number of observations and steps.
    return outcome(Array(failures.prefix(Self.most)))
  }

  /// What the layer throws for other sizes of free spatial axes, also where they are not the same,
  /// unless its learnables were made for the first ones, as those of a fully connected layer are.
  private func otherSpaces(_ subject: CheckSubject) throws -> [CheckReport.Failure] {
    guard subject.hasFreeSpace else { return [] }
    let sizes = subject.options.spatialSizes
    let most = subject.layouts.map { $0.axes(labelled: .space).count }.max() ?? 1
    let oblong = sizes.count > 1 && most > 1 ? [Array(sizes.prefix(2))] : []
    for spaces in sizes.dropFirst().map({ [$0] }) + oblong {
      let inputs = try subject.inputs(spaces: spaces)
      do {
        for phase in Phase.allCases { _ = try subject.outputs(inputs, phase) }
      } catch {
        if subject.learnablesFollow(inputs) { return [] }
        let shape = (0..<Swift.max(most, 1)).map { "\(spaces[$0 % spaces.count])" }
        return [
          subject.failure(
            "the layer throws for spatial axes of size \(shape.joined(separator: " x "))", error,
            expected: "an output")
        ]
      }
    }
    return []
  }

  /// Axes that come and go with the number of observations.
  private func check(
    _ found: [Int], against ranks: inout [Int]?, _ what: String, _ subject: CheckSubject
  ) -> [CheckReport.Failure] {
    guard let expected = ranks, !subject.options.exceptions.contains(.sizeDependsOnValues) else {
      ranks = ranks ?? found
      return []
    }
    return zip(found, expected).enumerated().filter { $1.0 != $1.1 }.map { number, pair in
      CheckReport.Failure(
        "the number of axes changes with the sizes of the input",
        at: "\(subject.outputName(number)), \(what)",
        expected: counted(pair.1, "axis", plural: "axes"),
        found: "\(pair.0)", remedy: Self.remedy)
    }
  }

  private func check(
    _ shapes: [[Int]], _ count: Int, _ what: String, _ phase: Phase, _ subject: CheckSubject
  ) -> [CheckReport.Failure] {
    // A layer that mixes observations may also join or split them.
    guard !(subject.layer is Network), !subject.options.exceptions.contains(.mixesObservations)
    else { return [] }
    let layouts = subject.layer.outputLayouts(shapes, for: subject.layouts)
    return zip(layouts, shapes).enumerated().compactMap { number, pair in
      let (layout, shape) = pair
      guard let axis = layout.axes(labelled: .batch).first, shape.indices.contains(axis),
        subject.batchAxis(ofInput: 0) != nil, shape[axis] != count
      else { return nil }
      return CheckReport.Failure(
        "the number of observations changes", at: "\(subject.outputName(number)), \(what)",
        expected: "\(count) along axis \(axis)", found: "\(shape)", remedy: Self.remedy)
    }
  }
}
