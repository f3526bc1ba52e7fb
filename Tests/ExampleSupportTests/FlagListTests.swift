import ExampleSupport
import Testing

@Suite struct FlagListTests {
  static let sizes = Flag<[Int]?>.ints("sizes", "N,...", "sizes", shownDefault: "8,32", in: 1...500)
  static let names = Flag<[String]?>.names("names", "A,B,...", "names")
  static let flags = Flags("Sample", "Lists.", [sizes, names])

  @Test("lists are parted by commas, and spaces around their parts do not count")
  func values() throws {
    let values = try Self.flags.parse(["--sizes", "4, 8,16", "--names= flow m/s ,level"])
    #expect(values[Self.sizes] == [4, 8, 16])
    #expect(values[Self.names] == ["flow m/s", "level"])
    let none = try Self.flags.parse([])
    #expect(none[Self.sizes] == nil && none[Self.names] == nil)
    #expect(try Self.flags.parse(["--sizes", "500"])[Self.sizes] == [500])
  }

  @Test(
    "numbers that are none, out of range or not rising are refused",
    arguments: ["a", "4,", ",4", "4,4", "8,4", "0,4", "4,501", "4;8", "4.5"])
  func numbers(text: String) {
    let error = #expect(throws: FlagError.self) { try Self.flags.parse(["--sizes", text]) }
    #expect(
      error?.description
        == "--sizes wants rising whole numbers from 1 to 500, parted by commas, not '\(text)'")
  }

  @Test("names that are empty or occur twice are refused", arguments: ["a,", ",", "a,b,a", " "])
  func names(text: String) {
    let error = #expect(throws: FlagError.self) { try Self.flags.parse(["--names", text]) }
    #expect(
      error?.description == "--names wants different names, parted by commas, not '\(text)'")
  }
}
