import LigatureNetworks
import LigatureTensors

extension TrainingData {
  /// The same data with the axes of inputs in another order, as the network is declared with them:
  /// of inputs that have the batch first, time, space and channels after it. O(1).
  ///
  ///     try TrainingData(sequences: recordings, targets: labels).arranged(as: ["TBC"])
  public func arranged(as inputLayouts: [String]) throws -> TrainingData {
    if let present = self.inputLayouts {
      throw TensorError(
        "TrainingData",
        "inputs laid out as \(present) cannot be arranged again, as \(inputLayouts)",
        remedy: "Arrange data once, when its inputs have the batch first")
    }
    guard inputLayouts.count == inputs.count else {
      throw TensorError(
        "TrainingData",
        "\(counted(inputs.count, "input")) cannot be arranged as \(inputLayouts)",
        remedy: "Give a layout for each input")
    }
    let arranged = try zip(inputs, inputLayouts).map { input, labels in
      guard labels.count == input.rank else {
        throw TensorError(
          "TrainingData", "an input of shape \(input.shape) cannot be arranged as \(labels)",
          remedy: "Give a letter for each axis")
      }
      return try Self.rearranged(input, labels)
    }
    return try TrainingData(
      inputs: arranged, targets: targets, isReconstruction: isReconstruction,
      inputLayouts: inputLayouts, inputLengths: inputLengths, targetLengths: targetLengths)
  }

  /// A tensor with its axes in the order batch, time, space, channels.
  static func canonical(_ tensor: Tensor, _ labels: String?) throws -> Tensor {
    guard let labels, labels.count == tensor.rank,
      let order = Layout(labels, of: tensor).canonicalPermutation
    else { return tensor }
    return try tensor.permuted(order)
  }

  /// A tensor in that order with its axes as the labels have them.
  static func rearranged(_ tensor: Tensor, _ labels: String?) throws -> Tensor {
    guard let labels, labels.count == tensor.rank,
      let order = Layout(labels, of: tensor).canonicalPermutation
    else { return tensor }
    return try tensor.permuted(order.indices.map { order.firstIndex(of: $0)! })
  }

  /// The axis of an input that observations lie along.
  func batchAxis(_ place: Int) -> Int { axis(.batch, place) ?? 0 }

  /// The axis of an input that steps lie along.
  func timeAxis(_ place: Int) -> Int { axis(.time, place) ?? 1 }

  private func axis(_ label: Layout.Label, _ place: Int) -> Int? {
    inputLayouts.flatMap { layouts in
      Layout(layouts[place], of: inputs[place]).axes.firstIndex(of: label)
    }
  }

  /// Throws unless each input has a layout of its rank, if any has one.
  func validateLayouts() throws {
    guard let inputLayouts else { return }
    guard inputLayouts.count == inputs.count,
      zip(inputLayouts, inputs).allSatisfy({ labels, input in
        labels.count == input.rank && labels.count { $0 == "B" } == 1
      })
    else {
      throw TensorError(
        "TrainingData",
        "the layouts \(inputLayouts) do not fit inputs of shapes \(inputs.map(\.shape))",
        remedy: "Give labels for each input, a letter an axis, of which one is B")
    }
  }

  /// Throws where a network is declared for data of another order than this.
  func requireLayouts(of network: Network) throws {
    for (place, input) in network.declaredInputs.enumerated() where place < inputs.count {
      guard let layout = input.layout, layout.rank == inputs[place].rank else { continue }
      let own = inputLayouts.map { Layout($0[place], of: inputs[place]) }
      let fits =
        if let own {
          own.canonicalPermutation == layout.canonicalPermutation
        } else if inputLengths[place] != nil {
          layout.canonicalPermutation == nil
        } else {
          layout.axes.firstIndex(of: .batch) ?? 0 == 0
        }
      guard fits else {
        throw LayerError(
          .shape, "",
          "input \"\(input.name)\" is declared \(layout.labels), and the data is laid out as "
            + (own?.labels ?? "one observation after another"),
          remedy: "Give the data in the declared order, and say so: "
            + "TrainingData(inputs:targets:inputLayouts: [\"\(layout.labels)\"]), or arranged(as:)")
      }
    }
  }
}
