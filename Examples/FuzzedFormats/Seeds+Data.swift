import Foundation
import Ligature

extension Seeds {
  /// Arrays of NumPy in each order, and an archive of them.
  static func numpy() throws -> [[UInt8]] {
    let text = Array("{'descr': '>f2', 'fortran_order': True, 'shape': (2, 2), }\n".utf8)
    let turned: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0, UInt8(text.count), 0, 0, 0] + text
    return try [
      bytes { try NPYFile.write(Tensor([1, 2, 3] as [Float]), to: $0) },
      bytes { try NPYFile.write(.scalar(1, .int64), to: $0) }, turned + [0, 1, 2, 3, 4, 5, 6, 7],
    ]
  }

  /// An archive of two arrays.
  static func archives() throws -> [[UInt8]] {
    [try bytes { try NPZFile.write(["a": .ones([2, 2]), "b": .zeros([3], .uint8)], to: $0) }]
  }

  /// Pictures with a palette, interlaced, and with opacity.
  static func pictures() -> [[UInt8]] {
    [
      "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAJBAMAAAFhTfuIAAAADHRFWHRUaXRsZQBhIHRlc3RCx9AsAAAAMFBM"
        + "VEW182QlLotA4zjTFjhMyscksh8XHACnPaBCejouz22ltVrYISIZThPt0/i0y1Rl87+sfFj7AAAAAnRSTlMA"
        + "gJsrThgAAAArSURBVHjaAUwAs/8ABAHxAZACoAJSwAP3hQQFQABGgARN6qsA5cFKAPJmgAHrUdTJvqsKAAAA"
        + "AElEQVQ1rwYeAAAALElEQVQCIjVgA9SWGwS+pDEBerKRmNlSAv1E3ovnsAPiTyKHGXIE8yAgS/lQOCUeWjk8"
        + "LmEAAAAHdElNRQAAAAAAAAAJc5QuAAAAAElFTkSuQmCC",
      "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAJCAQAAABObR6mAAAADHRFWHRUaXRsZQBhIHRlc3RCx9AsAAAAbUlE"
        + "QVR42gHPADD/AOypazc3wI/cKDxGsbKg2hQ0JsHQuTQBWROFLSHqMGsybPgloWZ2hl27Cx8C5wLOT6HPJryx"
        + "DwF+msgHlC7TOqNaxiDNAxh4cKXsAxORyGOvA7ZOP7+QLIortscEIlZ67iBcCG8rd/sGyQAAAABJREFUNa8G"
        + "HgAAAG1JREFUW1VforVNlTJNbZ2CdgA4XAi3bUyusQuIvUqXWNnS0gVvqi4VAbN1ljVE6AqbSFBVJILtA+EE"
        + "OTSg0M4CT2G4nqY12apuwfxfdJlKSm6NuoKh3wNg4Ir509eogZrzknScLLGeYIA+x43GgvpekxDSSCcAAAAH"
        + "dElNRQAAAAAAAAAJc5QuAAAAAElFTkSuQmCC",
    ].map { Array(Data(base64Encoded: $0) ?? Data()) }
  }

  /// A MAT-file of version 7.3 with numbers, packed ones, cells, a structure and a sparse matrix;
  /// none where there is no zlib.
  static func mat73() throws -> [[UInt8]] {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).gz")
    defer { try? FileManager.default.removeItem(at: url) }
    try (Data(base64Encoded: packedHDF5.joined()) ?? Data()).write(to: url)
    return (try? GzipFile(contentsOf: url).contents(atMost: 1 << 20)).map { [$0] } ?? []
  }

  /// What `h5py` wrote, packed by gzip.
  private static let packedHDF5 = [
    "H4sIAAAAAAACA+1ZTUwTQRSe2d02awGlEWgt1C6BRkwkMcCBC2kxYDiINsDBC8JatoKpQNpimngAwgVNiPXmwXiV",
    "i4kXjIk2wsGEi9HEeDDRowcTTLjowRhxf9603aHb0lIihnlJ8/pm3ryZefvNeztv7w70XaxxeBxII1FEAqpFubQD",
    "pPjNMukfB46BLwNf5Ug71vvc0O4E+7TeyFB/v6a9QxGZ57xgcBExOoo00N8b0vhVkLuBb3JmvSTwWeAtMSUSb0Eo",
    "DHIc+C0Kt5LFvBjZDR1M5DaDc0YDD3pkGbtltz7UKQUAu0HUVYW6dkDRprZq/RxnGBThpPA4aQPkm9ZTDTJGNaqu",
    "iAZ7Ry71XhgLR+W4vrWTqhV7zr4mZuauRxVj3krQ8OUrfZpPyHnecJr9+A3kY3Vmv35pKGyX7FLxmu2tgPzUZ3AS",
    "nVZthe21Af/hMtvzwsJ7POZ4IvH/Et0iPJztAOySPCzgdUEMOLHCoQMG2IHTchaHPiTAk3GJyDWPKBzyhsEqFNJl",
    "zBM8i3okj0/ORSIqoITM+TDaJ5RIVE5k23l4UqpuIjypxDo7iL8B3xz/AtYm5PzUUca47VrzOacjv5YvNBzS+cJV",
    "xNNtgM/TVLtAyQHQc1n0ExoFvUZKj9ZPgN4pVDiP3bfQo+2tOhEVFwrPz4gRI0aMGDFidFSp1PtTfGr6hnZ/Sl4L",
    "j0vIE3IupXkHh4Y/CL+307ffac3rJzwpt/Q8zfNL/PLMCZlHnV+5Pz8/DzVD7/uU2qcOkldsLzcf/RrTbXFdC053",
    "94J4R4otPMP+di7wOJW+p3cJnnXR3uTe2hDt6NwTLvCw3tcB86+LeGtxE2/Y0Bk/ft2RnH9lVWChL2LFCiwP6lmB",
    "hRVYsgUWctE+W2fWk6nCycA+5y1WYOGo+WhZu2hiWC+Xs3LrwsqnhnxXpL0EBiFn3vCkHKuMB/IVWHDmHC7WMWyW",
    "hyuuKLYwhSW8C1sGhlwQF60x9d2VL3qWjCklGjX+hQ7EJwRLWN1Zbs4gRZc1j3n2YjmjvonlDJYzdueMUY9Zb7rC",
    "OYO849DF3JJf7hKxuXACVSBOlFvkH/WWGzcOvsifzUG2Rob18kkMYjXK54u3fsmQU3uMtx+bDe5mTmXxFmU/rr31",
    "mfUm5IT+mj4Fb6g3w+Z41V1mvKU/xpUbp6phBRgdV/9nxsVn5VhcgTxC4mj+d38bFa+NE4Gx+c6w/4+wb5rNmY3Q",
    "8iFEB/l4iIJG/OYz8XtNKjyS7M7bUliPxJ2e1qNyhygVZ9m7aC5+rfHV3pofX6lD7pe9+YfP+KVc/wz682e8/8M/",
    "BBd/AXqdYu5lJQAA",
  ]
}
