import Foundation
import LigatureFiles
import LigatureInterchange
import LigatureTensors
import LigatureTraining

/// A folder with a folder of pictures for each class, as PyTorch's `ImageFolder` and MATLAB's
/// `imageDatastore(LabelSource="foldernames")` read it.
///
///     let images = try ImageFolder(url, size: (32, 32))
///     images.classes                                // ["cat", "dog", "owl"]
///     let parts = try trainingPartitions(images.count, [0.8, 0.2])
///     try train(
///       network, on: images.part(parts[0]).augmented(by: .randomFlip()).prefetched(),
///       loss: .crossEntropy(from: .logits), options: options)
///
/// Inputs are `[batch, rows, columns, channels]` of `float32`, targets the numbers of the classes.
/// A picture is read each time that it is asked for, and none is kept.
public struct ImageFolder: DataSource {
  /// The names of the folders, in the order of their bytes; their places are the classes.
  public let classes: [String]

  /// Each picture's file, class by class, in the order of names.
  public let files: [URL]

  /// Each picture's class.
  public let labels: [Int]

  private let channels: ImageFile.Channels
  private let range: ImageFile.Range
  private let size: (rows: Int, columns: Int)?

  /// Lists the pictures: files that are called .png, .jpg or .jpeg, and are not hidden. O(files).
  ///
  /// - Parameters:
  ///   - url: the folder that has those of the classes.
  ///   - channels: what pixels are made of: red, green and blue unless it is said.
  ///   - range: what black and full brightness become: 0...1 unless it is said.
  ///   - size: what pictures are resized to, linearly; nil where all have one size.
  /// - Throws: `FileError` for a folder that cannot be read, or has no pictures in folders.
  public init(
    _ url: URL, channels: ImageFile.Channels = .colour, range: ImageFile.Range = .unit,
    size: (rows: Int, columns: Int)? = nil
  ) throws {
    func contents(_ folder: URL) throws -> [URL] {
      do {
        return try FileManager.default.contentsOfDirectory(
          at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles
        ).sorted {
          Array($0.lastPathComponent.utf8).lexicographicallyPrecedes(
            Array($1.lastPathComponent.utf8))
        }
      } catch {
        throw FileError(
          file: folder.path, expected: "a folder that can be read",
          found: "\"\(error.localizedDescription)\"",
          remedy: "check the path and its permissions")
      }
    }
    if let size, size.rows < 1 || size.columns < 1 {
      throw TensorError(
        "ImageFolder",
        "pictures cannot be resized to \(size.rows) rows and \(size.columns) columns",
        remedy: "Give 1 or more of both")
    }
    var (classes, files, labels): ([String], [URL], [Int]) = ([], [], [])
    for folder in try contents(url) {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
        isFolder.boolValue
      else { continue }
      let pictures = try contents(folder).filter {
        ["png", "jpg", "jpeg"].contains($0.pathExtension.lowercased())
      }
      guard !pictures.isEmpty else { continue }
      labels += pictures.map { _ in classes.count }
      classes.append(folder.lastPathComponent)
      files += pictures
    }
    guard !files.isEmpty else {
      throw FileError(
        file: url.path, expected: "a folder for each class, with pictures (.png, .jpg, .jpeg)",
        found: "none", remedy: "put the pictures of each class into a folder with its name")
    }
    self.classes = classes
    self.files = files
    self.labels = labels
    self.channels = channels
    self.range = range
    self.size = size
  }

  /// The number of pictures.
  public var count: Int { files.count }

  public func batch(_ request: BatchRequest) throws -> TrainingData {
    let images = try request.observations.map { try image($0) }
    if let odd = images.firstIndex(where: { $0.shape != images[0].shape }) {
      throw FileError(
        file: files[request.observations[odd]].path,
        expected: "an image of \(images[0].shape) rows, columns and channels, as "
          + files[request.observations[0]].lastPathComponent,
        found: "\(images[odd].shape)", remedy: "resize all of them with size:")
    }
    let numbers = request.observations.map { Int64(labels[$0]) }
    return try TrainingData(stack(images), targets: Tensor(numbers))
  }

  /// One picture, `[rows, columns, channels]`. Throws `FileError` for a file that is damaged.
  public func image(_ number: Int) throws -> Tensor {
    guard files.indices.contains(number) else {
      throw TensorError(
        "ImageFolder", "picture \(number) of \(files.count) was asked for",
        remedy: "Give a number from 0 to \(files.count - 1)")
    }
    let image = try ImageFile(contentsOf: files[number]).tensor(channels: channels, range: range)
    guard let size else { return image }
    return try image.resized(to: [size.rows, size.columns], axes: [0, 1])
  }
}
