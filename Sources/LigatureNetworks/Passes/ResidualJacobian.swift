import LigatureTensors

/// A vector that a network makes of a mini-batch as in training, and how it changes with each
/// number in learnables.
package struct ResidualJacobian {
  /// `[residuals]`, as double.
  package let residuals: Tensor
  /// The transposed Jacobian, `[numbers, residuals]`, as double: a row for each number of each
  /// parameter, in the order they were given in. Zeros where nothing depends on it.
  package let rows: Tensor
  /// What the pass over a next part begins with.
  package let carriedState: NetworkState

  /// Runs `body` in a pass whose states are forgotten.
  ///
  /// One backward pass for each number, or for each residual where there are fewer of these. The
  /// former are derivatives of a vector-Jacobian product in its vector, as in
  /// ``jacobianVectorProduct(at:along:of:)``, and need second derivatives. Throws for a result that
  /// is not a vector, and what `body` throws.
  package init(
    of network: Network, in parameters: [Parameter], seed: UInt64, iteration: Int, part: BatchPart,
    beginningWith states: NetworkState = NetworkState(), _ body: (Context) throws -> Tensor
  ) throws {
    let tape = TapeHandle()
    let recorder = tape.tape
    let pass = Pass(
      .training, seed: seed, iteration: iteration, scalarType: network.scalarType,
      tape: recorder, lengths: .given(part.sequenceLengths), beginningWith: states,
      observations: part.observations)
    let context = pass.rootContext(root: network)
    let residuals = try Frame.$current.withValue(context.frame) { try body(context) }
    guard residuals.rank == 1 else {
      throw LayerError(
        .shape, "", "residuals have shape \(residuals.shape)",
        remedy: "Return them as a vector, such as by flattening")
    }
    let leaves = pass.takeLeaves()
    carriedState = pass.carriedState
    try [network].requireOwn(leaves.map(\.parameter))
    let read = Dictionary(
      leaves.map { (ObjectIdentifier($0.parameter), $0.tensor) }
    ) { first, _ in first }
    let values = parameters.map(\.value)
    let tensors = parameters.map { read[ObjectIdentifier($0)] }
    let (numbers, count) = (values.reduce(0) { $0 + $1.count }, residuals.count)
    self.residuals = try residuals.detached(from: recorder).cast(to: .float64)
    rows =
      numbers <= count
      ? try Self.byNumber(residuals, tape, values, tensors)
      : try Self.byResidual(residuals, tape, values, tensors)
  }

  private static func byNumber(
    _ residuals: Tensor, _ tape: consuming TapeHandle, _ values: [Tensor], _ leaves: [Tensor?]
  ) throws -> Tensor {
    let outer = TapeHandle()
    let vector = try outer.leaf(.zeros(residuals.shape, residuals.scalarType))
    let weighted = try (residuals * vector).sum()
    let pulled = try tape.gradients(of: weighted, for: leaves.compactMap(\.self))
    var rows: [Double] = []
    for (value, gradient) in zip(values, placed(pulled, leaves)) {
      for number in 0..<value.count {
        let row = try gradient.flatMap {
          try outer.peekedGradients(of: $0, seed: unit(number, like: $0), for: [vector])[0]
        }
        rows += try row?.doubles() ?? [Double](repeating: 0, count: residuals.count)
      }
    }
    return try Tensor(rows, shape: [values.reduce(0) { $0 + $1.count }, residuals.count])
  }

  private static func byResidual(
    _ residuals: Tensor, _ tape: consuming TapeHandle, _ values: [Tensor], _ leaves: [Tensor?]
  ) throws -> Tensor {
    let known = leaves.compactMap(\.self)
    var columns: [Double] = []
    for number in 0..<residuals.count {
      let seed = try unit(number, like: residuals)
      let gradients = try tape.peekedGradients(of: residuals, seed: seed, for: known)
      for (value, gradient) in zip(values, placed(gradients, leaves)) {
        columns += try gradient?.doubles() ?? [Double](repeating: 0, count: value.count)
      }
    }
    let numbers = values.reduce(0) { $0 + $1.count }
    return try Tensor(columns, shape: [residuals.count, numbers]).transposed
  }

  /// The gradients of leaves that there are, each in its leaf's place.
  private static func placed(_ gradients: [Tensor?], _ leaves: [Tensor?]) -> [Tensor?] {
    var next = gradients.makeIterator()
    return leaves.map { $0 == nil ? nil : next.next() ?? nil }
  }

  /// Zeros, and a one in one place.
  private static func unit(_ place: Int, like tensor: Tensor) throws -> Tensor {
    var numbers = [Double](repeating: 0, count: tensor.count)
    numbers[place] = 1
    return try Tensor(numbers, shape: tensor.shape).cast(to: tensor.scalarType)
  }
}
