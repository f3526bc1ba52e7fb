import Foundation
import LigatureTensors

extension Augmentation {
  /// Several changes, one after another, each with random numbers of its own.
  public static func sequence(
    _ augmentations: [Augmentation], duringFirst share: Double = 1
  ) -> Augmentation {
    Augmentation(duringFirst: share) { batch, stream in
      try augmentations.enumerated().reduce(batch) { batch, entry in
        var own = RandomStream(seed: stream.next(), stream: UInt64(entry.offset))
        return try entry.element.function(batch, &own)
      }
    }
  }

  /// Turns each image of the first input about its middle by up to `degrees`, either way, any angle
  /// as likely. Pixels are interpolated linearly, with zeros where nothing was.
  public static func randomRotation(
    upTo degrees: Double, duringFirst share: Double = 1
  ) -> Augmentation {
    images(share) {
      try randomlyTurned($0, upTo: degrees, scaledBy: 1...1, using: &$1)
    }
  }

  /// Enlarges each image of the first input about its middle by a factor in `range`, below 1 to
  /// make it smaller. Pixels are interpolated linearly, with zeros where nothing was.
  public static func randomScale(
    by range: ClosedRange<Double>, duringFirst share: Double = 1
  ) -> Augmentation {
    images(share) { try randomlyTurned($0, upTo: 0, scaledBy: range, using: &$1) }
  }

  /// Mirrors each image of the first input with probability 1/2: left and right are exchanged, or
  /// top and bottom, or both independently.
  public static func randomFlip(
    horizontally: Bool = true, vertically: Bool = false, duringFirst share: Double = 1
  ) -> Augmentation {
    images(share) { images, stream in
      try eachImage(of: images) { image in
        let (flipsColumns, flipsRows) = (stream.next() >> 63 == 1, stream.next() >> 63 == 1)
        let turned = horizontally && flipsColumns ? try image.flipped(1) : image
        return vertically && flipsRows ? try turned.flipped(0) : turned
      }
    }
  }

  /// Adds normally distributed numbers to the first input, of any shape.
  public static func randomNoise(
    deviation: Double, duringFirst share: Double = 1
  ) -> Augmentation {
    Augmentation(duringFirst: share) { batch, stream in
      let input = batch.inputs[0]
      let noise = try stream.normal(input.shape, standardDeviation: deviation, input.scalarType)
      return try batch.replacingInputs([input + noise] + batch.inputs.dropFirst())
    }
  }

  /// Cuts a piece of `rows` and `columns` out of each image of the first input, anywhere in it; of
  /// images that have `padding` rows and columns of zeros around them first. Cutting back to the
  /// images' own size moves them about.
  public static func randomCrop(
    rows: Int, columns: Int, padding: Int = 0, duringFirst share: Double = 1
  ) -> Augmentation {
    images(share) {
      try randomlyCropped($0, rows: rows, columns: columns, padding: padding, using: &$1)
    }
  }

  /// A change of images `[batch, rows, columns, channels]`, whatever the order of axes in the data.
  private static func images(
    _ share: Double, _ change: @escaping @Sendable (Tensor, inout RandomStream) throws -> Tensor
  ) -> Augmentation {
    Augmentation(duringFirst: share) { batch, stream in
      let labels = batch.inputLayouts?[0]
      let images = try TrainingData.canonical(batch.inputs[0], labels)
      guard images.rank == 4 else {
        throw TensorError(
          "Augmentation", "inputs of shape \(images.shape) are no images",
          remedy: "Give images [batch, rows, columns, channels], or a change of your own")
      }
      let changed = try TrainingData.rearranged(change(images, &stream), labels)
      return try batch.replacingInputs([changed] + batch.inputs.dropFirst())
    }
  }
}

private func eachImage(of images: Tensor, _ change: (Tensor) throws -> Tensor) throws -> Tensor {
  let result = try (0..<images.shape[0]).map { try change(images[$0]) }
  return result.isEmpty ? images : try stack(result)
}

