/// Every check, in the order in which they run and are reported.
enum LayerChecks {
  static let all: [any LayerCheck.Type] = [
    UnmarkedProperties.self, InitializationCheck.self, PredictRuns.self, Ports.self,
    PhaseSizes.self, DeclaredLayout.self, ObservationCounts.self, IndependentObservations.self,
    ScalarTypeCheck.self, Determinism.self, InputsUnchanged.self, StateHandling.self,
    PhaseDifference.self, WrongInputs.self, LearnableCounts.self, BackwardRuns.self,
    GradientSizes.self, GradientValues.self, GradientLinearity.self, EveryLearnableUsed.self,
    FiniteValues.self, SolverStep.self, Freezing.self, Copying.self, Saving.self, Casting.self,
    Printing.self, MemoryGrowth.self, Concurrency.self, TieGradients.self, TieAccumulation.self,
    TieSteps.self,
    TieGroups.self, TieVisibility.self, AccidentalTies.self, StateSeparation.self,
    FileTies.self,
  ]
}

extension CheckKind {
  /// The check's name in words: `gradient values`.
  public var title: String {
    var words = ""
    for letter in rawValue {
      if letter.isUppercase { words += " " }
      words += letter.lowercased()
    }
    return words
  }
}
