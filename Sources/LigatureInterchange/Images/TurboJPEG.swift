import Foundation

/// The system's `libturbojpeg`, found when the program runs.
///
/// The package is built without its header. The functions that it calls are part of the library's
/// stable binary interface since version 1.2 (<https://libjpeg-turbo.org>, "TurboJPEG C API").
struct TurboJPEG: Sendable {
  typealias Open = @convention(c) () -> UnsafeMutableRawPointer?
  typealias Close = @convention(c) (UnsafeMutableRawPointer) -> Int32
  typealias ReadHead =
    @convention(c) (
      UnsafeMutableRawPointer, UnsafePointer<UInt8>, CUnsignedLong, UnsafeMutablePointer<Int32>,
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>
    ) -> Int32
  typealias Decompress =
    @convention(c) (
      UnsafeMutableRawPointer, UnsafePointer<UInt8>, CUnsignedLong, UnsafeMutablePointer<UInt8>,
      Int32, Int32, Int32, Int32, Int32
    ) -> Int32
  typealias Message = @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>?

  let open: Open
  let close: Close
  let readHead: ReadHead
  let decompress: Decompress
  let message: Message

  /// The system's library, or nil where none of the usual names can be loaded.
  static let shared: TurboJPEG? = {
    var names = ["libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib"]
    // Where Homebrew says that it keeps libraries, which the system does not look through.
    if let prefix = ProcessInfo.processInfo.environment["HOMEBREW_PREFIX"] {
      names.append(prefix + "/lib/libturbojpeg.dylib")
    }
    for name in names {
      if let library = dlopen(name, RTLD_NOW | RTLD_LOCAL), let found = TurboJPEG(library) {
        return found
      }
    }
    return nil
  }()

  private init?(_ library: UnsafeMutableRawPointer) {
    func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
      dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
    guard let open = function("tjInitDecompress", Open.self),
      let close = function("tjDestroy", Close.self),
      let readHead = function("tjDecompressHeader3", ReadHead.self),
      let decompress = function("tjDecompress2", Decompress.self),
      let message = function("tjGetErrorStr2", Message.self)
    else { return nil }
    self.open = open
    self.close = close
    self.readHead = readHead
    self.decompress = decompress
    self.message = message
  }
}
