import Foundation
import Ligature

/// A format, whole files of it to damage, and its reader.
public struct Format: Sendable {
  public let name: String
  public let seeds: [[UInt8]]
  /// Reads everything that a file holds.
  public let read: @Sendable ([UInt8]) throws -> Void

  /// Every format that the package reads.
  public static func all() throws -> [Format] {
    [
      Format(name: "safetensors", seeds: try Seeds.safetensors()) { bytes in
        let file = try SafetensorsFile(bytes: bytes, name: "damaged")
        for name in file.names { _ = try? file.tensor(named: name) }
        for name in file.names { _ = try file.tensor(named: name) }
      },
      Format(name: "network", seeds: try Seeds.networks()) { bytes in
        let network = try Network(SafetensorsFile(bytes: bytes, name: "damaged"))
        // What a network says of itself must bear whatever was read.
        _ = network.description
        _ = network.ties
        _ = try network.copy()
        // Without values, a claimed size is memory that the network's user asks for.
        guard !network.hasDeferred else { return }
        for shape in [[2, 3], [2, 2, 2, 1], [2, 3, 2]] { _ = try? network.predict(.ones(shape)) }
      },
      Format(name: "architecture", seeds: try Seeds.architectures()) { text in
        let network = try Network(
          SafetensorsFile(bytes: Seeds.file(architecture: text), name: "damaged"))
        _ = network.description
        _ = try network.copy()
      },
      Format(name: "values", seeds: [try Seeds.networks()[1]]) { bytes in
        let file = try SafetensorsFile(bytes: bytes, name: "damaged")
        try Seeds.tied().load(
          from: file, except: ["**/bias"],
          renaming: [KeyRenaming("**.weight", to: "**/weights", transposed: true)])
      },
      Format(name: "MAT", seeds: Seeds.mat()) { bytes in
        let file = try MATFile(bytes: bytes, name: "damaged")
        for variable in file.variables {
          _ = try? file.tensor(variable.name)
          _ = try? file.tensors(variable.name)
          _ = try? file.categorical(variable.name)
          _ = try? file.value(variable.name)
          for field in ["c", "n"] { _ = try? file.tensor(variable.name + "." + field) }
          _ = try? file.tensors(variable.name + ".c")
        }
        for variable in file.variables {
          switch variable.class {
          case .cell: _ = try file.arrays(variable.name, as: Double.self)
          case .struct: _ = try file.arrays(variable.name + ".c", as: Int64.self)
          default: _ = try file.array(variable.name, as: Int64.self)
          }
        }
      },
      Format(name: "IDX", seeds: Seeds.idx()) { bytes in
        _ = try IDXFile(bytes: bytes, name: "damaged").tensor()
      },
      Format(name: "NPY", seeds: try Seeds.numpy()) { bytes in
        let file = try NPYFile(bytes: bytes, name: "damaged")
        _ = try? file.observations([0])
        _ = try file.tensor()
      },
      Format(name: "NPZ", seeds: try Seeds.archives()) { bytes in
        let file = try NPZFile(bytes: bytes, name: "damaged")
        for name in file.names { _ = try? file[name].tensor() }
        for name in file.names { _ = try file[name].tensor(as: Double.self) }
      },
      Format(name: "PNG", seeds: Seeds.pictures()) { bytes in
        // A JPEG would be the system's library's.
        guard !bytes.starts(with: [0xFF, 0xD8]) else { return }
        _ = try ImageFile(bytes: bytes, name: "damaged").tensor(channels: .grey)
      },
      Format(name: "MAT 7.3", seeds: try Seeds.mat73()) { bytes in
        let file = try MAT73File(bytes: bytes, name: "damaged")
        for variable in file.variables { _ = try? file.tensor(variable.name) }
        for variable in file.variables { _ = try file.value(variable.name) }
      },
      Format(name: "CSV", seeds: Seeds.csv()) { bytes in
        let file = try CSVFile(bytes: bytes, name: "damaged")
        for name in file.columnNames { _ = try? file.tensor([name], as: Float.self) }
        _ = try file.tensor(file.columnNames, as: Double.self)
      },
    ]
  }
}
