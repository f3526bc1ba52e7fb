/// The checks, in the order in which they run and are reported.
public enum CheckKind: String, Sendable, Codable, CaseIterable {
  case unmarkedProperties
  case ports
  case initialization
  case predictRuns
  case backwardRuns
  case gradientSizes
  case phaseSizes
  case declaredLayout
  case observationCounts
  case independentObservations
  case scalarType
  case determinism
  case inputsUnchanged
  case stateHandling
  case phaseDifference
  case wrongInputs
  case learnableCounts
  case gradientValues
  case gradientLinearity
  case everyLearnableUsed
  case finiteValues
  case solverStep
  case freezing
  case copying
  case casting
  case printing
  case memoryGrowth
  case concurrency
  case tieGradients
  case tieAccumulation
  case tieSteps
  case tieGroups
  case tieVisibility
  case accidentalTies
  case stateSeparation
}
