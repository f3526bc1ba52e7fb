import LigatureTensors

/// What went wrong in a layer or network: where, what, and how to fix it.
public struct LayerError: Error, Sendable, CustomStringConvertible {
  /// What sort of error it is.
  public let kind: Kind
  /// The path of the layer, `autoencoder/encoder/fc1`; empty for the network itself.
  public let path: String
  /// What was expected and what was found.
  public let problem: String
  /// What to change.
  public let remedy: String
  /// The error that a layer's own code threw, if that is the cause.
  public let cause: (any Error)?

  /// Makes an error of a kind at `path`.
  public init(
    _ kind: Kind, _ path: String, _ problem: String, remedy: String, cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.path = path
    self.problem = problem
    self.remedy = remedy
    self.cause = cause
  }

  /// Makes an error of the kind `other` at `path`.
  public init(_ path: String, _ problem: String, remedy: String, cause: (any Error)? = nil) {
    self.init(.other, path, problem, remedy: remedy, cause: cause)
  }

  public var description: String {
    let place = path.isEmpty ? "network" : path
    return "\(place): \(problem)." + (remedy.isEmpty ? "" : " \(remedy).")
  }

  /// The error of a layer or network at `path` that is inside itself.
  static func containsItself(_ path: String) -> LayerError {
    LayerError(
      .containsItself, path, "contains itself",
      remedy: "Put a copy of it there, made with copy()")
  }

  /// The same error of a layer whose path is known only from `outer` on.
  func within(_ outer: String) -> LayerError {
    let parts = [outer, path].filter { !$0.isEmpty }
    return LayerError(kind, parts.joined(separator: "/"), problem, remedy: remedy, cause: cause)
  }

  /// `error` with the path of the innermost layer it came from.
  static func attribute(_ error: any Error, to path: String) -> any Error {
    switch error {
    case let error as LayerError: error.path.isEmpty ? error.within(path) : error
    case let error as TensorError:
      LayerError(
        .operation, path, "\(error.operation): \(error.problem)", remedy: error.remedy, cause: error
      )
    default: LayerError(.thrown, path, "threw \(error)", remedy: "", cause: error)
    }
  }
}
