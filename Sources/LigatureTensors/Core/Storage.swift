/// Memory that tensors share, on one device. It is written only by whoever made it, before anyone
/// else sees it, or by an owner that has found itself to be the only one (`Tensor.makeUnique`).
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let device: any Device
  let reserved: Int
  private let meter: StorageMeter?

  package init(byteCount: Int, on device: any Device = Devices.current) {
    self.device = device
    (pointer, reserved) = device.allocate(byteCount)
    meter = StorageMeter.present
    meter?.add(reserved)
  }

  deinit {
    meter?.add(-reserved)
    device.free(pointer, reserved)
  }
}
