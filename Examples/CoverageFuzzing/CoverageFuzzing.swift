import FuzzedFormats

/// Every format, made once.
private let formats: [Format] = {
  do { return try Format.all() } catch { fatalError("the seeds could not be made: \(error)") }
}()

/// What clang's libFuzzer calls with each input: the first byte chooses the reader of the rest. A
/// reader may refuse anything, and must come back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard count > 0 else { return 0 }
  let format = formats[Int(data[0]) % formats.count]
  let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))
  do { try format.read(bytes) } catch { precondition(!"\(error)".isEmpty) }
  return 0
}
