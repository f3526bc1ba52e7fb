/// How many bytes the compressed parts of a file may become, so that a small file costs neither
/// minutes nor gigabytes.
package struct GrowthLimit: Sendable, Equatable {
  /// Any file may become so large: 256 MB.
  package static let floor = 256 << 20

  /// A larger file may grow by this factor. Deflated numbers of training sets grow by 2 to 40, and
  /// no deflated stream by more than 1032.
  package static let factor = 100

  package let byteCount: Int

  /// - Parameter bytes: what the caller allows; by default the larger of ``floor`` and ``factor``
  ///   times the file's size.
  package init(_ bytes: Int?, for source: ByteSource) {
    let (product, overflow) = source.byteCount.multipliedReportingOverflow(by: Self.factor)
    byteCount = bytes.map { max(0, $0) } ?? max(Self.floor, overflow ? .max : product)
  }

  /// The error about something that becomes larger.
  package func exceeded(by what: String, in file: String) -> FileError {
    FileError(
      file: file, expected: "\(what) in at most \(byteCount) bytes, inflated",
      found: "more", remedy: "if the file is trusted, allow more with inflatingAtMost:")
  }
}
