import LigatureTensors

/// Changes mini-batches on their way into training.
public struct Augmentation: Sendable {
  /// Makes another batch of one. Everything random must come from the stream, which is keyed by
  /// seed and step.
  public typealias Function =
    @Sendable (_ batch: TrainingData, _ stream: inout RandomStream) throws -> TrainingData

  let function: Function
  /// The share of the epochs, from the first, in which it applies.
  let share: Double

  /// A change of your own, in the first `share` of the epochs.
  public init(duringFirst share: Double = 1, _ function: @escaping Function) {
    self.function = function
    self.share = share
  }

  /// Moves each image `[batch, rows, columns, channels]` of the first input, or of the order that
  /// its layout says, by up to `distance` whole pixels along rows and columns, filling with zeros.
  /// An autoencoder's target moves along; other targets stay.
  public static func randomShift(
    upTo distance: Int, duringFirst share: Double = 1
  ) -> Augmentation {
    Augmentation(duringFirst: share) { batch, stream in
      let labels = batch.inputLayouts?[0]
      let images = try TrainingData.canonical(batch.inputs[0], labels)
      let shifted = try TrainingData.rearranged(
        randomlyShifted(images, upTo: distance, using: &stream), labels)
      return try batch.replacingInputs([shifted] + batch.inputs.dropFirst())
    }
  }
}

/// Each image of `[batch, rows, columns, channels]` moved by up to `distance` whole pixels along
/// rows and columns, each direction and distance as likely, with zeros where nothing was. O(count).
public func randomlyShifted(
  _ images: Tensor, upTo distance: Int, using stream: inout RandomStream
) throws -> Tensor {
  guard images.rank == 4, distance >= 0 else {
    throw TensorError(
      "randomlyShifted", "cannot move shape \(images.shape) by up to \(distance) pixels",
      remedy: "Give images [batch, rows, columns, channels] and a distance of 0 or more")
  }
  let (rows, columns) = (images.shape[1], images.shape[2])
  let result = try (0..<images.shape[0]).map { index -> Tensor in
    let down = Int.random(in: -distance...distance, using: &stream)
    let right = Int.random(in: -distance...distance, using: &stream)
    return try images[index].moved(down, axis: 0, size: rows).moved(right, axis: 1, size: columns)
  }
  return result.isEmpty ? images : try stack(result)
}

extension Tensor {
  /// Elements moved along an axis, with zeros where nothing was.
  fileprivate func moved(_ distance: Int, axis: Int, size: Int) throws -> Tensor {
    let length = Swift.min(Swift.abs(distance), size)
    guard length > 0 else { return self }
    var gap = shape
    gap[axis] = length
    let zeros = try Tensor.zeros(gap, scalarType)
    return distance > 0
      ? try concatenate([zeros, slice(0..<(size - length), axis: axis)], axis: axis)
      : try concatenate([slice(length..<size, axis: axis), zeros], axis: axis)
  }
}
