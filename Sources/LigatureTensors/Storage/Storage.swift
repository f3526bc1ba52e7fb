/// Memory that tensors share. It is written only by whoever made it, before anyone else sees it,
/// or by an owner that has found itself to be the only one (`Tensor.makeUnique`).
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  private let reserved: Int
  private let meter: StorageMeter?

  package init(byteCount: Int) {
    reserved = StoragePool.reserved(for: byteCount)
    pointer = StoragePool.shared.take(reserved)
    meter = StorageMeter.present
    meter?.add(reserved)
  }

  deinit {
    meter?.add(-reserved)
    StoragePool.shared.give(pointer, reserved)
  }
}
