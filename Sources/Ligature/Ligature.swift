// The one thing to import: every module of the package.

@_exported import LigatureChecks
@_exported import LigatureDrawing
@_exported import LigatureInterchange
@_exported import LigatureLayers
@_exported import LigatureTensors
@_exported import LigatureTraining
