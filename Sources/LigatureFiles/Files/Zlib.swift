import Foundation

/// The zlib of the system, found when the program runs.
///
/// The package is built without zlib's headers, which are not everywhere. The few functions it
/// calls and the layout of `z_stream` on a 64-bit system are part of zlib's stable binary interface
/// (zlib 1.x, <https://zlib.net/manual.html>).
package struct Zlib: Sendable {
  typealias OpenInflate =
    @convention(c) (
      UnsafeMutableRawPointer, Int32, UnsafePointer<CChar>, Int32
    ) -> Int32
  typealias Inflate = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32
  typealias OneStream = @convention(c) (UnsafeMutableRawPointer) -> Int32
  typealias Compress =
    @convention(c) (
      UnsafeMutableRawPointer, UnsafeMutablePointer<CUnsignedLong>, UnsafeRawPointer, CUnsignedLong,
      Int32
    ) -> Int32
  typealias Bound = @convention(c) (CUnsignedLong) -> CUnsignedLong
  typealias Version = @convention(c) () -> UnsafePointer<CChar>

  let version: Version
  let openInflate: OpenInflate
  let inflate: Inflate
  let resetInflate: OneStream
  let closeInflate: OneStream
  private let compress: Compress
  private let compressBound: Bound

  /// The system's zlib, or `nil` where none of the usual names can be loaded.
  package static let shared: Zlib? = {
    let names = ["libz.so.1", "libz.so", "libz.dylib", "/usr/lib/libz.1.dylib"]
    for name in names {
      if let library = dlopen(name, RTLD_NOW | RTLD_LOCAL), let found = Zlib(library) {
        return found
      }
    }
    return nil
  }()

  private init?(_ library: UnsafeMutableRawPointer) {
    func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
      dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
    guard let version = function("zlibVersion", Version.self),
      let openInflate = function("inflateInit2_", OpenInflate.self),
      let inflate = function("inflate", Inflate.self),
      let resetInflate = function("inflateReset", OneStream.self),
      let closeInflate = function("inflateEnd", OneStream.self),
      let compress = function("compress2", Compress.self),
      let compressBound = function("compressBound", Bound.self)
    else { return nil }
    self.version = version
    self.openInflate = openInflate
    self.inflate = inflate
    self.resetInflate = resetInflate
    self.closeInflate = closeInflate
    self.compress = compress
    self.compressBound = compressBound
  }

  /// The bytes as a zlib stream (RFC 1950) at the best level, or `nil` if zlib reports a failure.
  package func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    let bound = Int(compressBound(CUnsignedLong(bytes.count)))
    var succeeded = false
    let stream = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      var length = CUnsignedLong(bound)
      bytes.withUnsafeBytes { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        succeeded = compress(target, &length, source, CUnsignedLong(bytes.count), 9) == 0
      }
      count = succeeded ? Int(length) : 0
    }
    return succeeded ? stream : nil
  }
}
