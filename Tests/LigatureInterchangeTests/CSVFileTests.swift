import Foundation
import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("CSV files")
struct CSVFileTests {
  static func file(_ text: String, separator: CSVFile.Separator? = nil) throws -> CSVFile {
    try CSVFile(bytes: Array(text.utf8), name: "test.csv", separator: separator)
  }

  @Test(
    "a file of two columns is read, however it is written",
    arguments: [
      "a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4", "a;b\r\n1;2\r\n3;4\r\n", "a\tb\n1\t2\n3\t4\n",
      "\u{FEFF}a,b\n1,2\n3,4\n", "\"a\",\"b\"\n\"1\",2\n3,\"4\"\n", " a , b \n 1 ,2 \n\t3, 4\n",
      "a,b\n1.0,+2\n.3e1,4.\n", "a,b\n1,2\n3,4\n\n\r\n\n", "a,b\r\n1,2\n3,4\r\n",
      "a,b\n0.1E+1,20e-1\n3,4",
    ])
  func sound(text: String) throws {
    let file = try Self.file(text)
    #expect(file.columnNames == ["a", "b"] && file.rowCount == 2)
    let values = try file.tensor()
    #expect(values.shape == [2, 2])
    #expect(try values.scalars(as: Float.self) == [1, 2, 3, 4])
  }

  @Test("columns are taken by name, and others may hold anything")
  func columns() throws {
    let file = try Self.file("day,x,y\n\"May 1,\n\"\"noon\"\"\",-0.1,2\n?,1e300,-0\n")
    #expect(try file.tensor(["y", "x"], as: Double.self).doubles() == [2, -0.1, 0, 1e300])
    #expect(try file.tensor(["x", "x"], as: Double.self).shape == [2, 2])
    #expect(throws: FileError.self) { try file.tensor() }
    #expect(throws: FileError.self) { try file.tensor(["x"]) }
  }

  @Test("quoted names hold separators, quotes and line ends")
  func names() throws {
    let file = try Self.file("\"a, b\",\"say \"\"x\"\"\",\"two\nlines\"\n1,2,3\n")
    #expect(file.columnNames == ["a, b", "say \"x\"", "two\nlines"])
    #expect(file.separator == .comma)
  }

  @Test("the separator is found in the header, or given")
  func separators() throws {
    #expect(try Self.file("speed, m/s;level\n1;2\n").separator == .semicolon)
    #expect(try Self.file("a;b\tc\n1\t2\n").columnNames == ["a;b", "c"])
    #expect(try Self.file("\"a;b\",c\n1,2\n").separator == .comma)
    #expect(try Self.file("a;b,c\n1,2\n", separator: .comma).columnNames == ["a;b", "c"])
    #expect(try Self.file("single\n1\n").separator == .comma)
  }

  @Test(
    "what other programs add is passed over",
    arguments: [
      // pandas: DataFrame.to_csv writes its index under an empty name.
      ",a,b\n0,1,2\n1,3,4\n", ",a,b\n2024-01-01,1,2\n2024-01-02,3,4\n",
      // R: write.csv; write.table(sep = ",") leaves the name of the names of rows out.
      "\"\",\"a\",\"b\"\n\"1\",1,2\n\"2\",3,4\n", "\"a\",\"b\"\n\"1\",1,2\n\"2\",3,4\n",
      "a,b\nfirst,1,2\nsecond,3,4\n",
      // A separator at the end of all lines, of the rows, or of the header.
      "a,b,\n1,2,\n3,4,\n", "a,b\n1,2,\n3,4,\n", "a,b,\n1,2\n3,4\n", "a;b;\r\n1;2;\r\n3;4;",
      ",a,b,\n0,1,2,\n1,3,4,\n",
      // Excel's first line.
      "sep=;\na;b\n1;2\n3;4\n", "SEP=,\r\na,b\r\n1,2\r\n3,4\r\n",
      "\u{FEFF}sep=\t\na\tb\n1\t2\n3\t4",
      "\"sep=;\"\na;b\n1;2\n3;4\n",
    ])
  func additions(text: String) throws {
    let file = try Self.file(text)
    #expect(file.columnNames == ["a", "b"] && file.rowCount == 2)
    #expect(try file.tensor().scalars(as: Float.self) == [1, 2, 3, 4])
    #expect(try file.tensor(["b"]).scalars(as: Float.self) == [2, 4])
  }

