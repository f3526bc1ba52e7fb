import Foundation
import Ligature
import Testing

/// All of them one after another: memory is counted for the whole process.
@Suite("Checking layers", .serialized)
enum CheckTests {}

/// Whether to run every seed, and every check on every mutant: set LIGATURE_THOROUGH.
let isThorough = ProcessInfo.processInfo.environment["LIGATURE_THOROUGH"] != nil
