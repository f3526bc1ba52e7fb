import Ligature

extension Mutant {
  /// Layers that mix observations or count on their number.
  static let observations: [Mutant] = [
    .function(.independentObservations, "a mean over the batch") { x, gain, _ in
      try (x - x.mean(0)) * gain
    },
    .function(.independentObservations, "a softmax over the batch") { x, gain, _ in
      try softmax(x * gain, axis: 0)
    },
    .function(.independentObservations, "a maximum over everything") { x, gain, _ in
      try x * gain / (x.max(0, 1) + 3)
    },
    .function(.independentObservations, "a scale from the first observation") { x, gain, _ in
      try x * gain + x.at(0, axis: 0)
    },
    .function(.independentObservations, "a running sum along the batch") { x, gain, _ in
      let count = x.shape[0]
      guard count > 1 else { return try x * gain }
      let rest = try x.slice(0..<(count - 1), axis: 0)
      return try x * gain
        + concatenate([.zeros([1, 5], x.scalarType), rest * 0.5], axis: 0)
    },
    .function(.independentObservations, "the batch in reverse") { x, gain, _ in
      try (x * gain).gathered(Tensor((0..<x.shape[0]).reversed().map { Int64($0) }))
    },
    .function(.independentObservations, "attention between observations", on: [.shortSequences]) {
      x, gain, _ in
      let rows = try (x * gain).reshaped(to: [-1, 5])
      return try matmul(softmax(matmul(rows, rows.transposed)), rows).reshaped(to: x.shape)
    },
    Mutant(
      .independentObservations, "a mean over the batch behind swapped axes", on: [.shortSequences]
    ) {
      TimeFirst()
    },
    .function(.observationCounts, "the last observation left out") { x, gain, _ in
      try (x * gain).slice(0..<Swift.max(1, x.shape[0] - 1), axis: 0)
    },
    .function(.observationCounts, "every observation twice") { x, gain, _ in
      try concatenate([x * gain, x], axis: 0)
    },
    .function(.observationCounts, "a squeeze that takes a batch of one away") { x, gain, _ in
      try (x * gain).squeezed()
    },
    .function(
      .observationCounts, "a squeeze that takes a single time step away", on: [.sequences]
    ) { x, gain, _ in
      let steps = try (x * gain).squeezed()
      return try steps.mean(1).reshaped(to: [x.shape[0], 5])
    },
    .function(.observationCounts, "a reshape to three observations") { x, gain, _ in
      try (x * gain).reshaped(to: [3, 5])
    },
    .function(.observationCounts, "a difference that needs two time steps", on: [.sequences]) {
      x, gain, _ in
      let steps = x.shape[1]
      guard steps > 1 else { throw LayerError("", "too short", remedy: "") }
      return try x * gain - x.at(steps - 2, axis: 1).expandingAxis(1)
    },
    .function(.observationCounts, "statistics that divide by the observations less one") {
      x, gain, context in
      guard x.shape[0] > 1 else { throw LayerError(context.path, "one is too few", remedy: "") }
      return try x * gain
    },
  ]
}

/// Returns `[time, batch, features]`, each time step without the mean over the batch.
private struct TimeFirst: CustomLayer {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = try x.permuted([1, 0, 2])
    return try steps - steps.mean(1, keepingAxes: true)
  }

  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("TBC", $0) }
  }
}