  @Test("columns without names are numbered by pandas, beside its index")
  func numberedColumns() throws {
    let file = try Self.file(",0,1\n0,0.5,1.5\n1,2.5,3.5\n")
    #expect(file.columnNames == ["0", "1"])
    #expect(try file.tensor().scalars(as: Float.self) == [0.5, 1.5, 2.5, 3.5])
  }

  @Test(
    "a separator within a name does not part the columns",
    arguments: [
      ("speed; m/s,level\n1,2\n", ["speed; m/s", "level"]),
      ("\"speed; m/s\",level\n1,2\n", ["speed; m/s", "level"]),
      ("speed, m/s;level\n1;2\n", ["speed, m/s", "level"]),
      ("a\tb,c\n1,2\n", ["a\tb", "c"]), ("x; y,label\n1,b\n", ["x; y", "label"]),
      ("x; y,label\na,b\n", ["x; y", "label"]),
    ])
  func separatorsInNames(text: String, names: [String]) throws {
    #expect(try Self.file(text).columnNames == names)
  }

  @Test("any number of columns is read, in time that grows with it")
  func manyColumns() throws {
    let count = 20_000
    let text =
      (0..<count).map { "c\($0)" }.joined(separator: ",") + "\n"
      + (0..<count).map(String.init).joined(separator: ",") + "\n"
    let file = try Self.file(text)
    #expect(file.columnNames.count == count)
    #expect(try file.tensor().scalars(as: Float.self) == (0..<count).map(Float.init))
    #expect(try file.tensor(["c19999", "c3"]).scalars(as: Float.self) == [19999, 3])
  }

  @Test(
    "what does not fit is refused with its line",
    arguments: [
      ("", "expected a CSV file, found an empty file; the copy or download did not finish"),
      ("\n1\n", "a header with the names of the columns (line 2), found nothing"),
      ("1,2\n3,4\n", "a header with the names of the columns (line 1), found numbers"),
      ("a,b\n", "rows of numbers below the header (line 2), found none"),
      ("a,b\n\n\n", "rows of numbers below the header (line 4), found none"),
      ("a,,c\n1,2,3\n", "names of columns that differ (line 1), found an empty one"),
      ("a,b,a\n1,2,3\n", "names of columns that differ (line 1), found \"a\" twice"),
      ("a,b\n1,2\n3\n", "2 fields, as in the header (line 3), found 1"),
      ("a,b\n1,2,3\n", "2 fields, as in the header (line 2), found 3"),
      ("a,b\n1,2\n\n3,4\n", "a row (line 3), found an empty line with rows below it"),
      ("a,b\n1,\"2\n3,4\n", "a quote that ends the field (line 2), found the end of the file"),
      ("a,b\n1,2\"\n", "a quote only at the beginning and the end of a field (line 2)"),
      ("a,b\n1,\"2\"3\n", "the end of the line after a quoted field (line 2), found more text"),
      ("a,b\r1,2\r", "lines that end with LF or CRLF (line 1), found a CR alone"),
      ("a\n" + String(repeating: "1", count: 5000), "fields of at most 4096 bytes (line 2)"),
      (String(repeating: ",", count: 20_000), "names of columns that differ (line 1)"),
      (",\n1,2\n", "names of columns that differ (line 1), found an empty one"),
      ("a,b,\n1,2,3\n", "2 fields, as in the header (line 2), found 3"),
      ("a,b\n1,2,\n1,2,3\n", "2 fields, as in the header (line 3), found 3"),
      ("a,b\n1,2,,\n", "2 fields, as in the header (line 2), found 4"),
      (",a,b\n0,1,2\n1,2\n", "3 fields, as in the header (line 3), found 2"),
      ("a,b\n\"r\",1,2\ns,1,2,3\n", "3 fields, as in the header (line 3), found 4"),
      ("sep=|\na|b\n1|2\n", "a comma, a semicolon or a tab behind sep=, found \"|\""),
    ])
  func form(text: String, message: String) {
    let error = #expect(throws: FileError.self) { try Self.file(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix("test.csv: at byte ") == true)
  }

