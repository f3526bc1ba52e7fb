extension Devices {
  /// The one that new tensors live on: the processor, or what the environment variable
  /// `LIGATURE_DEVICE` names, `cpu` or `checking`.
  package static let current: any Device =
    DeviceSetting.name == "checking" ? CheckingDevice(CPUDevice.shared) : CPUDevice.shared
}
