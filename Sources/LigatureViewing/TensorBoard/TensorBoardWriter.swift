import Foundation
import LigatureDrawing
import LigatureNetworks
import LigatureTensors
import Synchronization

/// Writes numbers, distributions, pictures and graphs that TensorBoard shows.
///
///     let board = try TensorBoardWriter(in: folder)
///     try board.scalar("loss", 0.3, step: 17)
///     try board.image("input", x.slice(0..<1).reshaped(to: [28, 28]), step: 17)
///
/// A folder holds one run; `tensorboard --logdir` is given the folder around it. A new writer adds
/// a file to what is there. Each call writes one event at once, so that nothing is lost with the
/// process; steps are those of the caller. May be called from any thread. Calls throw where the
/// file cannot be written.
///
/// The format is that of TensorFlow's event files, which TensorBoard's own reader is tested with.
public final class TensorBoardWriter: Sendable {
  private let file: Mutex<EventFile>

  /// A writer into a folder, which is made where it is missing.
  public init(in folder: URL) throws {
    file = Mutex(try EventFile(in: folder, at: Self.now))
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  private func append(_ step: Int, _ build: (inout ProtocolMessage) -> Void) throws {
    var event = ProtocolMessage()
    event.add(1, double: Self.now)
    event.add(2, integer: step)
    build(&event)
    try file.withLock { try $0.append(event) }
  }

  /// One value of a summary: its tag, and what `build` adds.
  private func value(
    _ tag: String, _ step: Int, _ build: (inout ProtocolMessage) -> Void
  ) throws {
    try append(step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, text: tag)
          build(&value)
        }
      }
    }
  }

  /// A point of a curve. Tags with `/` are drawn in groups.
  public func scalar(_ tag: String, _ number: Double, step: Int) throws {
    try value(tag, step) { $0.add(2, float: Float(number)) }
  }

  /// How the numbers of a tensor are distributed, in thirty intervals of equal width from the least
  /// to the greatest. Numbers that are not finite are left out. O(count).
  public func histogram(_ tag: String, _ tensor: Tensor, step: Int) throws {
    let numbers = try tensor.doubles().filter(\.isFinite)
    guard let least = numbers.min(), let greatest = numbers.max() else { return }
    let count = greatest > least ? 30 : 1
    let width = (greatest / Double(count) - least / Double(count))
    var buckets = [Double](repeating: 0, count: count)
    for number in numbers {
      let place = width > 0 ? (number / width - least / width).rounded(.down) : 0
      buckets[min(count - 1, max(0, Int(place)))] += 1
    }
    let limits = (1...count).map { $0 == count ? greatest : least + Double($0) * width }
    try value(tag, step) { value in
      value.add(5) { histogram in
        histogram.add(1, double: least)
        histogram.add(2, double: greatest)
        histogram.add(3, double: Double(numbers.count))
        histogram.add(4, double: numbers.reduce(0, +))
        histogram.add(5, double: numbers.reduce(0) { $0 + $1 * $1 })
        histogram.add(6, doubles: limits)
        histogram.add(7, doubles: buckets)
      }
    }
  }

  /// A picture: grey `[height, width]` or `[height, width, 1]`, coloured `[height, width, 3]`, of
  /// numbers 0...1; what is beyond is cut off, and NaN is black. At most 8,192 pixels a side.
  public func image(_ tag: String, _ picture: Tensor, step: Int) throws {
    let shape = picture.shape
    let channels = shape.count == 3 ? shape[2] : 1
    guard [2, 3].contains(shape.count), [1, 3].contains(channels),
      shape.prefix(2).allSatisfy({ (1...8192).contains($0) })
    else {
      throw TensorError(
        "TensorBoardWriter.image", "a picture of shape \(shape) cannot be shown",
        remedy: "Give [height, width], [height, width, 1] or [height, width, 3], up to 8192 a side")
    }
    let numbers = try picture.doubles()
    func level(_ place: Int) -> UInt8 {
      let number = numbers[place]
      return number > 0 ? UInt8((min(number, 1) * 255).rounded()) : 0
    }
    var raster = Raster(width: shape[1], height: shape[0], colorModel: channels == 3 ? .rgb : .grey)
    for y in 0..<shape[0] {
      for x in 0..<shape[1] {
        let place = (y * shape[1] + x) * channels
        let color =
          channels == 1
          ? Raster.Color.grey(level(place))
          : Raster.Color(red: level(place), green: level(place + 1), blue: level(place + 2))
        raster.fill(x: x, y: y, width: 1, height: 1, with: color)
      }
    }
    let png = raster.pngData()
    try value(tag, step) { value in
      value.add(4) { image in
        image.add(1, integer: shape[0])
        image.add(2, integer: shape[1])
        image.add(3, integer: channels)
        image.add(4, data: png)
      }
    }
  }

  /// The network's graph: a node for each layer, networks and layers with layers in them as groups
  /// of theirs, what flows as lines, and shared learnables as dotted lines to who uses them.
  public func graph(_ network: Network) throws {
    let graph = plot(network).graphDefinition
    try append(0) { $0.add(4, data: graph) }
  }

  /// Says that a run goes on behind a step: what was written of later ones is not shown.
  func restart(after step: Int) throws {
    try append(step + 1) { event in
      event.add(7) { $0.add(1, integer: 1) }
    }
  }
}
