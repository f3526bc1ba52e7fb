/// Every check, in the order in which they run and are reported.
enum LayerChecks {
  static let all: [any LayerCheck.Type] = [
    UnmarkedProperties.self, Ports.self, InitializationCheck.self, PredictRuns.self,
    InputsUnchanged.self, Determinism.self, PhaseSizes.self, ObservationCounts.self,
    DeclaredLayout.self, BackwardRuns.self, GradientSizes.self, IndependentObservations.self,
    ScalarTypeCheck.self, PaddedSequences.self, StateHandling.self, PhaseDifference.self,
    WrongInputs.self, EveryInputUsed.self, EveryLayerCalled.self, LearnableCounts.self,
    GradientValues.self,
    GradientLinearity.self, EveryLearnableUsed.self, FiniteValues.self, InputScales.self,
    SolverStep.self, Freezing.self, Copying.self, Saving.self, Casting.self, Printing.self,
    MemoryGrowth.self, Concurrency.self, TieGradients.self, TieAccumulation.self, TieSteps.self,
    TieGroups.self, TieVisibility.self, StaleCopies.self, AccidentalTies.self, StateSeparation.self,
    FileTies.self,
  ]
}

extension LayerChecks {
  private static let prerequisites = Dictionary(
    uniqueKeysWithValues: all.map { ($0.kind, $0.prerequisites) })

  /// Everything that must hold for a check to find anything of its own, simplest first.
  static func allPrerequisites(of kind: CheckKind) -> [CheckKind] {
    var found: Set<CheckKind> = []
    var open = prerequisites[kind] ?? []
    while let next = open.popLast() {
      if found.insert(next).inserted { open += prerequisites[next] ?? [] }
    }
    return CheckKind.allCases.filter(found.contains)
  }
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
