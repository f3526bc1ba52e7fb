import LigatureTensors

/// How often something is done in a training.
public enum Frequency: Sendable, Hashable, Codable {
  /// After every so many epochs.
  case epochs(Int)
  /// After every so many steps.
  case iterations(Int)
  /// After the first step that ends so many minutes after the last time.
  case minutes(Double)

  /// Throws unless it is above 0.
  func validate(_ what: String) throws {
    let (isSound, number): (Bool, String) =
      switch self {
      case .epochs(let count): (count > 0, "\(counted(count, "epoch"))")
      case .iterations(let count): (count > 0, "\(counted(count, "step"))")
      case .minutes(let time): (time.isFinite && time > 0, "\(time) minutes")
      }
    guard !isSound else { return }
    throw TensorError("train", "\(what) every \(number) cannot be", remedy: "Give more than 0")
  }

  /// Whether it is due after a step, so many seconds after the last time.
  func isDue(
    iteration: Int, epoch: Int, endsEpoch: Bool, secondsSince seconds: @autoclosure () -> Double
  ) -> Bool {
    switch self {
    case .epochs(let count): endsEpoch && (epoch + 1) % max(1, count) == 0
    case .iterations(let count): iteration % max(1, count) == 0
    case .minutes(let time): seconds() >= 60 * time
    }
  }
}
