import LigatureKernels

/// How tensor operations call the kernels: sizes below which splitting over cores does not pay.
public enum Kernels {
  /// Elements of cheap arithmetic that are worth another thread's while.
  package static let elementwiseMinimum = 1 << 15
  /// Elements of a transcendental function that are.
  package static let transcendentalMinimum = 1 << 13
  /// Multiply-adds of a product that are.
  package static let productMinimum = 1 << 18

  /// The instruction sets this build has kernels for and this processor can run, by name.
  public static var supportedLevels: [String] {
    [LK_LEVEL_BASELINE, LK_LEVEL_AVX2, LK_LEVEL_AVX512]
      .filter { lk_supports_level($0) != 0 }
      .map { String(cString: lk_level_name($0)) }
  }

  /// The one in use: the best there is, or what the environment variable `LIGATURE_KERNELS` names.
  /// Anything else there is ignored, and said on the standard error.
  public static var level: String { String(cString: lk_level_name(lk_level())) }

  static func sayUnknownSetting() {
    let known = supportedLevels
    DeviceSetting.say(
      "LIGATURE_KERNELS", known.contains("baseline") ? known : known + ["baseline"],
      used: level)
  }
}