/// Each image of `[batch, rows, columns, channels]` turned about its middle by an angle of up to
/// `degrees` either way, and enlarged by a factor in `range`, with linear interpolation and zeros
/// where nothing was. O(count).
public func randomlyTurned(
  _ images: Tensor, upTo degrees: Double, scaledBy range: ClosedRange<Double>,
  using stream: inout RandomStream
) throws -> Tensor {
  guard images.rank == 4, images.scalarType == .float32, degrees.isFinite, degrees >= 0,
    range.lowerBound > 0, range.upperBound.isFinite
  else {
    throw TensorError(
      "randomlyTurned",
      "cannot turn \(images.scalarType) of shape \(images.shape) by up to \(degrees) degrees, "
        + "scaled by \(range)",
      remedy: "Give images [batch, rows, columns, channels] of float32, 0 degrees or more, and "
        + "positive factors")
  }
  let (count, rows, columns, channels) = (
    images.shape[0], images.shape[1], images.shape[2], images.shape[3]
  )
  let turns = (0..<count).map { _ -> (cosine: Float, sine: Float) in
    let angle = Double.random(in: -degrees...degrees, using: &stream) * .pi / 180
    let factor = Double.random(in: range, using: &stream)
    return (Float(cos(angle) / factor), Float(sin(angle) / factor))
  }
  let size = rows * columns * channels
  return try images.withScalars(as: Float.self) { source in
    try Tensor(shape: images.shape, as: Float.self) { target in
      for (number, turn) in turns.enumerated() {
        let start = number * size
        func pixel(_ row: Int, _ column: Int, _ channel: Int) -> Float {
          guard (0..<rows).contains(row), (0..<columns).contains(column) else { return 0 }
          return source[start + (row * columns + column) * channels + channel]
        }
        for row in 0..<rows {
          let y = Float(row) - Float(rows - 1) / 2
          for column in 0..<columns {
            let x = Float(column) - Float(columns - 1) / 2
            let down = turn.cosine * y - turn.sine * x + Float(rows - 1) / 2
            let right = turn.sine * y + turn.cosine * x + Float(columns - 1) / 2
            guard down > -1, right > -1, down < Float(rows), right < Float(columns) else {
              continue
            }
            let (top, left) = (Int(down.rounded(.down)), Int(right.rounded(.down)))
            let (a, b) = (down - Float(top), right - Float(left))
            for channel in 0..<channels {
              let upper =
                (1 - b) * pixel(top, left, channel) + b * pixel(top, left + 1, channel)
              let lower =
                (1 - b) * pixel(top + 1, left, channel) + b * pixel(top + 1, left + 1, channel)
              target[start + (row * columns + column) * channels + channel] =
                (1 - a) * upper + a * lower
            }
          }
        }
      }
    }
  }
}

/// A piece of `rows` and `columns` of each image of `[batch, rows, columns, channels]`, anywhere in
/// it, any place as likely; of images that have `padding` zeros around them. O(count).
public func randomlyCropped(
  _ images: Tensor, rows: Int, columns: Int, padding: Int = 0, using stream: inout RandomStream
) throws -> Tensor {
  guard images.rank == 4, rows > 0, columns > 0, (0...(1 << 20)).contains(padding),
    rows <= images.shape[1] + 2 * padding, columns <= images.shape[2] + 2 * padding
  else {
    throw TensorError(
      "randomlyCropped",
      "cannot cut \(rows) rows and \(columns) columns out of shape \(images.shape) with padding "
        + "\(padding)",
      remedy: "Give images [batch, rows, columns, channels], and a piece that is no larger")
  }
  return try eachImage(of: images) { image in
    var whole = image
    for axis in 0..<2 where padding > 0 {
      var gap = whole.shape
      gap[axis] = padding
      let zeros = try Tensor.zeros(gap, image.scalarType)
      whole = try concatenate([zeros, whole, zeros], axis: axis)
    }
    let top = Int.random(in: 0...(whole.shape[0] - rows), using: &stream)
    let left = Int.random(in: 0...(whole.shape[1] - columns), using: &stream)
    return try whole.slice(top..<(top + rows), axis: 0).slice(left..<(left + columns), axis: 1)
  }
}
