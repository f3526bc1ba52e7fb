// The one thing to import: what a user of layers and training needs. Who draws imports
// LigatureDrawing as well.

@_exported import LigatureChecks
@_exported import LigatureData
@_exported import LigatureFiles
@_exported import LigatureInterchange
@_exported import LigatureLayers
@_exported import LigatureNetworks
@_exported import LigatureSweeps
@_exported import LigatureTensors
@_exported import LigatureTraining
@_exported import LigatureViewing
