import Foundation
import LigatureInterchange
import LigatureNetworks
import LigatureTensors

/// What a training goes on from.
public struct ResumePoint: Sendable {
  let state: @Sendable () throws -> TrainingState?

  /// A state at hand.
  public static func state(_ state: TrainingState) -> ResumePoint { ResumePoint { state } }

  /// A checkpoint. Training throws where it is missing or damaged.
  public static func checkpoint(_ url: URL) -> ResumePoint {
    ResumePoint { try TrainingState(contentsOf: url) }
  }

  /// The latest checkpoint in a folder; a training begins anew where there is none, so that one
  /// command begins and resumes.
  ///
  /// - Parameters:
  ///   - folder: where a training wrote its ``Checkpoints``.
  ///   - orEarlier: whether the one before is taken, with a warning, where one is damaged. Training
  ///     throws otherwise.
  public static func latest(in folder: URL, orEarlier: Bool = false) -> ResumePoint {
    ResumePoint {
      let files = Checkpoints.files(in: folder)
      for (place, url) in files.enumerated().reversed() {
        do { return try TrainingState(contentsOf: url) } catch {
          guard place > 0 else { throw error }
          let before = files[place - 1].lastPathComponent
          guard orEarlier else {
            throw TensorError(
              "resume", "the latest checkpoint is damaged: \(error)",
              remedy: "Remove it, or go on from \(before) with .latest(in:orEarlier: true)")
          }
          Warnings.handler("a checkpoint is damaged: \(error) The training goes on from \(before).")
        }
      }
      return nil
    }
  }
}