  @Test(
    "what is no finite number is refused with its line and column",
    arguments: [
      ("", "found an empty field; fill the gap"), ("  ", "found an empty field"),
      ("\"\"", "found an empty field"), ("x", "found \"x\"; write a number such as -1.5e3"),
      ("nan", "found \"nan\""), ("inf", "found \"inf\""), ("0x10", "found \"0x10\""),
      ("1e", "found \"1e\""), ("1 2", "found \"1 2\""), (".", "found \".\""),
      ("-", "found \"-\""), ("1.2.3", "found \"1.2.3\""), ("1_000", "found \"1_000\""),
      ("1,5", "found \"1,5\"; write decimals with a point"), ("e5", "found \"e5\""),
      ("1e999", "found \"1e999\"; it is too large for Float"),
      ("-1e39", "found \"-1e39\"; it is too large for Float"),
      ("1\u{0}", "found \"1\\u{0}\""), ("٣", "found \"٣\""),
    ])
  func numbers(field: String, message: String) throws {
    let file = try Self.file("a;b\n1;2\n3;\(field)\n")
    let error = #expect(throws: FileError.self) { try file.tensor() }
    let text = error?.description ?? ""
    #expect(text.contains("a finite number in column 2, \"b\" (line 3), " + message), "\(text)")
    #expect(error?.offset == 10)
  }

  @Test("an unknown column is answered with those there are")
  func unknownColumn() throws {
    let error = #expect(throws: FileError.self) {
      try Self.file("a,b\n1,2\n").tensor(["a", "c"])
    }
    #expect(
      error?.description
        == "test.csv: expected a column \"c\", found the columns \"a\", \"b\"; name one of these")
  }

  @Test("texts in other encodings are refused")
  func encodings() {
    for bytes in [[0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61], [0x61, 0xE4, 0x0A, 0x31]] {
      let bytes = bytes.map(UInt8.init)
      let error = #expect(throws: FileError.self) { try CSVFile(bytes: bytes, name: "test.csv") }
      #expect(error?.description.contains("UTF-8") == true)
    }
  }

  @Test("lines beyond the buffer are read whole")
  func longFiles() throws {
    let rows = 9000
    let text = "index,\"half\"\r\n" + (0..<rows).map { "\($0),\"\(Double($0) / 2)\"\r\n" }.joined()
    let values = try Self.file(text).tensor(as: Double.self)
    #expect(values.shape == [rows, 2])
    #expect(
      try values.doubles() == (0..<rows).flatMap { [Double($0), Double($0) / 2] })
  }

  @Test("a file that changes after it was opened is an error")
  func changes() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("ligature-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: url) }
    try "a\n1\n2\n".write(to: url, atomically: false, encoding: .utf8)
    let file = try CSVFile(contentsOf: url)
    #expect(try file.tensor().scalars(as: Float.self) == [1, 2])
    try "a\n1\n".write(to: url, atomically: false, encoding: .utf8)
    #expect(throws: FileError.self) { try file.tensor() }
  }

  @Test("changed bytes are an error or another value, never a crash")
  func mutation() {
    let bytes = Array("\u{FEFF}time,\"le\"\"vel\";\r\n1,2.5e1\r\n\"3\",-4\r\n\r\n".utf8)
    Damage.mutate(bytes, times: 2000, seed: 11) { bytes in
      _ = try CSVFile(bytes: bytes, name: "damaged.csv").tensor()
    }
  }
}
