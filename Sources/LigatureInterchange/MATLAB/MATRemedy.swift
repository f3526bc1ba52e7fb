/// What to save in MATLAB instead of something that cannot be read.
struct MATRemedy {
  let text: String

  init(_ variable: MATVariable) {
    text =
      switch variable.class {
      case .cell: "read its cells with tensors(_:) or arrays(_:as:)"
      case .struct: "name one of its fields, variable.field"
      case .sparse: "save full(x), its dense matrix"
      case .function: "functions are not decoded; save what it computes"
      case .object, .opaque: Self.object(variable.className)
      default: "save its real and imaginary parts, real(x) and imag(x), as two variables"
      }
  }

  /// MATLAB writes objects in a way that it does not document.
  private static func object(_ className: String?) -> String {
    if className == "categorical" { return "read its codes and categories with categorical(_:)" }
    let conversions = [
      "string": "char(x)", "table": "table2array(x)",
      "timetable": "table2array(timetable2table(x))",
      "datetime": "posixtime(x)", "duration": "seconds(x)", "dlarray": "extractdata(x)",
      "gpuArray": "gather(x)",
    ]
    let conversion = className.flatMap { conversions[$0] }
    return "objects cannot be decoded; save "
      + (conversion ?? "its numbers, such as double(x)")
      + ", and of a cell array of them cellfun(@double, x, 'UniformOutput', false)"
  }
}
