import LigatureNetworks

/// Does what may fail without harm to a training, and says once, in a warning, that it failed.
package struct Forgiving {
  private let what: String
  private var hasSaid = false

  package init(_ what: String) { self.what = what }

  /// Whether it was done.
  @discardableResult
  package mutating func perform(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      hasSaid = false
      return true
    } catch {
      if !hasSaid { Warnings.handler("\(what): \(error) The training goes on.") }
      hasSaid = true
      return false
    }
  }
}
