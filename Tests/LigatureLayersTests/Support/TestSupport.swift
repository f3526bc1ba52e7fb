// For every file of the tests.
@_exported import TestSupport
