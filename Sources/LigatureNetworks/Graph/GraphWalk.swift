import LigatureTensors

/// What a walk of a graph does at each step, and on values of which kind.
protocol StepRunner {
  associatedtype Value

  /// The value of a learnable that feeds something, whose place among the values is given.
  mutating func learnable(_ port: Graph.Port, at place: Int) throws -> Value
  /// What a step gives for its arguments; `value` gives what stands at a place, for its wires.
  mutating func run(
    _ step: Schedule.Step, _ arguments: [Value], _ value: (Int) -> Value?
  ) throws -> [Value]
  /// The results of a step have as many parts as it has ports.
  mutating func didRun(_ step: Schedule.Step, _ arguments: [Value], _ results: [Value])
  /// Whether the walk goes on without the results of a step; no by default.
  mutating func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool

  /// The path of the network that is walked.
  var path: String { get }
}

extension StepRunner {
  mutating func didRun(_ step: Schedule.Step, _ arguments: [Value], _ results: [Value]) {}
  mutating func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool { false }
}

/// Why a step has no results.
enum StepFailure {
  /// Something that goes into it has no value.
  case lacksInputs
  case threw(any Error)
}

extension Schedule {
  /// Runs the steps in order and returns the outputs: the one loop that every run of a graph, by
  /// whomever it is seen, goes through. O(steps and values), besides what the steps cost.
  func walk<Runner: StepRunner>(
    _ inputs: [Runner.Value], _ runner: inout Runner
  ) throws -> [Runner.Value] {
    var values = [Runner.Value?](repeating: nil, count: valueCount)
    for (place, input) in inputs.enumerated() { values[place] = input }
    for step in steps {
      let arguments: [Runner.Value]
      do {
        if !learnables.isEmpty { try bringLearnables(for: step, into: &values, &runner) }
        arguments = try step.inputs.map { place in
          if let value = values[place] { return value }
          throw LayerError(
            .edited, runner.path, "layer \(step.node.name) ran before its inputs",
            remedy: "Do not edit a network while it runs")
        }
      } catch {
        guard runner.absorbs(.lacksInputs, of: step) else { throw error }
        continue
      }
      do {
        let results = try runner.run(step, arguments) { values[$0] }
        guard results.count == step.outputNames.count else {
          throw step.misfit(of: results.count, in: runner.path)
        }
        runner.didRun(step, arguments, results)
        for place in step.finished { values[place] = nil }
        for (number, result) in results.enumerated() {
          values[step.firstOutput + number] = result
        }
      } catch {
        guard runner.absorbs(.threw(error), of: step) else { throw error }
      }
    }
    return outputs.compactMap { values[$0] }
  }

  private func bringLearnables<Runner: StepRunner>(
    for step: Step, into values: inout [Runner.Value?], _ runner: inout Runner
  ) throws {
    for place in step.inputs + step.wires.map(\.place) where values[place] == nil {
      guard let port = learnables[place] else { continue }
      values[place] = try runner.learnable(port, at: place)
    }
  }
}

extension Schedule.Step {
  /// The path of the step's layer in the network of the path `outer`.
  func path(in outer: String) -> String {
    outer.isEmpty ? node.name : "\(outer)/\(node.name)"
  }

  fileprivate func misfit(of count: Int, in path: String) -> LayerError {
    LayerError(
      .portMismatch, self.path(in: path),
      "returned \(counted(count, "tensor")) and names \(counted(outputNames.count, "output port"))",
      remedy: "Make outputNames agree with what predict returns")
  }
}
