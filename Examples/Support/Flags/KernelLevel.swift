import Foundation
import Ligature

/// Throws if the environment asks, by `LIGATURE_KERNELS`, for kernels that this processor lacks.
public func requireWantedKernels() throws(FlagError) {
  guard let wanted = ProcessInfo.processInfo.environment["LIGATURE_KERNELS"],
    !wanted.isEmpty, wanted != Kernels.level
  else { return }
  throw .conflict(
    "LIGATURE_KERNELS is '\(wanted)', but this processor runs "
      + Kernels.supportedLevels.joined(separator: ", ") + "; set it to one of these, or not at all")
}
