import Foundation
import LigatureTensors

/// Where and how often a training writes down everything that it needs to go on in another process.
///
///     TrainingOptions(checkpoints: Checkpoints(in: folder, every: .minutes(10)))
///     try train(
///       network, on: data, loss: loss, options: options, resumingFrom: .latest(in: folder))
///
/// Each is a safetensors file, `checkpoint-00001200.safetensors` after 1,200 steps: learnables,
/// states, factors, the solver's memory, averaged and best weights, the place in the epoch with its
/// sums, history and options. One is also written when the training ends, for whatever reason but
/// an error. A crash at any moment leaves the files that were whole.
public struct Checkpoints: Sendable {
  /// The folder, which is made where it is missing.
  public var folder: URL
  /// How often one is written.
  public var frequency: Frequency
  /// How many are kept, the latest; nil for all.
  public var count: Int?

  /// Checkpoints in a folder.
  public init(in folder: URL, every frequency: Frequency = .epochs(1), keeping count: Int? = 2) {
    self.folder = folder
    self.frequency = frequency
    self.count = count
  }

  func validate() throws {
    try frequency.validate("writing checkpoints")
    guard count.map({ $0 > 0 }) ?? true else {
      throw TensorError(
        "train", "\(counted(count ?? 0, "checkpoint")) cannot be kept",
        remedy: "Keep 1 or more, or nil for all")
    }
    guard folder.isFileURL else {
      throw TensorError(
        "train", "checkpoints cannot be written to \(folder.absoluteString.prefix(200))",
        remedy: "Give the URL of a folder")
    }
  }

  static let (prefix, suffix) = ("checkpoint-", ".safetensors")

  /// The checkpoints in a folder, earlier ones first; none where there is no such folder.
  public static func files(in folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let numbered = names.compactMap { name -> (Int, String)? in
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
      let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      return Int(digits).map { ($0, name) }
    }
    return numbered.sorted { $0 < $1 }.map { folder.appending(path: $0.1) }
  }
}
